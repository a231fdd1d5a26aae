"""Contacts of the practice: GPs, referrers, insurers. Archived instead of deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from patients import policy
from patients.models import Contact
from practice.history import keep, lock
from practice.models import User


@transaction.atomic
def add_contact(*, values: Mapping[str, Any], by: User) -> Contact:
    if not policy.can_write(by):
        raise PermissionDenied
    return keep(Contact(practice=by.practice, **values), by=by, why="contact added")


@transaction.atomic
def change_contact(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Contact:
    contact = _locked(pk, by, version)
    for name, value in values.items():
        setattr(contact, name, value)
    return keep(contact, by=by, why="contact changed")


@transaction.atomic
def archive_contact(*, pk: UUID, by: User, at: datetime, version: int) -> Contact:
    contact = _locked(pk, by, version)
    contact.archived_at = at
    return keep(contact, by=by, why="contact archived")


def _locked(pk: UUID, by: User, version: int) -> Contact:
    contact = lock(Contact.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_write(by):
        raise PermissionDenied
    return contact
