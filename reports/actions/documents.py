"""Documents: made outside any transaction, stored with their digest, never overwritten."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404

from consent import policy as consent_policy
from consent.models import Consent, ConsentText, Withdrawal
from practice.errors import Refused
from practice.history import lock
from practice.models import User
from reports import gathering, policy
from reports.actions.making import Made, checked, new_number, store, store_all
from reports.drawing import clinical_record, consent_copy, patient_summary
from reports.drawing.pages import TooTall
from reports.drawing.patient_summary import DoesNotFit
from reports.models import Document, PrintBatch
from treatments import actions as treatment_actions
from treatments import references
from treatments.models import NeedlingSession, Site
from treatments.soreness import Expected

Kind = Document.Kind


class NothingToIssue(Refused):
    code = "not_signed"
    message = "Documents are issued from signed sessions. Sign it first."


class ConsentChanged(Refused):
    code = "consent_changed"
    message = "Something was taken back while the copy was being made. Make it again."


def issue_document(*, session_pk: UUID, kind: str, by: User, at: datetime, batch: PrintBatch | None = None) -> Document:
    """Make, check and store the document of a signed (or void) session; re-issuing supersedes the one before.

    The PDF is drawn before the transaction begins; inside it the session is locked, and a session that changed
    meanwhile is drawn again.
    """
    session = references.sessions(by).filter(pk=session_pk).first()
    if session is None or kind not in policy.kinds_of_a_session():
        raise Http404
    if not policy.can_issue(by, kind, session):
        raise PermissionDenied
    made = preview(session, kind, at=at)
    return _store(session, kind, made, by=by, at=at, batch=batch)


def preview(session: NeedlingSession, kind: str, *, at: datetime) -> Made:
    """The document as it would be issued now, without storing it. Refuses a session that is not signed."""
    if session.status not in (NeedlingSession.Status.SIGNED, NeedlingSession.Status.VOID):
        raise NothingToIssue
    _read_with([session])
    if kind == Kind.PATIENT_SUMMARY:
        return _summary(session, gathering.expected_of([session])[session.pk])
    number = new_number(kind, session.patient)
    drawn = clinical_record.render(
        gathering.clinical_record(session, list(session.sites.all()), document=number, at=at)
    )
    return checked(drawn, number=number, patient=session.patient, versions=_versions(session))


def _read_with(sessions: Sequence[NeedlingSession]) -> None:
    """Their sites and addenda, for all of them at once; not again where they are there already."""
    prefetch_related_objects(sessions, Prefetch("sites", Site.objects.told()), "addenda")


def _summary(session: NeedlingSession, expected: Expected | None) -> Made:
    number = new_number(Kind.PATIENT_SUMMARY, session.patient)
    sites = list(session.sites.all())
    content = gathering.patient_summary(session, sites, document=number, expected=expected)
    return checked(patient_summary.render(content), number=number, patient=session.patient, versions=_versions(session))


def _versions(session: NeedlingSession) -> dict[str, object]:
    return {"session": session.version, "chart": session.chart_version, "addenda": len(session.addenda.all())}


def issue_summaries(*, session_pks: Sequence[UUID], by: User, at: datetime, batch: PrintBatch) -> set[UUID]:
    """Patient summaries of several signed sessions, read and stored together: for a day's print. Answers which sessions
    have theirs now.

    What cannot be made (not this person's to issue, not signed, too long for its page, a page that fails its check) is
    left out without a word: `issue_document` says why. Changed one of them meanwhile, none is stored.
    """
    rows = references.sessions(by).filter(pk__in=session_pks, status=NeedlingSession.Status.SIGNED)
    sessions = [session for session in rows if policy.can_issue(by, Kind.PATIENT_SUMMARY, session)]
    _read_with(sessions)
    expected = gathering.expected_of(sessions)
    made: list[tuple[NeedlingSession, Made]] = []
    for session in sessions:
        with suppress(Refused, DoesNotFit, TooTall, ValueError):
            made.append((session, _summary(session, expected[session.pk])))
    try:
        _store_together(made, by=by, at=at, batch=batch)
    except (Refused, ValidationError, IntegrityError):
        return set()
    return {session.pk for session, _ in made}


@transaction.atomic
def _store_together(made: Sequence[tuple[NeedlingSession, Made]], *, by: User, at: datetime, batch: PrintBatch) -> None:
    locked = treatment_actions.note_first_issues(sessions=[session for session, _ in made], by=by, at=at)
    for session, _ in made:
        _still_the_same(session, locked.get(session.pk))
    store_all(
        Kind.PATIENT_SUMMARY,
        [(one, session.patient, {"session": session, "batch": batch}) for session, one in made],
        by=by,
        at=at,
    )


def _still_the_same(drawn: NeedlingSession, current: NeedlingSession | None) -> None:
    """Refuses what was changed, or destroyed, while it was being drawn."""
    if current is None or current.status != drawn.status or current.content_sha256 != drawn.content_sha256:
        raise NothingToIssue("The session changed while the document was being made. Look at it again.")


@transaction.atomic
def _store(
    session: NeedlingSession, kind: str, made: Made, *, by: User, at: datetime, batch: PrintBatch | None
) -> Document:
    _still_the_same(session, treatment_actions.note_first_issue(session=session, by=by, at=at))
    return store(kind, made, patient=session.patient, by=by, at=at, session=session, batch=batch)


def issue_consent_copy(*, consent_pk: UUID, by: User, at: datetime) -> Document:
    """Make, check and store the copy of a consent; one made later (something was taken back) supersedes it."""
    consent = consents(by).filter(pk=consent_pk).first()
    if consent is None:
        raise Http404
    if not policy.can_issue(by, Kind.CONSENT_COPY, consent):
        raise PermissionDenied
    return _store_copy(consent, preview_consent_copy(consent, at=at), by=by, at=at)


def preview_consent_copy(consent: Consent, *, at: datetime) -> Made:
    """The copy as it would be issued now."""
    number = new_number(Kind.CONSENT_COPY, consent.patient)
    drawn = consent_copy.render(gathering.consent_copy(consent, document=number, at=at))
    versions: dict[str, object] = {"text": consent.text.text_version, "withdrawals": len(consent.withdrawals.all())}
    return checked(drawn, number=number, patient=consent.patient, versions=versions)


def consents(by: User) -> QuerySet[Consent]:
    """Consents with all that their copy says."""
    rows = Consent.objects.visible_to(by).select_related("practice", "patient__practice", "text", "obtained_by")
    return rows.prefetch_related("withdrawals__created_by", "scans")


@transaction.atomic
def _store_copy(consent: Consent, made: Made, *, by: User, at: datetime) -> Document:
    lock(Consent.objects.visible_to(by), consent.pk)  # one copy after the other, each superseding the one before
    if Withdrawal.objects.filter(consent=consent).count() != made.source_versions["withdrawals"]:
        raise ConsentChanged
    return store(Kind.CONSENT_COPY, made, patient=consent.patient, by=by, at=at, consent=consent)


def consent_text_pdf(*, text_pk: UUID, by: User) -> bytes:
    """The text to read or to sign on paper. About nobody yet, so it is not stored."""
    text = ConsentText.objects.visible_to(by).select_related("practice").filter(pk=text_pk).first()
    if text is None:
        raise Http404
    if not consent_policy.can_read(by):
        raise PermissionDenied
    return consent_copy.render(gathering.consent_form(text, practice=text.practice)).content
