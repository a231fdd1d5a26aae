"""Filtering by patient, for every list above: a merged patient's rows answer under the winner."""

from typing import Any
from uuid import UUID

import django_filters

from patients.models import Patient


class OfPatientFilter(django_filters.FilterSet):
    patient = django_filters.UUIDFilter(method="of_patient")

    def of_patient(self, rows: Any, name: str, value: UUID) -> Any:
        """Rows of the patient and of everyone merged into them; nothing for a patient the person cannot see."""
        patient = Patient.objects.visible_to(self.request.user).filter(pk=value).first()
        return rows.of_patient(patient) if patient else rows.none()
