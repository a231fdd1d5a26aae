"""Insights: the practice's figures for its manager, and each of them as a file."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from practice.models import User
from practice.views.guarding import signed_in
from reports import counting, policy
from reports.insight_forms import InsightForm
from reports.insights import as_csv


def insights(request: HttpRequest) -> HttpResponse:
    """Every figure with its denominator and what was left out."""
    user = _manager(request)
    form = _asked(request, user)
    told = counting.figures_of(form.scope(), at=timezone.now()) if form.is_valid() else None
    context = {
        "nav": "practice",
        "tab": "insights",
        "form": form,
        "figures": told.figures if told else [],
        "asked": request.GET.urlencode(),
    }
    return render(request, "reports/insights.html", context, status=422 if form.errors else 200)


def insight_file(request: HttpRequest, key: str) -> HttpResponse:
    """One figure as CSV."""
    user = _manager(request)
    form = _asked(request, user)
    if not form.is_valid():
        raise Http404
    scope, now = form.scope(), timezone.now()
    figure = counting.figures_of(scope, at=now).figure(key)
    if figure is None:
        raise Http404
    text = as_csv(figure, f"{scope.first:%Y-%m-%d} to {scope.last:%Y-%m-%d}")
    name = f"insights-{key}-{scope.first:%Y-%m-%d}-{scope.last:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _manager(request: HttpRequest) -> User:
    user = signed_in(request)
    if not policy.can_read_insights(user):
        raise PermissionDenied
    return user


def _asked(request: HttpRequest, user: User) -> InsightForm:
    return InsightForm(request.GET, user=user, today=user.practice.local_date(timezone.now()))
