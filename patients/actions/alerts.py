"""Alerts: what everyone must see in the header."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from patients import policy
from patients.models import Alert, Patient
from practice.history import keep, lock
from practice.models import User


@transaction.atomic
def add_alert(*, patient: Patient, values: Mapping[str, Any], by: User) -> Alert:
    if not policy.can_change(by, patient):
        raise PermissionDenied
    return keep(Alert(practice=patient.practice, patient=patient, **values), by=by, why="alert added")


@transaction.atomic
def change_alert(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Alert:
    """Correct an alert or end it (`ends_on`); it stays in the record."""
    alert = lock(Alert.objects.visible_to(by).select_related("practice", "patient"), pk, version=version)
    if not policy.can_change(by, alert.patient):
        raise PermissionDenied
    for name, value in values.items():
        setattr(alert, name, value)
    return keep(alert, by=by, why="alert changed")
