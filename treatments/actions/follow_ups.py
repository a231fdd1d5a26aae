"""Soreness checks: planned when a session is signed, answered to the staff, acknowledged, closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.history import keep, keep_all, lock
from practice.models import User
from treatments import policy
from treatments.actions import refusals
from treatments.models import FollowUp, NeedlingSession, Site

Kind, State = FollowUp.Kind, FollowUp.State
ANSWERABLE = {State.PLANNED, State.SENT, State.NO_ANSWER, State.CALLED}


def plan_checks(session: NeedlingSession, sites: Sequence[Site], *, by: User, at: datetime) -> None:
    """The practice's offsets (24 h, 72 h) after the treatment; none where nothing was needled. Signing twice plans
    each once. Runs inside the transaction that signs."""
    if not sites:
        return
    dues = {session.started_at + timedelta(hours=hours) for hours in session.practice.soreness_offsets_hours}
    earlier = session.follow_ups.filter(kind=Kind.SORENESS_CHECK, state=State.CANCELLED, due_at__in=dues)
    checks = {check.due_at: check for check in earlier}
    for due in dues - set(checks):
        checks[due] = FollowUp(practice=session.practice, kind=Kind.SORENESS_CHECK, due_at=due)
    for check in checks.values():
        check.patient, check.session, check.state, check.closed_reason = session.patient, session, State.PLANNED, ""
        check.assignee = session.practitioner
    keep_all(sorted(checks.values(), key=lambda c: c.due_at), by=by, why="planned at signing")


def cancel_checks(session: NeedlingSession, *, by: User, why: str) -> None:
    """Checks that nobody answered yet are no longer asked."""
    checks = list(session.follow_ups.filter(state__in=[State.PLANNED, State.SENT, State.NO_ANSWER]))
    for check in checks:
        check.state, check.closed_reason, check.session = State.CANCELLED, why, session
    keep_all(checks, by=by, why=why)


@transaction.atomic
def record_answer(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> FollowUp:
    """What the patient said. An area not asked stays empty: silence is never zero."""
    check = lock(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_record(by, check):
        raise PermissionDenied
    if check.state not in ANSWERABLE:
        raise refusals.AlreadyAnswered
    _only_treated_areas(check, values["soreness"])
    for name, value in values.items():
        setattr(check, name, value)
    check.state, check.answered_at, check.recorded_by = State.ANSWERED, at, by
    return keep(check, by=by, why="answer recorded")


@transaction.atomic
def record_no_answer(*, pk: UUID, by: User, version: int) -> FollowUp:
    """Nobody picked up; it stays on the list."""
    check = lock(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_record(by, check):
        raise PermissionDenied
    if check.state not in ANSWERABLE:
        raise refusals.AlreadyAnswered
    check.state = State.NO_ANSWER
    return keep(check, by=by, why="no answer")


@transaction.atomic
def acknowledge(*, pk: UUID, by: User, at: datetime, version: int) -> FollowUp:
    """A practitioner has seen an answer and takes it on."""
    check = lock(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_acknowledge(by, check):
        raise PermissionDenied
    if check.state != State.ANSWERED:
        raise refusals.AlreadyAnswered("There is no answer here that waits to be acknowledged.")
    check.state, check.acknowledged_by, check.acknowledged_at = State.ACKNOWLEDGED, by, at
    return keep(check, by=by, why="acknowledged")


@transaction.atomic
def close(*, pk: UUID, reason: str, by: User, version: int) -> FollowUp:
    """Take a follow-up off the list without an answer, with the reason."""
    check = lock(FollowUp.objects.visible_to(by), pk, version=version)
    if not policy.can_record(by, check):
        raise PermissionDenied
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
