"""The list of pairs that may be one person, kept by the worker: decided here, one by one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions, policy
from patients.models import DuplicatePair
from practice.errors import Refused, Stale
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted

LISTED = 50


def duplicates(request: HttpRequest) -> HttpResponse:
    """The likeliest first; what was decided lately below."""
    user = permitted(request, "patients.read")
    rows = DuplicatePair.objects.visible_to(user).select_related("first", "second", "decided_by")
    decided = rows.filter(state=DuplicatePair.State.DIFFERENT).order_by("-decided_at", "-id")
    context = {
        "nav": "patients", "pairs": rows.waiting()[:LISTED], "decided": decided[:10],
        "may_dismiss": policy.can_write(user), "may_merge": policy.may_merge(user),
    }  # fmt: skip
    return render(request, "patients/duplicates.html", context)


@require_POST
def dismiss(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "patients.write")
    pair = get_object_or_404(DuplicatePair.objects.visible_to(user), pk=pk)
    try:
        actions.dismiss_pair(pk=pk, by=user, at=timezone.now(), version=version_sent(request, pair.version))
        messages.success(request, "Kept as two people. They come back only if one of the records changes.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:duplicates")
