"""Courses of care and needle lots: what a session belongs to and what it used."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients.models import Patient
from practice.history import keep, lock
from practice.models import User
from treatments import policy
from treatments.models import Episode, NeedleLot


@transaction.atomic
def open_episode(*, patient: Patient, values: Mapping[str, Any], by: User) -> Episode:
    """A course of care for one problem of the patient, with the practitioner who leads it."""
    if not (policy.can_write_episode(by) and by.practice_id == patient.practice_id):
        raise PermissionDenied
    episode = Episode(practice=by.practice, patient=patient, practitioner=by)
    return _kept_episode(episode, values, by=by, why="course of care opened")


@transaction.atomic
def change_episode(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Episode:
    episode = lock(Episode.objects.visible_to(by).select_related("practice", "patient", "practitioner"), pk,
                   version=version)  # fmt: skip
    if not policy.can_write_episode(by):
        raise PermissionDenied
    return _kept_episode(episode, values, by=by, why="course of care changed")


def _kept_episode(episode: Episode, values: Mapping[str, Any], *, by: User, why: str) -> Episode:
    for name, value in values.items():
        setattr(episode, name, value)
    if not episode.title.strip():
        raise ValidationError({"title": "Name the problem, such as: Right shoulder pain."})
    return keep(episode, by=by, why=why)


@transaction.atomic
def add_lot(*, values: Mapping[str, Any], by: User) -> NeedleLot:
    """A box of needles comes into the practice."""
    if not policy.can_manage_lots(by):
        raise PermissionDenied
    return keep(NeedleLot(practice=by.practice, **values), by=by, why="lot added")


@transaction.atomic
def change_lot(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> NeedleLot:
    """Correct a lot or take it out of use. What was needled with it stays linked."""
    lot = lock(NeedleLot.objects.visible_to(by), pk, version=version)
    if not policy.can_manage_lots(by):
        raise PermissionDenied
    for name, value in values.items():
        setattr(lot, name, value)
    return keep(lot, by=by, why="lot changed")
