"""The practice and its clinics."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from practice import setup
from practice.history import keep, lock
from practice.models import Clinic, Practice, User
from practice.policy import allowed


@transaction.atomic
def set_up_practice(
    *, values: Mapping[str, Any], manager: Mapping[str, Any], password: str, at: datetime
) -> tuple[Practice, User]:
    """A new practice with its first manager, and whatever the apps above need to begin with."""
    practice = keep(Practice(**values), by=None, why="practice set up")
    person = User(practice=practice, is_manager=True, **manager)
    person.set_password(password)
    keep(person, by=None, why="first manager")
    setup.run_steps(practice, person, at)
    return practice, person


@transaction.atomic
def change_practice(*, values: Mapping[str, Any], by: User, version: int) -> Practice:
    if not allowed(by, "practice.manage"):
        raise PermissionDenied
    practice = lock(Practice.objects.visible_to(by), by.practice_id, version=version)
    for name, value in values.items():
        setattr(practice, name, value)
    return keep(practice, by=by, why="settings changed")


@transaction.atomic
def add_clinic(*, values: Mapping[str, Any], by: User) -> Clinic:
    if not allowed(by, "clinics.manage"):
        raise PermissionDenied
    return keep(Clinic(practice=by.practice, **values), by=by, why="clinic added")


@transaction.atomic
def change_clinic(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Clinic:
    clinic = lock(Clinic.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not allowed(by, "clinics.manage"):
        raise PermissionDenied
    for name, value in values.items():
        setattr(clinic, name, value)
    return keep(clinic, by=by, why="clinic changed")
