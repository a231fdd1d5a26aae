"""Who is at the page, and which patient it is about."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from patients.banner import banner_context
from patients.leading import reach
from patients.models import Patient
from patients.policy import can_see_who_looked
from practice.models import User
from practice.views.guarding import permitted


def patient_at(request: HttpRequest, pk: UUID) -> tuple[User, Patient]:
    user = permitted(request, "consent.read")
    return user, reach(request, Patient.objects.visible_to(user), pk)


def page_context(user: User, patient: Patient) -> dict[str, Any]:
    banner = banner_context(patient, at=timezone.now())
    return {"nav": "patients", "tab": "consent", "can_see_who_looked": can_see_who_looked(user, patient), **banner}
