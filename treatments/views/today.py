"""The parts of Today that speak of treatment: one fragment each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from practice.models import User
from practice.views.guarding import signed_in
from treatments import board, policy, waiting
from treatments.follow_up_grades import answer_of, grade_of
from treatments.models import DayCheck, FollowUp, NeedlingSession, Triage
from treatments.needles_in import still_in
from treatments.triage import RESULTS
from treatments.triage_told import told
from treatments.views.arrivals import may

MOST = 12


def part(request: HttpRequest, part: str) -> HttpResponse:
    user = signed_in(request)
    found = PARTS.get(part)
    if found is None or not policy.can_list(user):
        raise Http404
    context = found(user, timezone.now())
    return HttpResponse() if context is None else render(request, f"treatments/today/_{part}.html", context)


def _arrivals(user: User, now: datetime) -> dict[str, Any] | None:
    """Who waits: for a practitioner their own, and how many for colleagues; for the others everybody."""
    if not policy.can_read_arrivals(user):
        return None
    rows = waiting.waiting_for(user, at=now)
    if user.role != User.Role.PRACTITIONER:
        return {"rows": rows, "all_of_them": True} | may(user)
    own = [row for row in rows if row.arrival.practitioner_id == user.pk]
    return {"rows": own, "elsewhere": len(rows) - len(own)} | may(user)


def _notes(user: User, now: datetime) -> dict[str, Any]:
    """Unsigned notes, oldest first; a day later they are late."""
    drafts = NeedlingSession.objects.visible_to(user).unsigned()
    own = drafts.filter(practitioner=user)
    rows = own.select_related("patient").prefetch_related("sites").order_by("started_at")
    waiting = drafts.filter(submitted_by__supervisor=user).select_related("patient", "submitted_by")
    return {
        "rows": [(s, (now - s.started_at).days) for s in rows[:MOST]],
        "to_countersign": waiting.order_by("submitted_at")[:MOST],
        "count": own.count(),
    }


def _soreness(user: User, now: datetime) -> dict[str, Any]:
    """Answers since yesterday to this practitioner's sessions; first what is looked at today, however old, until somebody has
    acknowledged it; and the warning signs this person took, until the outcome is written."""
    mine = FollowUp.objects.visible_to(user).select_related("patient")
    checks = mine.filter(kind=FollowUp.Kind.SORENESS_CHECK, session__practitioner=user)
    to_review = list(checks.to_review().order_by("answered_at")[:MOST])
    lately = checks.filter(answered_at__gte=now - timedelta(days=2)).exclude(pk__in=[c.pk for c in to_review])
    taken = mine.open_escalations().filter(state=FollowUp.State.ACKNOWLEDGED, acknowledged_by=user)
    to_write = list(taken.order_by("acknowledged_at")[:MOST])
    return {
        "to_do": len(to_review) + len(to_write),
        "review": [(c, answer_of(c).score, grade_of(c)) for c in to_review],
        "rows": [(c, answer_of(c).score, grade_of(c)) for c in lately.order_by("-answered_at")[:MOST]],
        "taken": to_write,
        "may_acknowledge": policy.allowed(user, "follow_ups.acknowledge"),
    }


def _calls(user: User, now: datetime) -> dict[str, Any]:
    """Checks that are due and not answered: the call list."""
    due = FollowUp.objects.visible_to(user).due(now)
    return {"rows": board.told(list(board.with_words(due)[:MOST]), user=user, now=now), "count": due.count()}


def _reviews(user: User, now: datetime) -> dict[str, Any]:
    """Recalls of this practitioner that are due or come within a week."""
    mine = (
        FollowUp.objects.visible_to(user).due(now + timedelta(days=7)).filter(kind=FollowUp.Kind.RECALL, assignee=user)
    )
    return {"rows": board.told(list(board.with_words(mine)[:MOST]), user=user, now=now), "count": mine.count()}


def _triage(user: User, now: datetime) -> dict[str, Any] | None:
    """Callers whom nobody has yet, the worst first; nothing at all when there are none."""
    if not policy.can_read_triage(user):
        return None
    waiting = Triage.objects.visible_to(user).unfinished().told().order_by("-created_at")[:50]
    rows = sorted((told(card) for card in waiting), key=lambda row: -RESULTS.index(row.card.result))
    return {"rows": rows} if rows else None


def _needles(user: User, now: datetime) -> dict[str, Any]:
    check = DayCheck.objects.visible_to(user).of_day(user.practice.local_date(now)).first()
    return {"rows": still_in(user, at=now), "may_open": policy.allowed(user, "sessions.read"), "check": check,
            "may_check": policy.can_check_the_day(user)}  # fmt: skip


def _recent(user: User, now: datetime) -> dict[str, Any]:
    """Patients seen lately, by this practitioner, or by anyone for the others."""
    sessions = NeedlingSession.objects.visible_to(user).shown().select_related("patient")
    if user.role == User.Role.PRACTITIONER:
        sessions = sessions.filter(practitioner=user)
    seen: dict[Any, NeedlingSession] = {}
    for session in sessions.order_by("-started_at")[:60]:
        seen.setdefault(session.patient_id, session)
    return {"rows": list(seen.values())[:6], "can_start": policy.can_start(user)}


PARTS: dict[str, Callable[[User, datetime], dict[str, Any] | None]] = {
    "arrivals": _arrivals,
    "notes": _notes,
    "soreness": _soreness,
    "calls": _calls,
    "needles": _needles,
    "reviews": _reviews,
    "triage": _triage,
    "recent": _recent,
}
