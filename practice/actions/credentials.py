"""Credentials: trainings that a rule asks for, with the day they run out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from practice.actions.people import may_manage_staff
from practice.history import keep, lock
from practice.models import Credential, User
from practice.policy import same_practice


@transaction.atomic
def add_credential(*, person: User, values: Mapping[str, Any], by: User) -> Credential:
    may_manage_staff(by)
    if not same_practice(by, person):
        raise PermissionDenied
    return keep(Credential(practice=by.practice, user=person, **values), by=by, why="credential added")


@transaction.atomic
def change_credential(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Credential:
    """A mistake is corrected, a renewal moves the day; the history keeps what it was."""
    may_manage_staff(by)
    credential = lock(Credential.objects.visible_to(by).select_related("practice", "user"), pk, version=version)
    for name, value in values.items():
        setattr(credential, name, value)
    return keep(credential, by=by, why="credential changed")
