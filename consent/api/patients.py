"""The patient a body names."""

from uuid import UUID

from django.http import Http404

from patients.models import Patient
from practice.models import User


def patient_of(user: User, pk: UUID) -> Patient:
    patient = Patient.objects.visible_to(user).led(pk)
    if patient is None:
        raise Http404
    return patient
