"""The parts of Today that speak of treatment: one fragment each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from practice.models import User
from practice.views.guarding import signed_in
from treatments import policy
from treatments.follow_up_grades import answer_of, grade_of
from treatments.models import FollowUp, NeedlingSession

MOST = 12


def part(request: HttpRequest, part: str) -> HttpResponse:
    user = signed_in(request)
    found = PARTS.get(part)
    if found is None or not policy.can_list(user):
        raise Http404
    return render(request, f"treatments/today/_{part}.html", found(user, timezone.now()))


def _notes(user: User, now: datetime) -> dict[str, Any]:
    """Unsigned notes, oldest first; a day later they are late."""
    drafts = NeedlingSession.objects.visible_to(user).unsigned().filter(practitioner=user)
    rows = drafts.select_related("patient").prefetch_related("sites").order_by("started_at")
    return {"rows": [(s, (now - s.started_at).days) for s in rows[:MOST]], "count": drafts.count()}


def _soreness(user: User, now: datetime) -> dict[str, Any]:
    """Answers since yesterday to this practitioner's sessions."""
    since = now - timedelta(days=2)
    checks = FollowUp.objects.visible_to(user).filter(answered_at__gte=since, session__practitioner=user)
    rows = checks.select_related("patient").order_by("-answered_at")[:MOST]
    return {"rows": [(c, answer_of(c).score, grade_of(c)) for c in rows]}


def _calls(user: User, now: datetime) -> dict[str, Any]:
    """Checks that are due and not answered: the call list."""
    due = FollowUp.objects.visible_to(user).due(now).select_related("patient", "session__practitioner")
    return {"rows": [(c, int((now - c.session.started_at).total_seconds() // 3600) if c.session else None)
                     for c in due[:MOST]], "count": due.count()}  # fmt: skip


def _needles(user: User, now: datetime) -> dict[str, Any]:
    """Drafts of the last day whose needles are not all counted out."""
    drafts = NeedlingSession.objects.visible_to(user).unsigned().filter(started_at__gte=now - timedelta(days=1))
    rows = drafts.select_related("patient", "practitioner").annotate(total=Sum("sites__needles")).order_by("started_at")
    still = [(s, _went_in(s), s.needles_out or 0) for s in rows[:50]]
    return {"rows": [(s, went_in - out, went_in, now - s.started_at) for s, went_in, out in still if went_in > out],
            "may_open": policy.allowed(user, "sessions.read")}  # fmt: skip


def _went_in(session: Any) -> int:
    """As counted, else the sum of the sites (annotated as `total`)."""
    return (session.total if session.needles_in is None else session.needles_in) or 0


def _recent(user: User, now: datetime) -> dict[str, Any]:
    """Patients seen lately, by this practitioner, or by anyone for the others."""
    sessions = NeedlingSession.objects.visible_to(user).shown().select_related("patient")
    if user.role == User.Role.PRACTITIONER:
        sessions = sessions.filter(practitioner=user)
    seen: dict[Any, NeedlingSession] = {}
    for session in sessions.order_by("-started_at")[:60]:
        seen.setdefault(session.patient_id, session)
    return {"rows": list(seen.values())[:6], "can_start": policy.can_start(user)}


PARTS: dict[str, Callable[[User, datetime], dict[str, Any]]] = {
    "notes": _notes,
    "soreness": _soreness,
    "calls": _calls,
    "needles": _needles,
    "recent": _recent,
}
