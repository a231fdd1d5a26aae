"""Numbers of cards and files: checked by their shape, corrected, taken out when they were recorded in error."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import policy
from patients.identifier_shapes import NotThatNumber, shape_of
from patients.models import Identifier, Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User


class AlreadyRemoved(Refused):
    code = "already_removed"
    message = "This number was taken out already. Add it again if it is right after all."


@transaction.atomic
def add_identifier(*, patient: Patient, values: Mapping[str, Any], by: User) -> Identifier:
    if not policy.can_change(by, patient):
        raise PermissionDenied
    return keep(checked_identifier(patient, values), by=by, why="identifier added")


@transaction.atomic
def change_identifier(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Identifier:
    identifier = _locked(pk, by=by, version=version)
    return keep(_filled(identifier, values), by=by, why="identifier corrected")


@transaction.atomic
def remove_identifier(*, pk: UUID, by: User, at: datetime, version: int) -> Identifier:
    """Out of the record's pages: a number of somebody else, or a slip. The history keeps it."""
    identifier = _locked(pk, by=by, version=version)
    identifier.removed_at = at
    return keep(identifier, by=by, why="identifier recorded in error")


def checked_identifier(patient: Patient, values: Mapping[str, Any]) -> Identifier:
    """The row, not stored yet. Raises ValidationError per field."""
    return _filled(Identifier(practice=patient.practice, patient=patient), values)


def _filled(identifier: Identifier, values: Mapping[str, Any]) -> Identifier:
    for name, value in values.items():
        setattr(identifier, name, value)
    problems = {}
    try:
        shape = shape_of(identifier.system, country=identifier.practice.country)
        identifier.value = shape.read(identifier.value)
    except NotThatNumber as error:
        problems["value"] = str(error)
    identifier.issuer = " ".join(identifier.issuer.split())
    if identifier.system == Identifier.System.INSURER and not identifier.issuer:
        problems["issuer"] = "Write which insurer or fund the number is of, such as Bupa."
    if problems:
        raise ValidationError(problems)
    return identifier


def _locked(pk: UUID, *, by: User, version: int) -> Identifier:
    rows = Identifier.objects.visible_to(by).select_related("practice", "patient")
    identifier = lock(rows, pk, version=version)
    if not policy.can_change(by, identifier.patient):
        raise PermissionDenied
    if identifier.removed_at is not None:
        raise AlreadyRemoved
    return identifier
