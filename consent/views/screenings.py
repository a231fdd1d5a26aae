"""Screenings as pages. They fetch, call and answer; rules live in the actions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from consent import actions, forms, policy, screening_form
from consent import state as consent_state
from consent.models import Area, Screening
from consent.views.about_patient import page_context, patient_at
from practice.errors import Refused
from practice.handing_over import close_page, hand_over, handed_over
from practice.views.guarding import permitted


def screening(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The questions; a yes opens side, area and detail. Works without scripts."""
    user, patient = patient_at(request, patient_pk)
    if not policy.can_screen(user, patient):
        raise PermissionDenied
    problems: dict[str, str] = {}
    answers: dict[str, dict[str, Any]] = {}
    if request.method == "POST":
        values = forms.screening_values(request.POST)
        answers = {a["key"]: a for a in values["answers"]}
        try:
            taken = actions.record_screening(patient=patient, values=values, by=user, at=timezone.now())
        except ValidationError as error:
            problems = {field: " ".join(words) for field, words in error.message_dict.items()}
        else:
            done = "Screening recorded." if taken.complete else "Recorded, but not complete: some questions are open."
            messages.success(request, done)
            return redirect("consent:of_patient", patient.pk)
    context = {
        "questions": forms.shown_questions(answers),
        "areas": Area.objects.visible_to(user).filter(kind=Area.Kind.AREA),
        "earlier": consent_state.screening_for(patient, started_at=timezone.now())
        if policy.can_review(user, patient)
        else None,
        "can_review": policy.can_review(user, patient),
        "problems": problems,
    }
    return render(
        request, "consent/screening.html", page_context(user, patient) | context, status=422 if problems else 200
    )


@require_POST
def hand_over_screening(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The tablet goes to the patient: from here on it shows their questions and nothing else."""
    user, patient = patient_at(request, patient_pk)
    if not policy.can_screen(user, patient):
        raise PermissionDenied
    questions = reverse("consent:patient_screening", args=[patient.pk])
    hand_over(request, path=questions, back=reverse("consent:of_patient", args=[patient.pk]))
    return redirect(questions)


def patient_screening(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The questions in the patient's own hands. Their answers wait for the practitioner's review."""
    state = handed_over(request)
    if state is None or state.path != request.path:
        raise Http404
    user, patient = patient_at(request, patient_pk)
    answers: dict[str, dict[str, Any]] = {}
    left = 0
    if request.method == "POST":
        values = forms.screening_values(request.POST, filled_by=Screening.FilledBy.PATIENT)
        answers = {a["key"]: a for a in values["answers"]}
        left = len(screening_form.questions()) - len(answers)
        if not left or request.POST.get("done") == "anyway":
            actions.record_screening(patient=patient, values=values, by=user, at=timezone.now())
            close_page(request)
            return redirect("give-back")
    context = {
        "name": patient.preferred_name or patient.given_names,
        "questions": forms.shown_questions(answers),
        "areas": Area.objects.visible_to(user).filter(kind=Area.Kind.AREA),
        "open_questions": left,
    }
    return render(request, "consent/patient_screening.html", context, status=422 if left else 200)


@require_POST
def nothing_changed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient was asked, and nothing has changed since the last screening."""
    user = permitted(request, "screening.review")
    earlier = get_object_or_404(Screening.objects.visible_to(user).select_related("patient__practice"), pk=pk)
    actions.confirm_unchanged(earlier=earlier, by=user, at=timezone.now())
    messages.success(request, "Screening recorded: nothing has changed.")
    return redirect("consent:of_patient", earlier.patient_id)


@require_POST
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "screening.review")
    row = get_object_or_404(Screening.objects.visible_to(user), pk=pk)
    try:
        actions.review_screening(pk=pk, by=user, at=timezone.now())
        messages.success(request, "Reviewed.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("consent:of_patient", row.patient_id)
