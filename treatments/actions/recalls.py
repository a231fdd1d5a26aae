"""Recalls: planned when a session with a review day is signed, added by hand; snoozed, done, cancelled with a reason.

Calls to make go through the same verbs.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients.actions import refuse_for_the_dead
from patients.models import Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User
from treatments import policy
from treatments.actions import refusals
from treatments.models import FollowUp, NeedlingSession

Kind, State = FollowUp.Kind, FollowUp.State
CALLABLE = (Kind.RECALL, Kind.CALL)
MORNING = time(8)
FURTHEST = timedelta(days=5 * 366)


class OnlyRecalls(Refused):
    code = "only_recalls_and_calls"
    message = "Only recalls and calls to make go this way. A soreness check is answered or closed."


def plan_recall(session: NeedlingSession, *, by: User) -> None:
    """The session's next review becomes a recall on that morning. Signing twice plans it once; one that is done stays so."""
    if session.next_review_on is None:
        return
    due = _morning(session.next_review_on, by)
    earlier = session.follow_ups.filter(kind=Kind.RECALL, due_at=due).first()
    if earlier and earlier.state == State.CLOSED:
        return
    recall = earlier or FollowUp(practice=session.practice, kind=Kind.RECALL, due_at=due)
    recall.patient, recall.session, recall.assignee = session.patient, session, session.practitioner
    recall.about, recall.state, recall.closed_reason = "Review, as planned at the session", State.PLANNED, ""
    keep(recall, by=by, why="planned at signing")


@transaction.atomic
def add_recall(
    *, patient: Patient, due_on: date, reason: str, by: User, at: datetime, assignee: User | None = None
) -> FollowUp:
    """Ask a patient back on a day, with the reason. By any of the staff."""
    if not policy.can_add_recall(by) or patient.practice_id != by.practice_id:
        raise PermissionDenied
    problems = _day_problems("due_on", due_on, by=by, at=at)
    if not reason.strip():
        problems["reason"] = "Write why: the patient will be told it on the phone."
    if assignee is not None and not _treats_here(assignee, by):
        problems["assignee"] = "Choose a practitioner who works here."
    if problems:
        raise ValidationError(problems)
    refuse_for_the_dead(lock(Patient.objects.visible_to(by), patient.whole_id))
    recall = FollowUp(practice=patient.practice, patient=patient, kind=Kind.RECALL, due_at=_morning(due_on, by),
                      about=reason.strip(), assignee=assignee)  # fmt: skip
    return keep(recall, by=by, why="recall added")


@transaction.atomic
def snooze(*, pk: UUID, until: date, reason: str, by: User, at: datetime, version: int) -> FollowUp:
    """Off the list until the morning of a later day."""
    row = _still_open(pk, by=by, version=version)
    today = by.practice.local_date(at)
    problems = _day_problems("until", until, by=by, at=at)
    if until == today:
        problems["until"] = "Choose a day after today."
    if not reason.strip():
        problems["reason"] = "Write why it waits."
    if problems:
        raise ValidationError(problems)
    row.snoozed_until, row.snoozed_reason = _morning(until, by), reason.strip()
    return keep(row, by=by, why="snoozed")


@transaction.atomic
def finish(*, pk: UUID, note: str, by: User, version: int) -> FollowUp:
    """Done: the patient was reached or has come. What was said may be added."""
    return _end(pk, State.CLOSED, note.strip() or "Done", by=by, version=version, why="done")


@transaction.atomic
def cancel(*, pk: UUID, reason: str, by: User, version: int) -> FollowUp:
    """No longer wanted, with the reason."""
    return _end(pk, State.CANCELLED, reason.strip(), by=by, version=version, why="cancelled",
                check=lambda: _need(reason, "Write why this is cancelled."))  # fmt: skip


def _end(
    pk: UUID, state: str, reason: str, *, by: User, version: int, why: str, check: Callable[[], None] = lambda: None
) -> FollowUp:
    row = _still_open(pk, by=by, version=version)
    check()
    row.state, row.closed_reason = state, reason
    row.snoozed_until, row.snoozed_reason = None, ""
    return keep(row, by=by, why=why)


def _still_open(pk: UUID, *, by: User, version: int) -> FollowUp:
    row = lock(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_record(by, row):
        raise PermissionDenied
    if row.kind not in CALLABLE:
        raise OnlyRecalls
    if row.state not in (State.PLANNED, State.SENT, State.NO_ANSWER):
        raise refusals.AlreadyAnswered("This is done or cancelled already.")
    return row


def _need(text: str, sentence: str) -> None:
    if not text.strip():
        raise ValidationError({"reason": sentence})


def _day_problems(field: str, day: date, *, by: User, at: datetime) -> dict[str, str]:
    today = by.practice.local_date(at)
    if day < today:
        return {field: "This day is over. Choose today or a later one."}
    if day > today + FURTHEST:
        return {field: "This is more than five years away. Check the year."}
    return {}


def _morning(day: date, by: User) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=by.practice.zone)


def _treats_here(person: User, by: User) -> bool:
    return person.practice_id == by.practice_id and person.is_active and person.role == User.Role.PRACTITIONER
