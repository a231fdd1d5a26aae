"""People: invited, changed, deactivated. Never deleted, because the history points at them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.errors import Refused
from practice.history import keep, keep_all, lock
from practice.models import Practice, User
from practice.policy import allowed


class LastManager(Refused):
    code = "last_manager"
    message = "Somebody has to manage the practice. Make another person a manager first."


class HasStudents(Refused):
    code = "has_students"
    message = "Students are supervised by this person. Give them another supervisor first."


class NotYourself(Refused):
    code = "not_yourself"
    message = "You cannot deactivate yourself. Ask another manager."


@transaction.atomic
def invite_person(*, values: Mapping[str, Any], by: User) -> User:
    """A new person without a password; they set one on the page that `issue_password_link` leads to."""
    may_manage_staff(by)
    person = User(practice=by.practice, **values)
    person.set_unusable_password()
    _service_accounts_manage_nothing(person)
    _supervised_by_a_qualified_person(person)
    return keep(person, by=by, why="invited")


@transaction.atomic
def change_person(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> User:
    """Name, e-mail, role, registration, manager or not. The practice always keeps a manager."""
    may_manage_staff(by)
    _one_at_a_time(by)
    person = lock(User.objects.visible_to(by), pk, version=version)
    managed = person.is_manager
    for name, value in values.items():
        setattr(person, name, value)
    if managed and not person.is_manager:
        _another_manager_than(person)
    _service_accounts_manage_nothing(person)
    _supervised_by_a_qualified_person(person)
    return keep(person, by=by, why="person changed")


@transaction.atomic
def change_own_name(*, values: Mapping[str, Any], by: User, version: int) -> User:
    """What everybody may correct about themselves: the name and the letters after it."""
    person = lock(User.objects.visible_to(by), by.pk, version=version)
    person.full_name = values.get("full_name", person.full_name)
    person.post_nominals = values.get("post_nominals", person.post_nominals)
    return keep(person, by=by, why="own name changed")


@transaction.atomic
def deactivate_person(*, pk: UUID, by: User, at: datetime, version: int) -> User:
    """They can no longer sign in, and their tokens are revoked. What they wrote stays theirs."""
    may_manage_staff(by)
    _one_at_a_time(by)
    person = lock(User.objects.visible_to(by), pk, version=version)
    if person.pk == by.pk:
        raise NotYourself
    if person.is_manager:
        _another_manager_than(person)
    if person.students.filter(is_active=True).exists():
        raise HasStudents
    tokens = list(person.tokens.filter(revoked_at=None))
    for token in tokens:
        token.revoked_at = at
    keep_all(tokens, by=by, why="person deactivated")
    person.is_active = False
    return keep(person, by=by, why="deactivated")


@transaction.atomic
def reactivate_person(*, pk: UUID, by: User, version: int) -> User:
    """They can sign in again with the password they had; tokens have to be issued anew."""
    may_manage_staff(by)
    person = lock(User.objects.visible_to(by), pk, version=version)
    person.is_active = True
    return keep(person, by=by, why="reactivated")


def may_manage_staff(by: User) -> None:
    if not allowed(by, "staff.manage"):
        raise PermissionDenied


def _one_at_a_time(by: User) -> None:
    """Two managers who take the role from each other in the same moment must not both succeed."""
    lock(Practice.objects.visible_to(by), by.practice_id)


def _another_manager_than(person: User) -> None:
    others = User.objects.filter(practice=person.practice_id, is_manager=True, is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise LastManager


def _supervised_by_a_qualified_person(person: User) -> None:
    """Supervision has one level, so that a countersignature is always a qualified person's."""
    if person.supervisor is None:
        return
    problem = ""
    if person.role != User.Role.PRACTITIONER:
        problem = "Only somebody who treats has a supervisor. Take the supervisor out, or choose practitioner."
    elif person.supervisor_id == person.pk:
        problem = "Nobody supervises themselves. Choose another practitioner."
    elif person.supervisor.role != User.Role.PRACTITIONER or not person.supervisor.is_active:
        problem = "Choose a practitioner who works here."
    elif person.supervisor.is_student or (not person._state.adding and person.students.exists()):
        problem = "A student does not supervise. Choose a qualified practitioner."
    if problem:
        raise ValidationError({"supervisor": problem})


def _service_accounts_manage_nothing(person: User) -> None:
    if person.role == User.Role.SERVICE and person.is_manager:
        raise ValidationError({"is_manager": "A service account cannot manage the practice. Choose another role."})
