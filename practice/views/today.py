"""Today: what waits for the person who signed in. Its parts come from the apps above, as fragments by URL name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from practice.models import User
from practice.policy import allowed
from practice.views.guarding import signed_in

PARTS = {
    User.Role.PRACTITIONER: (
        "triage",
        "arrivals",
        "notes",
        "soreness",
        "registrations",
        "reviews",
        "needles",
        "recent",
    ),
    User.Role.FRONT_DESK: ("triage", "arrivals", "registrations", "calls", "mail", "needles", "recent"),
    User.Role.AUDITOR: ("arrivals", "recent"),
    User.Role.SERVICE: (),
}
MAIN = ("triage", "arrivals", "registrations", "notes", "soreness")  # the others stand beside them


def today(request: HttpRequest) -> HttpResponse:
    """By role: a practitioner sees notes to finish first, the front desk the calls to make."""
    user = signed_in(request)
    parts = PARTS[User.Role(user.role)]
    searches = user.role == User.Role.FRONT_DESK
    context = {
        "nav": "today",
        "searches": searches,
        "hide_search": searches,  # the bar has no second box
        "now": timezone.now(),
        "main_parts": [p for p in parts if p in MAIN],
        "side_parts": [p for p in parts if p not in MAIN],
        "can_start": allowed(user, "sessions.write") and allowed(user, "patients.write"),
        "can_register": allowed(user, "patients.write"),
    }
    return render(request, "practice/today.html", context)
