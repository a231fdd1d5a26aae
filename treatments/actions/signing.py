"""The moves of a session's life after writing: signed, reopened within the grace, voided, first issued."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import actions as patient_actions
from practice.history import keep, lock
from practice.models import User
from treatments import bodychart, findings, policy, records, references
from treatments.actions import refusals
from treatments.actions.follow_ups import cancel_checks, plan_checks
from treatments.actions.writing import Written
from treatments.models import NeedlingSession

Deviation = Mapping[str, str]  # {"key": finding key, "reason": why it is signed all the same}


@transaction.atomic
def sign_session(*, pk: UUID, by: User, at: datetime, version: int, deviations: Sequence[Deviation] = ()) -> Written:
    """Sign and so freeze a session: the hash, what was relied on and what was known go into the row.

    Raises NotReadyToSign with every refusal at once. A stop that was already crossed is signed only with a deviation
    and its reason; reasons for anything else are refused as a ValidationError.
    """
    session = lock(references.sessions(by), pk, version=version)
    if not policy.can_sign(by, session):
        raise PermissionDenied
    if not session.is_draft:
        raise refusals.NotADraft
    sites = list(session.sites.told())
    judged = findings.judge(session, sites, at=at)
    judged.accept(deviations)
    if judged.blocks:
        raise refusals.NotReadyToSign(errors=[finding.as_item() for finding in judged.blocks])
    session.status = NeedlingSession.Status.SIGNED
    session.signed_at, session.signed_by = at, by
    session.chart_version = bodychart.VERSION
    session.relied_on = judged.relied_on
    session.findings_signed = [finding.as_item() for finding in judged.findings]
    session.deviations = [{"key": d["key"], "reason": d["reason"].strip()} for d in deviations]
    session.content_sha256 = records.fingerprint_of(session, sites)
    keep(session, by=by, why="signed")
    plan_checks(session, sites, by=by, at=at)
    patient_actions.seen(patient=session.patient, at=session.started_at, by=by)
    return Written(session, sites)


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
    session.reopened_count += 1
    keep(session, by=by, why="reopened within the grace")
    cancel_checks(session, by=by, why="session reopened")
    return Written(session, list(session.sites.told()))


@transaction.atomic
def void_session(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> NeedlingSession:
    """Strike a signed session through, with the reason. It stays in the record for ever."""
    session = lock(references.sessions(by), pk, version=version)
    if session.status != NeedlingSession.Status.SIGNED:
        raise refusals.NotSigned
    if not policy.can_void(by, session):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "Write why this session is void. It is printed on every page."})
    session.status = NeedlingSession.Status.VOID
    session.void_reason, session.void_at, session.void_by = reason.strip(), at, by
    keep(session, by=by, why="void")
    cancel_checks(session, by=by, why="session void")
    return session


@transaction.atomic
def note_first_issue(*, session: NeedlingSession, by: User, at: datetime) -> NeedlingSession:
    """Called when a document of the session is issued: from now on it cannot be reopened. Answers the locked row."""
    current = lock(NeedlingSession.objects.visible_to(by), session.pk)
    if current.status == NeedlingSession.Status.SIGNED and current.first_issued_at is None:
        current.first_issued_at = at
        keep(current, by=by, why="first document issued")
    return current
