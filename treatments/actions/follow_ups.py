"""Soreness checks: planned when a session is signed, answered to the staff, acknowledged, closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from practice.history import keep, keep_all, lock
from practice.models import User
from treatments import policy
from treatments.actions import escalations, refusals
from treatments.actions.locking import lock_with_session
from treatments.follow_up_grades import answer_of, grade_of
from treatments.models import FollowUp, NeedlingSession, Site, SorenessLink
from treatments.soreness import is_sore

Kind, State = FollowUp.Kind, FollowUp.State
ANSWERABLE = {State.PLANNED, State.SENT, State.NO_ANSWER, State.CALLED}
LAST_ASKED_H = 168  # day 7, when the last planned answer was still sore (clinical/domain.md section 4)


def plan_checks(session: NeedlingSession, sites: Sequence[Site], *, by: User, at: datetime) -> None:
    """The practice's offsets (24 h, 72 h) after the treatment; none where nothing was needled. Signing twice plans
    each once. Runs inside the transaction that signs."""
    if not sites:
        return
    dues = {session.started_at + timedelta(hours=hours) for hours in session.practice.soreness_offsets_hours}
    earlier = list(session.follow_ups.filter(kind=Kind.SORENESS_CHECK, due_at__in=dues))
    checks = {check.due_at: check for check in earlier if check.state == State.CANCELLED}
    for due in dues - {check.due_at for check in earlier}:
        checks[due] = FollowUp(practice=session.practice, kind=Kind.SORENESS_CHECK, due_at=due)
    for check in checks.values():
        check.patient, check.session, check.state, check.closed_reason = session.patient, session, State.PLANNED, ""
        check.assignee, check.channel, check.call_because = session.practitioner, "", ""
    keep_all(sorted(checks.values(), key=lambda c: c.due_at), by=by, why="planned at signing")


def plan_removal(session: NeedlingSession, *, by: User) -> None:
    """A needle left in on purpose comes out by its day: the call list says so from eight that morning until somebody closes it."""
    if session.discrepancy_kind != NeedlingSession.Discrepancy.RETAINED_ON_PURPOSE or session.remove_by is None:
        return
    due = datetime.combine(session.remove_by, time(8), tzinfo=session.practice.zone)
    earlier = session.follow_ups.filter(kind=Kind.CALL, due_at=due).first()
    call = earlier or FollowUp(practice=session.practice, kind=Kind.CALL, due_at=due)
    call.patient, call.session, call.assignee = session.patient, session, session.practitioner
    call.about, call.state, call.closed_reason = "A needle left in comes out today: is it out?", State.PLANNED, ""
    keep(call, by=by, why="a needle was left in on purpose")


def cancel_checks(session: NeedlingSession, *, by: User, at: datetime, why: str) -> None:
    """Checks that nobody answered yet are no longer asked, and the links that were mailed for the session open nothing any more."""
    checks = list(session.follow_ups.filter(state__in=[State.PLANNED, State.SENT, State.NO_ANSWER]))
    for check in checks:
        check.state, check.closed_reason, check.session = State.CANCELLED, why, session
    keep_all(checks, by=by, why=why)
    links = list(SorenessLink.objects.filter(follow_up__session=session, closed_at=None))
    for link in links:
        link.closed_at, link.closed_because = at, SorenessLink.Closed.CANCELLED
    keep_all(links, by=by, why=why)


@transaction.atomic
def record_answer(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> FollowUp:
    """What the patient said. An area not asked stays empty: silence is never zero."""
    check = lock_with_session(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_record(by, check):
        raise PermissionDenied
    if check.state not in ANSWERABLE:
        raise refusals.AlreadyAnswered
    return store_answer(check, values, by=by, at=at)


def store_answer(check: FollowUp, values: Mapping[str, Any], *, by: User | None, at: datetime) -> FollowUp:
    """Write an answer into a check that the caller has locked (with its session), and what follows from it: whether a
    practitioner looks at it the same day, whether day 7 is asked, and the escalation of a red flag. `by` is empty for the patient."""
    _only_treated_areas(check, values["soreness"])
    for name, value in values.items():
        setattr(check, name, value)
    check.state, check.answered_at, check.recorded_by = State.ANSWERED, at, by
    check.acknowledged_by = check.acknowledged_at = None
    check.needs_review = grade_of(check).asks_for_review
    keep(check, by=by, why="answer recorded")
    _ask_on_day_seven(check, by=by, at=at)
    if check.red_flags:
        escalations.open_escalation(
            patient=check.patient, session=check.session, red_flags=check.red_flags, comment=check.comment,
            reported_by=check.reported_by, at=at, by=by, raised_by=check,
        )  # fmt: skip
    return check


def _ask_on_day_seven(check: FollowUp, *, by: User | None, at: datetime) -> None:
    """Still sore at the last planned check: asked once more on day 7; a corrected answer takes that back."""
    session = check.session
    if session is None or check.kind != Kind.SORENESS_CHECK:
        return
    due = session.started_at + timedelta(hours=LAST_ASKED_H)
    checks = session.follow_ups.filter(kind=Kind.SORENESS_CHECK)
    if check.due_at >= due or checks.filter(due_at__gt=check.due_at, due_at__lt=due).exists():
        return
    last = checks.filter(due_at=due).first()
    if is_sore(answer_of(check)) and due > at and (last is None or last.state == State.CANCELLED):
        last = last or FollowUp(practice=check.practice, kind=Kind.SORENESS_CHECK, due_at=due)
        last.patient, last.session, last.assignee = check.patient, session, session.practitioner
        last.state, last.closed_reason, last.channel, last.call_because = State.PLANNED, "", "", ""
        keep(last, by=by, why="still sore at the last check")
    elif not is_sore(answer_of(check)) and last is not None and last.state == State.PLANNED:
        last.state, last.closed_reason = State.CANCELLED, "not sore at the last check"
        keep(last, by=by, why="not sore at the last check")


@transaction.atomic
def record_no_answer(*, pk: UUID, by: User, version: int) -> FollowUp:
    """Nobody picked up; it stays on the list."""
    check = lock(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_record(by, check):
        raise PermissionDenied
    if check.state not in ANSWERABLE:
        raise refusals.AlreadyAnswered
    check.state = State.NO_ANSWER
    check.tries += 1
    return keep(check, by=by, why="no answer")


@transaction.atomic
def acknowledge(*, pk: UUID, by: User, at: datetime, version: int) -> FollowUp:
    """A practitioner has seen an answer and takes it on. An escalation and the answer that raised it go together."""
    rows = FollowUp.objects.visible_to(by)
    check = lock_with_session(rows, pk, version=version)
    if not policy.can_acknowledge(by, check):
        raise PermissionDenied
    if check.state != State.ANSWERED:
        raise refusals.AlreadyAnswered("There is no answer here that waits to be acknowledged.")
    _take(check, by=by, at=at)
    other = rows.select_for_update(of=("self",)).filter(Q(raised_by=check) | Q(escalation=check), state=State.ANSWERED)
    for row in other:
        _take(row, by=by, at=at)
    return check


def _take(row: FollowUp, *, by: User, at: datetime) -> None:
    if row.kind == Kind.ESCALATION:
        escalations.take(row, by=by, at=at)
        return
    row.state, row.acknowledged_by, row.acknowledged_at = State.ACKNOWLEDGED, by, at
    keep(row, by=by, why="acknowledged")


@transaction.atomic
def close(*, pk: UUID, reason: str, by: User, version: int) -> FollowUp:
    """Take a follow-up off the list without an answer, with the reason."""
    check = lock(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_record(by, check):
        raise PermissionDenied
    if check.kind == Kind.ESCALATION:
        raise refusals.NotTaken("A warning sign is closed by its outcome: what was advised and done.")
    if check.state in (State.CLOSED, State.CANCELLED):
        raise refusals.AlreadyAnswered
    if not reason.strip():
        raise ValidationError({"reason": "Write why this is closed."})
    check.state, check.closed_reason = State.CLOSED, reason.strip()
    return keep(check, by=by, why="closed")


def _only_treated_areas(check: FollowUp, soreness: Sequence[Mapping[str, Any]]) -> None:
    if check.session is None:
        return
    treated = set(check.session.sites.values_list("structure_id", "side"))
    for index, entry in enumerate(soreness):
        if (entry["structure"], entry["side"]) not in treated:
            raise ValidationError({f"soreness.{index}.structure": "This was not treated in that session."})
