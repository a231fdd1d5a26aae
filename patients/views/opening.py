"""Reaching a patient from a page: who may, whose record, which state was seen."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from patients import policy
from patients.banner import banner_context
from patients.leading import reach
from patients.models import Patient
from practice.models import User
from practice.views.guarding import signed_in


def patient_of(request: HttpRequest, pk: UUID) -> tuple[User, Patient]:
    user = signed_in(request)
    if not policy.can_read(user):
        raise PermissionDenied
    return user, reach(request, Patient.objects.visible_to(user).select_related("gp", "referrer", "status_by"), pk)


def changeable(request: HttpRequest, pk: UUID) -> tuple[User, Patient]:
    """The patient for somebody who may change the record; 403 before any form is read."""
    user, patient = patient_of(request, pk)
    if not policy.can_change(user, patient):
        raise PermissionDenied
    return user, patient


def page_context(user: User, patient: Patient, tab: str) -> dict[str, Any]:
    return {
        "nav": "patients",
        "tab": tab,
        "can_see_who_looked": policy.can_see_who_looked(user, patient),
        "may_change": policy.can_change(user, patient),
        **banner_context(patient, at=timezone.now()),
    }
