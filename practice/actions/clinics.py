"""Clinics: where the practice treats. A closed one is archived, because sessions point at it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.history import keep, lock
from practice.models import Clinic, User
from practice.policy import allowed


@transaction.atomic
def add_clinic(*, values: Mapping[str, Any], by: User) -> Clinic:
    _may_manage(by)
    clinic = Clinic(practice=by.practice, **values)
    _name_is_free(clinic)
    return keep(clinic, by=by, why="clinic added")


@transaction.atomic
def change_clinic(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Clinic:
    clinic = _locked(pk, by, version)
    for name, value in values.items():
        setattr(clinic, name, value)
    _name_is_free(clinic)
    return keep(clinic, by=by, why="clinic changed")


@transaction.atomic
def archive_clinic(*, pk: UUID, by: User, version: int) -> Clinic:
    """No longer offered for new sessions; doing it twice changes nothing."""
    return _opened(_locked(pk, by, version), False, by)


@transaction.atomic
def restore_clinic(*, pk: UUID, by: User, version: int) -> Clinic:
    return _opened(_locked(pk, by, version), True, by)


def _opened(clinic: Clinic, is_active: bool, by: User) -> Clinic:
    if clinic.is_active == is_active:
        return clinic
    clinic.is_active = is_active
    return keep(clinic, by=by, why="clinic restored" if is_active else "clinic archived")


def _locked(pk: UUID, by: User, version: int) -> Clinic:
    clinic = lock(Clinic.objects.visible_to(by).select_related("practice"), pk, version=version)
    _may_manage(by)
    return clinic


def _may_manage(by: User) -> None:
    if not allowed(by, "clinics.manage"):
        raise PermissionDenied


def _name_is_free(clinic: Clinic) -> None:
    """The database holds this too; here it is said beside the field."""
    others = Clinic.objects.filter(practice=clinic.practice_id, name=clinic.name).exclude(pk=clinic.pk)
    if others.exists():
        raise ValidationError({"name": f"There is a clinic named {clinic.name} already. Give this one another name."})
