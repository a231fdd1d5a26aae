"""Warning signs: the note on every page until a practitioner has taken it, and the page where what was done is written."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from practice.access import note_access
from practice.forms import ActionForm
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted, signed_in
from treatments import actions, policy, triage
from treatments.models import FollowUp, Triage
from treatments.soreness import RED_FLAGS
from treatments.views.opening import patient_context

MOST = 4


class OutcomeForm(ActionForm):
    outcome = forms.CharField(
        max_length=FollowUp._meta.get_field("outcome").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="What was advised and done",
        help_text="Goes into the record as an addendum to the session.",
    )


def banner(request: HttpRequest) -> HttpResponse:
    """What nobody has taken yet: one query. 204 while it is what the page shows already, so that nothing is read out twice."""
    user = signed_in(request)
    if not policy.can_read_follow_ups(user):
        return HttpResponse(status=204)
    rows = _escalations(user).filter(state=FollowUp.State.ANSWERED)
    waiting = list(rows.select_related("patient", "session__practitioner", "assignee").order_by("due_at")[: MOST + 1])
    state = sha256(" ".join(f"{row.pk}{row.version}" for row in waiting).encode()).hexdigest()[:12]
    if request.GET.get("seen") == state:
        return HttpResponse(status=204)
    context = {
        "rows": [(row, signs(row)) for row in waiting[:MOST]],
        "more": len(waiting) > MOST,
        "state": state,
        "may_take": policy.allowed(user, "follow_ups.acknowledge"),
    }
    return render(request, "treatments/_escalations.html", context)


def escalation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whom to call and what to say; who was told when; and, once taken, what was done."""
    user = permitted(request, "follow_ups.read")
    rows = _escalations(user)
    row = get_object_or_404(rows.select_related("patient__practice", "session__practitioner", "assignee", "recorded_by",
                                                "acknowledged_by", "raised_by"), pk=pk)  # fmt: skip
    if request.method == "POST" and not policy.can_acknowledge(user, row):
        raise PermissionDenied
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if _written(request, form, row):
        messages.success(request, "Written into the record.")
        return redirect("treatments:escalation", pk)
    note_access(request, patient_id=row.patient_id, kind="follow_up", record_id=row.pk)
    context: dict[str, Any] = {
        "nav": "follow_ups",
        "row": row,
        "signs": signs(row),
        "steps": row.steps.select_related("person", "created_by").order_by("created_at", "pk"),
        "form": form,
        "may_take": policy.can_acknowledge(user, row),
        "emergency": user.practice.emergency_number,
    }
    page = patient_context(user, row.patient) | context
    return render(request, "treatments/escalation.html", page, status=422 if form.errors else 200)


def _written(request: HttpRequest, form: OutcomeForm, row: FollowUp) -> Any:
    user, version = signed_in(request), version_sent(request, row.version)
    return form.attempt(
        lambda: actions.write_outcome(
            pk=row.pk, outcome=form.cleaned_data["outcome"], by=user, at=timezone.now(), version=version
        )
    )


def _escalations(user: User) -> QuerySet[FollowUp]:
    """Each with whether a phone card raised it."""
    rows = FollowUp.objects.visible_to(user).filter(kind=FollowUp.Kind.ESCALATION)
    return rows.annotate(by_card=Exists(Triage.objects.visible_to(user).filter(follow_up=OuterRef("pk"))))


def signs(row: FollowUp) -> list[str]:
    """The warning signs in the words the patient read; of a phone card without one, what it is about."""
    if row.by_card:  # type: ignore[attr-defined]  # annotated above
        told = triage.signs_asked_together(row.red_flags)
    else:
        told = [RED_FLAGS[flag] for flag in row.red_flags if flag in RED_FLAGS]
    return told or [row.about or "Warning sign"]
