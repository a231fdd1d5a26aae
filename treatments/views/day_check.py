"""The end of day check as a page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from practice.views.guarding import signed_in
from treatments import actions, policy
from treatments.forms import DayCheckForm
from treatments.models import DayCheck
from treatments.needles_in import still_in, unsigned_of


def day_check(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if not policy.can_read_day_checks(user):
        raise PermissionDenied
    may_check, now = policy.can_check_the_day(user), timezone.now()
    if request.method == "POST" and not may_check:
        raise PermissionDenied
    today = user.practice.local_date(now)
    form = DayCheckForm(request.POST if request.method == "POST" else None, initial={"on": today})
    done = form.attempt(lambda: actions.check_day(**form.cleaned_data, by=user, at=now))
    if done:
        messages.success(request, f"The end of {done.on:%A} is checked.")
        return redirect("treatments:day-check")
    context = {
        "nav": "today",
        "form": form,
        "may_check": may_check,
        "may_open": policy.allowed(user, "sessions.read"),
        "rows": still_in(user, at=now),
        "unsigned": unsigned_of(user, today)[:50],
        "checks": DayCheck.objects.visible_to(user).select_related("created_by")[:14],
        "today": today,
    }
    return render(request, "treatments/day_check.html", context, status=422 if form.errors else 200)
