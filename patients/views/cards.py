"""Numbers of cards and referrals, from the details page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions
from patients.forms import IdentifierForm, ReferralForm
from patients.models import Identifier, Referral
from patients.views.details import details_page
from patients.views.opening import changeable, page_context
from practice.access import note_access
from practice.errors import Refused, Stale
from practice.sent_numbers import version_sent


@require_POST
def add_identifier(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, patient = changeable(request, pk)
    form = IdentifierForm(request.POST)
    if form.is_valid() and form.attempt(
        lambda: actions.add_identifier(patient=patient, values=form.cleaned_data, by=user)
    ):
        messages.success(request, "Number added.")
        return redirect("patients:details", pk)
    return details_page(request, user, patient, identifier_form=form)


@require_POST
def remove_identifier(request: HttpRequest, pk: UUID, identifier: UUID) -> HttpResponse:
    """It was recorded in error."""
    user, patient = changeable(request, pk)
    row = get_object_or_404(Identifier.objects.visible_to(user).of_patient(patient), pk=identifier)
    try:
        version = version_sent(request, row.version)
        actions.remove_identifier(pk=row.pk, by=user, at=timezone.now(), version=version)
        messages.success(request, "Taken out. The history of the record keeps it.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:details", pk)


@require_POST
def add_referral(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, patient = changeable(request, pk)
    form = ReferralForm(request.POST, user=user)
    if form.is_valid() and form.attempt(
        lambda: actions.add_referral(patient=patient, values=form.values(), by=user, at=timezone.now())
    ):
        messages.success(request, "Referral recorded.")
        return redirect("patients:details", pk)
    return details_page(request, user, patient, referral_form=form)


def referral(request: HttpRequest, pk: UUID, referral: UUID) -> HttpResponse:
    """It was typed wrongly: what stands there, its history, and the form to put it right."""
    user, patient = changeable(request, pk)
    rows = Referral.objects.visible_to(user).of_patient(patient).select_related("referrer")
    row = get_object_or_404(rows, pk=referral)
    form = ReferralForm.of(row, request.POST if request.method == "POST" else None, user=user)
    version = version_sent(request, row.version)
    if form.is_valid() and form.attempt(
        lambda: actions.change_referral(pk=row.pk, values=form.values(), by=user, at=timezone.now(), version=version)
    ):
        messages.success(request, "Referral corrected. The history keeps what it said before.")
        return redirect("patients:details", pk)
    if request.method != "POST":
        note_access(request, patient_id=patient.pk, kind="patient", record_id=patient.pk)
    today = user.practice.local_date(timezone.now())
    context = {
        "referral": row, "state": row.state_on(today), "form": form,
        "history": row.history.select_related("history_user", "referrer").order_by("-history_id"),
    }  # fmt: skip
    return render(request, "patients/referral.html", page_context(user, patient, "details") | context,
                  status=422 if form.errors else 200)  # fmt: skip
