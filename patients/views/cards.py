"""Numbers of cards and referrals, from the details page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions
from patients.forms import IdentifierForm, ReferralForm
from patients.models import Identifier
from patients.views.details import details_page
from patients.views.opening import changeable, version_sent
from practice.errors import Refused, Stale


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
