"""The details page: one page, several forms, each answered with what was typed in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from patients import email_permission, policy
from patients.forms import AlertForm, IdentifierForm, PatientForm, ReferralForm
from patients.leaving_forms import ArchiveForm, DeathForm, TakeBackForm
from patients.models import Identifier, Patient, Referral
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
        "identifiers": Identifier.objects.visible_to(user).of_patient(patient).standing(),
        "referrals": [(referral, referral.state_on(today)) for referral in referrals],
        "permissions": email_permission.told(patient),
        "may_change": policy.can_change(user, patient),
        "may_merge": policy.can_merge(user, patient),
    }
    bad = any(form.errors for form in forms.values())
    return render(request, "patients/details.html", page_context(user, patient, "details") | context | forms,
                  status=422 if bad else 200)  # fmt: skip
