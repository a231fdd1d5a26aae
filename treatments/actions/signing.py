"""The moves of a session's life after writing: signed, reopened within the grace, voided, first issued."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from patients import actions as patient_actions
from patients.models import Patient
from practice.history import keep, keep_all, lock
from practice.models import User
from treatments import bodychart, findings, policy, records, references
from treatments.actions import refusals
from treatments.actions.events import open_incidents
from treatments.actions.follow_ups import cancel_checks, plan_checks, plan_removal
from treatments.actions.recalls import plan_recall
from treatments.actions.writing import Written, lift_submission
from treatments.models import NeedlingSession, Site

FIRST_ISSUE = "first document issued"

Deviation = Mapping[str, str]  # {"key": finding key, "reason": why it is signed all the same}


@transaction.atomic
def sign_session(*, pk: UUID, by: User, at: datetime, version: int, deviations: Sequence[Deviation] = ()) -> Written:
    """Sign and so freeze a session: the hash, what was relied on and what was known go into the row.

    Raises NotReadyToSign with every refusal at once. A stop that was already crossed is signed only with a deviation
    and its reason; reasons for anything else are refused as a ValidationError. What a student signs stays a draft until
    the supervisor signs it too; the student's reasons for deviations stand unless the supervisor gives others.
    """
    session = lock(references.sessions(by), pk, version=version)
    if not policy.may_sign(by, session):
        raise PermissionDenied
    if not session.is_draft:
        raise refusals.NotADraft
    if by.is_student and session.awaits_countersignature:
        raise refusals.AwaitsCountersignature
    if session.submitted_by_id == by.pk:  # signed as a student and qualified since: one signature is enough
        session.submitted_at = session.submitted_by = None
    countersigned = session.submitted_by is not None
    sites = list(session.sites.told())
    judged = findings.judge(session, sites, at=at)
    deviations = deviations or judged.still_crossed(session.deviations)
    judged.accept(deviations)
    if judged.blocks:
        raise refusals.NotReadyToSign(errors=[finding.as_item() for finding in judged.blocks])
    session.deviations = [{"key": d["key"], "reason": d["reason"].strip()} for d in deviations]
    if by.is_student:
        return _submit(session, sites, by=by, at=at)
    session.status = NeedlingSession.Status.SIGNED
    session.signed_at, session.signed_by = at, by
    session.chart_version = bodychart.VERSION
    session.relied_on = judged.relied_on
    session.findings_signed = [finding.as_item() for finding in judged.findings]
    session.content_sha256 = records.fingerprint_of(session, sites)
    keep(session, by=by, why="countersigned" if countersigned else "signed")
    if not countersigned:
        _plan_the_days_after(session, sites, by=by, at=at)
    open_incidents(session, by=by, at=at)
    return Written(session, sites)


def _submit(session: NeedlingSession, sites: list[Site], *, by: User, at: datetime) -> Written:
    """A student's signature. The patient was needled, so the days after are asked about now and not when it counts."""
    session.submitted_at, session.submitted_by, session.sent_back_reason = at, by, ""
    keep(session, by=by, why="signed by the student")
    _plan_the_days_after(session, sites, by=by, at=at)
    return Written(session, sites)


def _plan_the_days_after(session: NeedlingSession, sites: list[Site], *, by: User, at: datetime) -> None:
    if session.patient.whole.status != Patient.Status.DECEASED:  # a late entry: nobody is asked any more
        plan_checks(session, sites, by=by, at=at)
        plan_removal(session, by=by)
        plan_recall(session, by=by)
    patient_actions.seen(patient=session.patient, at=session.started_at, practitioner=session.practitioner, by=by)


