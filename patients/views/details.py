"""The details page: one page, several forms, each answered with what was typed in it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from patients import destroying, email_permission, policy
from patients.forms import AlertForm, IdentifierForm, PatientForm, ReferralForm
from patients.leaving_forms import ArchiveForm, DeathForm, DestroyForm, HoldForm, LiftForm, TakeBackForm
from patients.models import Destruction, Identifier, LegalHold, Patient, Referral
from patients.views.opening import page_context
from practice.models import User


def details_page(request: HttpRequest, user: User, patient: Patient, **forms: Any) -> HttpResponse:
    """With the forms named, as they were sent; the others fresh."""
    today = patient.practice.local_date(timezone.now())
    referrals = Referral.objects.visible_to(user).of_patient(patient).select_related("referrer")
    context = {
        "form": forms.get("form") or PatientForm(user=user, initial=PatientForm.initial_of(patient)),
        "alert_form": AlertForm(),
        "identifier_form": IdentifierForm(),
        "referral_form": ReferralForm(user=user),
        "archive_form": ArchiveForm(),
        "death_form": DeathForm(),
        "take_back_form": TakeBackForm(),
        **_keeping(user, patient, today),
        "identifiers": Identifier.objects.visible_to(user).of_patient(patient).standing(),
        "referrals": [(referral, referral.state_on(today)) for referral in referrals],
        "permissions": email_permission.told(patient),
        "may_change": policy.can_change(user, patient),
        "may_merge": policy.can_merge(user, patient),
    }
    bad = any(form.errors for form in forms.values())
    return render(request, "patients/details.html", page_context(user, patient, "details") | context | forms,
                  status=422 if bad else 200)  # fmt: skip


def _keeping(user: User, patient: Patient, today: date) -> dict[str, Any]:
    """How long the record is kept, and what stands against destroying it."""
    kept = destroying.keeping_of(patient)
    holds = LegalHold.objects.visible_to(user).of_patient(patient).filter(lifted_at=None).select_related("created_by")
    waiting = Destruction.objects.visible_to(user).filter(patient_id=patient.pk, state=Destruction.State.PROPOSED)
    return {
        "kept": kept,
        "holds": list(holds),
        "proposed": waiting.first(),
        "is_over": kept.is_over(today),
        "may_hold": policy.can_hold(user, patient),
        "may_propose": policy.can_propose_destruction(user, patient),
        "may_confirm": policy.may_confirm(user),
        "hold_form": HoldForm(),
        "lift_form": LiftForm(),
        "destroy_form": DestroyForm(),
    }
