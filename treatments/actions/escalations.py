"""Red flags: a practitioner is named and told at once; it is passed on until somebody takes it, and closed with what was done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from patients.models import Patient
from practice import outgoing
from practice.history import keep, lock
from practice.models import Practice, User
from treatments import policy, triage
from treatments.actions import refusals
from treatments.actions.addenda import add_to_session
from treatments.actions.locking import lock_with_session
from treatments.models import EscalationStep, FollowUp, NeedlingSession
from treatments.soreness import RED_FLAGS

Kind, State, Step = FollowUp.Kind, FollowUp.State, EscalationStep.Step
MAIL = "escalation"
MOST_AT_ONCE = 200


def open_escalation(
    *,
    patient: Patient,
    session: NeedlingSession | None,
    red_flags: Sequence[str],
    reported_by: str,
    at: datetime,
    by: User | None,
    comment: str = "",
    raised_by: FollowUp | None = None,
) -> FollowUp:
    """A warning sign was reported: name who sees to it and tell them. Runs inside the transaction that records the sign.

    The same answer raises one escalation, however often it is corrected; a sign that is new opens it again. `by` is empty when
    the patient said it without signing in.
    """
    found = FollowUp.objects.select_for_update().filter(raised_by=raised_by).first() if raised_by else None
    if found is not None and set(red_flags) <= set(found.red_flags):
        return found
    owner = patient.merged_into or patient
    escalation = found or FollowUp(practice=owner.practice, patient=owner, session=session, kind=Kind.ESCALATION)
    escalation.raised_by, escalation.due_at, escalation.answered_at = raised_by, at, at
    escalation.red_flags = [flag for flag in RED_FLAGS if flag in {*red_flags, *escalation.red_flags}]
    escalation.comment, escalation.reported_by, escalation.recorded_by = comment, reported_by, by
    escalation.state, escalation.outcome = State.ANSWERED, ""
    escalation.acknowledged_by = escalation.acknowledged_at = None
    keep(escalation, by=by, why="a warning sign was reported")
    _stamp(escalation, Step.OPENED, None, by=by, at=at)
    treats = session.practitioner if session else None
    _name(escalation, _first(owner.practice, treats), Step.NAMED, at=at, by=by)
    return escalation


def hand_to(escalation: FollowUp, person: User, *, by: User, at: datetime) -> None:
    """Somebody told a practitioner by name: it is theirs to take from now on, and is passed on like any other if they do not."""
    _name(escalation, person, Step.NAMED, at=at, by=by)


def take(escalation: FollowUp, *, by: User, at: datetime) -> None:
    """A practitioner has it: it is passed on no further. The caller has locked the row and asked the policy."""
    escalation.state, escalation.acknowledged_by, escalation.acknowledged_at = State.ACKNOWLEDGED, by, at
    escalation.assignee, escalation.pass_on_at = by, None
    keep(escalation, by=by, why="taken")
    _stamp(escalation, Step.ACKNOWLEDGED, by, by=by, at=at)


@transaction.atomic
def write_outcome(*, pk: UUID, outcome: str, by: User, at: datetime, version: int) -> FollowUp:
    """What was advised and done closes the escalation. It goes into the record as an addendum to the session.

    Refused before somebody has taken it, and without words.
    """
    escalation = lock_with_session(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_acknowledge(by, escalation):
        raise PermissionDenied
    if escalation.kind != Kind.ESCALATION or escalation.state != State.ACKNOWLEDGED:
        raise refusals.NotTaken
    if not outcome.strip():
        raise ValidationError({"outcome": "Write what was advised and done."})
    escalation.outcome, escalation.state = outcome.strip(), State.CLOSED
    keep(escalation, by=by, why="outcome written")
    _stamp(escalation, Step.OUTCOME, by, by=by, at=at)
    if escalation.session and escalation.session.status in (NeedlingSession.Status.SIGNED, NeedlingSession.Status.VOID):
        add_to_session(escalation.session, text=_for_the_record(escalation), reason="A warning sign after the session",
                       by=by, at=at)  # fmt: skip
    return escalation


def pass_on(*, at: datetime) -> int:
    """What nobody took in time goes to the next practitioner. Safe with several workers; answers how many went on."""
    waiting = FollowUp.objects.filter(kind=Kind.ESCALATION, state=State.ANSWERED, pass_on_at__lte=at)
    return sum(_pass_one_on(pk, at=at) for pk in list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE]))


@transaction.atomic
def _pass_one_on(pk: UUID, *, at: datetime) -> bool:
    escalation = lock(FollowUp.objects.select_related("practice"), pk)
    if escalation.state != State.ANSWERED or escalation.pass_on_at is None or escalation.pass_on_at > at:
        return False  # another worker was faster, or somebody has taken it
    _name(escalation, _next(escalation.practice, escalation.assignee), Step.PASSED_ON, at=at, by=None)
    return True


@transaction.atomic
def note_told(*, escalation_pk: UUID, person_pk: UUID, at: datetime) -> None:
    """The mail to the named person goes out now; stamped once for each time somebody is named, however often it is tried."""
    escalation = lock(FollowUp.objects.select_related("practice"), escalation_pk)
    last = escalation.steps.exclude(step=Step.OPENED).order_by("created_at", "pk").last()
    if last is not None and last.step in (Step.NAMED, Step.PASSED_ON) and last.person_id == person_pk:
        _stamp(escalation, Step.TOLD, last.person, by=None, at=at)


def _name(escalation: FollowUp, person: User | None, step: str, *, at: datetime, by: User | None) -> None:
    """Who sees to it from now on, until when, and the mail that says so (without details)."""
    escalation.assignee = person
    escalation.pass_on_at = at + timedelta(minutes=escalation.practice.escalation_minutes)
    keep(escalation, by=by, why="named" if step == Step.NAMED else "passed on")
    stamp = _stamp(escalation, step, person, by=by, at=at)
    if person is not None:
        outgoing.queue(
            practice=escalation.practice,
            event_key=f"{MAIL}:{stamp.pk}",
            template=MAIL,
            about={"follow_up": str(escalation.pk), "person": str(person.pk)},
            by=by,
            at=at,
        )


def _stamp(escalation: FollowUp, step: str, person: User | None, *, by: User | None, at: datetime) -> EscalationStep:
    row = EscalationStep(practice=escalation.practice, escalation=escalation, step=step, person=person, created_at=at)
    return keep(row, by=by, why=step)


def _first(practice: Practice, treats: User | None) -> User | None:
    """Who treated, while they work here; else the first in the row."""
    if treats is not None and treats.is_active and treats.role == User.Role.PRACTITIONER:
        return treats
    return _next(practice, treats)


def _next(practice: Practice, after: User | None) -> User | None:
    """Round the active practitioners by name; the only one is told again; nobody when there is none."""
    people = list(User.objects.filter(practice=practice, is_active=True).practitioners().order_by("full_name", "pk"))
    if not people:
        return None
    later = [p for p in people if after and (p.full_name, p.pk) > (after.full_name, after.pk)]
    return (later or people)[0]


def _for_the_record(escalation: FollowUp) -> str:
    zone = escalation.practice.zone
    reported = timezone.localtime(escalation.answered_at, zone)
    taken = timezone.localtime(escalation.acknowledged_at, zone)
    together = escalation.triages.exists()
    told = (
        triage.signs_asked_together(escalation.red_flags) if together else [RED_FLAGS[f] for f in escalation.red_flags]
    )
    signs = ", ".join(told).lower()
    how = f"to {escalation.recorded_by.full_name}" if escalation.recorded_by else "by link"
    said = f" “{escalation.comment}”" if escalation.comment else ""
    who = escalation.acknowledged_by.full_name if escalation.acknowledged_by else ""
    return (
        f"Warning sign reported {how} on {reported.day} {reported:%b %Y} at {reported:%H:%M}: {signs}.{said} "
        f"Taken by {who} on {taken.day} {taken:%b %Y} at {taken:%H:%M}. {escalation.outcome}"
    )
