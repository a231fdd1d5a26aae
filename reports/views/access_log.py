"""Who looked, by person: what they opened in a period, what of it is worth a question, and who looked into that."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from practice.models import AccessEntry, User
from practice.sent_numbers import whole_number
from practice.views.guarding import signed_in
from reports import access_looks, actions, policy
from reports.access_forms import AccessForm, ReviewForm
from reports.access_serving import looks_response
from reports.unusual_access import RULES

HERE = {"nav": "practice", "tab": "access"}
AT_ONCE = 100


def access_log(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    form = AccessForm(request.GET, user=user, today=user.practice.local_date(timezone.now()))
    found = access_looks.Looks([], was_cut=False)
    if form.is_valid():
        found = access_looks.looks(form.asked(), viewer=user, now=timezone.now())
    page = whole_number(request.GET.get("page", ""), 0)
    context = HERE | {
        "form": form,
        "asked": form.asked() if form.is_valid() else None,
        "rows": found.rows[page * AT_ONCE : (page + 1) * AT_ONCE],
        "count": len(found.rows),
        "unusual": sum(bool(row.reasons) for row in found.rows),
        "open": sum(bool(row.reasons) and not row.is_reviewed for row in found.rows),
        "was_cut": found.was_cut,
        "most": access_looks.MOST,
        "older": _address(request, page=page + 1) if (page + 1) * AT_ONCE < len(found.rows) else "",
        "file": _address(request, page=None),
        "whole": policy.can_read_whole_access_log(user),
        "rules": RULES,
    }
    return render(request, "reports/access_log.html", context, status=422 if form.errors else 200)


def _address(request: HttpRequest, *, page: int | None) -> str:
    asked: QueryDict = request.GET.copy()
    asked.pop("page", None)
    more = [("page", str(page))] if page is not None else []
    return "?" + urlencode([*asked.items(), *more])


def access_file(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV."""
    user = _reader(request)
    form = AccessForm(request.GET, user=user, today=user.practice.local_date(timezone.now()))
    if not form.is_valid():
        raise Http404
    asked = form.asked()
    return looks_response(access_looks.looks(asked, viewer=user, now=timezone.now()).rows, asked)


def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person, one patient, one day: every opening. Sending the form keeps what was found."""
    user = _reader(request)
    entry = get_object_or_404(AccessEntry.objects.visible_to(user).select_related("created_by"), pk=pk)
    row = access_looks.look_of(entry, viewer=user, now=timezone.now())
    if row is None:
        raise Http404
    newest = row.entries[0]
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not policy.can_review_access(user, entry):
        raise PermissionDenied
    if form.attempt(
        lambda: actions.review_access(entry=newest, note=form.cleaned_data["note"], by=user, at=timezone.now())
    ):
        return redirect("access:look", newest.pk)
    context = HERE | {"row": row, "form": form, "may_review": policy.can_review_access(user, entry),
                      "is_own": newest.created_by_id == user.pk}  # fmt: skip
    return render(request, "reports/access_look.html", context, status=422 if form.errors else 200)


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not policy.can_read_access_log(user):
        raise PermissionDenied
    return user