@transaction.atomic
def send_back_session(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> NeedlingSession:
    """The supervisor does not countersign: the student's signature is lifted, with what has to be put right."""
    session = lock(references.sessions(by), pk, version=version)
    if not policy.can_send_back(by, session):
        raise PermissionDenied
    if not session.awaits_countersignature:
        raise refusals.NothingToCountersign
    if not reason.strip():
        raise ValidationError({"reason": "Write what the student has to put right."})
    lift_submission(session, by=by, at=at)
    session.sent_back_reason = reason.strip()
    return keep(session, by=by, why="sent back by the supervisor")


@transaction.atomic
def reopen_session(*, pk: UUID, by: User, at: datetime, version: int) -> Written:
    """Back to a draft: the signer only, within the grace, and only while no document was issued."""
    session = lock(references.sessions(by), pk, version=version)
    if session.status != NeedlingSession.Status.SIGNED:
        raise refusals.NotSigned
    if not policy.can_reopen(by, session):
        raise PermissionDenied
    until = session.reopen_until()
    if until is None or at > until:
        raise refusals.GraceOver
    session.status = NeedlingSession.Status.DRAFT
    session.signed_at = session.signed_by = None
    session.content_sha256 = session.chart_version = ""
    session.relied_on, session.findings_signed, session.deviations = {}, [], []
    session.submitted_at = session.submitted_by = None
    session.reopened_count += 1
    keep(session, by=by, why="reopened within the grace")
    cancel_checks(session, by=by, at=at, why="session reopened")
    return Written(session, list(session.sites.told()))


@transaction.atomic
def void_session(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> NeedlingSession:
    """Strike a signed session through, with the reason. It stays in the record for ever."""
    return strike_out(lock(references.sessions(by), pk, version=version), reason=reason, by=by, at=at)


def strike_out(session: NeedlingSession, *, reason: str, by: User, at: datetime) -> NeedlingSession:
    """The same for a session that the caller has locked."""
    if session.status != NeedlingSession.Status.SIGNED:
        raise refusals.NotSigned
    if not policy.can_void(by, session):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "Write why this session is void. It is printed on every page."})
    session.status = NeedlingSession.Status.VOID
    session.void_reason, session.void_at, session.void_by = reason.strip(), at, by
    keep(session, by=by, why="void")
    cancel_checks(session, by=by, at=at, why="session void")
    _unsee(session, by=by)
    return session


def _unsee(session: NeedlingSession, *, by: User) -> None:
    """What is void was no visit: the newest that counts is the one before it."""
    counts = Q(status=NeedlingSession.Status.SIGNED) | Q(
        status=NeedlingSession.Status.DRAFT, submitted_at__isnull=False
    )
    visits = NeedlingSession.objects.of_patient(session.patient).filter(counts).select_related("practitioner")
    before = visits.only("started_at", "practitioner").order_by("-started_at").first()
    patient_actions.unseen(
        patient=session.patient, at=session.started_at, before=before.started_at if before else None,
        practitioner=before.practitioner if before else None, by=by,
    )  # fmt: skip


@transaction.atomic
def note_first_issue(*, session: NeedlingSession, by: User, at: datetime) -> NeedlingSession:
    """Called when a document of the session is issued: from now on it cannot be reopened. Answers the locked row."""
    current = lock(NeedlingSession.objects.visible_to(by), session.pk)
    if _first_issued(current, at=at):
        keep(current, by=by, why=FIRST_ISSUE)
    return current


@transaction.atomic
def note_first_issues(*, sessions: Sequence[NeedlingSession], by: User, at: datetime) -> dict[UUID, NeedlingSession]:
    """The same for several at once. Answers the locked rows by id."""
    rows = NeedlingSession.objects.visible_to(by).filter(pk__in=[session.pk for session in sessions])
    current = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    issued = [row for row in current.values() if _first_issued(row, at=at)]
    keep_all(issued, by=by, why=FIRST_ISSUE, changed_fields=["first_issued_at"])
    return current


def _first_issued(session: NeedlingSession, *, at: datetime) -> bool:
    if session.status != NeedlingSession.Status.SIGNED or session.first_issued_at is not None:
        return False
    session.first_issued_at = at
    return True
