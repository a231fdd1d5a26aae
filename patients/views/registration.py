"""A new patient: filled while listening, with the people it may be shown beside the form."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions, duplicates
from patients.models import Patient
from patients.registration_form import NewPatientForm
from practice.models import User
from practice.views.guarding import permitted


def new(request: HttpRequest) -> HttpResponse:
    """Register a patient; likely duplicates are shown first, saving all the same has to be said."""
    user = permitted(request, "patients.write")
    form = NewPatientForm(request.POST or None, user=user)
    candidates: list[dict[str, Any]] = []
    if form.is_valid():
        found = form.attempt(lambda: _registered(request, form, user))
        if isinstance(found, Patient):
            return redirect("patients:chart", found.pk)
        candidates = found or []
    form.focus()
    context = {"nav": "patients", "form": form, "candidates": candidates, "hide_search": True}
    return render(request, "patients/new.html", context, status=422 if form.errors or candidates else 200)


def _registered(request: HttpRequest, form: NewPatientForm, user: User) -> Patient | list[dict[str, Any]]:
    """The new patient, or the candidates who may be the same person."""
    sure = request.POST.get("confirm_not_duplicate") == "yes"
    try:
        return actions.register_patient(
            values=form.values(), identifiers=form.identifiers(), referral=form.referral(), by=user, at=timezone.now(),
            confirm_not_duplicate=sure,
        )  # fmt: skip
    except actions.PossibleDuplicate as gate:
        return gate.errors


@require_POST
def alike(request: HttpRequest) -> HttpResponse:
    """While the form is being filled: what to read back, and who it may already be. Nothing is written."""
    user = permitted(request, "patients.write")
    form = NewPatientForm(request.POST, user=user)
    seems = form.so_far()
    found = duplicates.likely(Patient.objects.visible_to(user), seems) if seems else []
    context = {"found": found, "read_back": form.read_back(timezone.now()), "registration": _by_link(request)}
    return render(request, "patients/_alike.html", context)


def _by_link(request: HttpRequest) -> UUID | None:
    """Whose registration by a link is looked through in this form."""
    try:
        return UUID(request.POST.get("registration", ""))
    except ValueError:
        return None
