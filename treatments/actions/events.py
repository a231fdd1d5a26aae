"""Adverse events: recorded, followed until they are over, reviewed by a manager; and those the record opens itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import actions as patient_actions
from patients.models import Patient
from practice.errors import Refused
from practice.history import keep, keep_all, lock
from practice.models import User
from treatments import adverse, policy
from treatments.models import AdverseEvent, FollowUp, NeedlingSession

LEDGER_KINDS = {"lost": "retained_needle", "broken": "broken_needle"}


class AlreadyReviewed(Refused):
    code = "already_reviewed"
    message = "Somebody has reviewed this event already."


@transaction.atomic
def record_event(
    *, patient: Patient | None, session: NeedlingSession | None, values: Mapping[str, Any], by: User, at: datetime
) -> AdverseEvent:
    """What happened, by any of the staff. Who has to be told becomes calls with their deadlines."""
    if not policy.can_record_event(by) or _foreign(by, patient, session):
        raise PermissionDenied
    if session is not None and patient is not None and session.patient.whole_id != patient.whole_id:
        raise ValidationError({"session": "This session is another patient's."})
    event = AdverseEvent(practice=by.practice, patient=patient, session=session)
    _take(event, values, by=by, at=at)
    keep(event, by=by, why="adverse event recorded")
    _plan_notices(event, by=by, at=at)
    _mark_patient(event, by=by)
    return event


@transaction.atomic
def change_event(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> AdverseEvent:
    """Add what became known since: what was done, who was told, the outcome. What was said before stays in its history."""
    event = lock(AdverseEvent.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_record_event(by):
        raise PermissionDenied
    _take(event, values, by=by, at=at)
    keep(event, by=by, why="adverse event changed")
    _mark_patient(event, by=by)
    return event


@transaction.atomic
def review_event(*, pk: UUID, note: str, by: User, at: datetime, version: int) -> AdverseEvent:
    """A manager has looked at it, and says what follows for the practice."""
    event = lock(AdverseEvent.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_review_event(by):
        raise PermissionDenied
    if event.reviewed_at is not None:
        raise AlreadyReviewed
    if not note.strip():
        raise ValidationError({"note": "Write what was found and what follows from it."})
    event.reviewed_at, event.reviewed_by, event.review_note = at, by, note.strip()
    return keep(event, by=by, why="adverse event reviewed")


def open_incidents(session: NeedlingSession, *, by: User, at: datetime) -> None:
    """What a signed session says went wrong: a needle lost or broken, a stop that was crossed. Each opens once, however often
    the session is signed. Runs inside the transaction that signs."""
    known = set(session.adverse_events.exclude(origin="").values_list("origin", flat=True))
    for origin, kind, severity, words in _incidents(session):
        if origin not in known:
            event = AdverseEvent(
                practice=session.practice, patient=session.patient, session=session, kind=kind, severity=severity,
                onset_at=session.started_at, noticed_by=AdverseEvent.NoticedBy.PRACTITIONER, description=words, origin=origin,
            )  # fmt: skip
            keep(event, by=by, why="opened by the signed session")
            _plan_notices(event, by=by, at=at)
            _mark_patient(event, by=by)


def _incidents(session: NeedlingSession) -> Sequence[tuple[str, str, str, str]]:
    significant = AdverseEvent.Severity.SIGNIFICANT
    found = []
    if kind := LEDGER_KINDS.get(session.discrepancy_kind):
        words = f"{session.get_discrepancy_kind_display()}: {session.discrepancy_note}".strip(": ")
        found.append(("ledger", kind, significant, words))
    messages = {item["key"]: item["message"] for item in session.findings_signed}
    for deviation in session.deviations:
        words = f"Signed against: {messages.get(deviation['key'], deviation['key'])} Reason: {deviation['reason']}"
        found.append((f"deviation:{deviation['key']}"[:140], "other", significant, words))
    return found


def _take(event: AdverseEvent, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
    for name, value in values.items():
        setattr(event, name, value)
    problems = {}
    if event.kind not in adverse.kinds():
        problems["kind"] = "Choose a kind of the list."
    if not event.description.strip():
        problems["description"] = "Write what happened."
    for name in ("onset_at", "told_patient_at", "resolved_at"):
        moment = getattr(event, name)
        if moment is not None and moment > at + timedelta(minutes=5):
            problems[name] = "This lies in the future. Give the time it happened."
    if event.told_patient_at and event.told_patient_by_id is None:
        event.told_patient_by = by
    if event.told_patient_at is None:
        event.told_patient_by = None
    if event.resolved_at and not event.outcome.strip():
        problems["outcome"] = "Say how it ended."
    if problems:
        raise ValidationError(problems)


def _foreign(by: User, *rows: Any) -> bool:
    return any(row is not None and row.practice_id != by.practice_id for row in rows)


def _plan_notices(event: AdverseEvent, *, by: User, at: datetime) -> None:
    """Deadlines count from when the practice knew. Without a patient there is no call list to put them on."""
    if event.patient is None:
        return
    calls = [
        FollowUp(
            practice=event.practice, patient=event.patient, kind=FollowUp.Kind.CALL, due_at=at + timedelta(hours=notice.hours),
            about=notice.words, assignee=event.session.practitioner if event.session else None,
        )
        for notice in adverse.notices(event.kind, event.severity)
    ]  # fmt: skip
    keep_all(calls, by=by, why="somebody has to be told")


def _mark_patient(event: AdverseEvent, *, by: User) -> None:
    """The patient's header says that something is open."""
    if event.patient is not None:
        count = AdverseEvent.objects.of_patient(event.patient).open().count()
        patient_actions.note_open_events(patient=event.patient, count=count, by=by)
