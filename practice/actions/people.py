"""People: invited, changed, deactivated. Never deleted, because the history points at them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from practice.errors import Refused
from practice.history import keep, lock
from practice.models import Credential, User
from practice.policy import allowed


class LastManager(Refused):
    code = "last_manager"
    message = "Somebody has to manage the practice. Make another person a manager first."


class NotYourself(Refused):
    code = "not_yourself"
    message = "You cannot deactivate yourself. Ask another manager."


@transaction.atomic
def invite_person(*, values: Mapping[str, Any], by: User) -> User:
    """A new person without a password; hand them the link of `set_password_link`."""
    _manager(by)
    person = User(practice=by.practice, **values)
    person.set_unusable_password()
    return keep(person, by=by, why="invited")


@transaction.atomic
def change_person(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> User:
    """Name, role, registration. The practice always keeps a manager."""
    _manager(by)
    person = lock(User.objects.visible_to(by), pk, version=version)
    loses_manager = person.is_manager and values.get("is_manager") is False
    for name, value in values.items():
        setattr(person, name, value)
    if loses_manager:
        _another_manager(person)
    return keep(person, by=by, why="person changed")


@transaction.atomic
def deactivate_person(*, pk: UUID, by: User, version: int) -> User:
    """They can no longer sign in, and their tokens stop at once. What they wrote stays theirs."""
    _manager(by)
    person = lock(User.objects.visible_to(by), pk, version=version)
    if person.pk == by.pk:
        raise NotYourself
    if person.is_manager:
        _another_manager(person)
    person.is_active = False
    return keep(person, by=by, why="deactivated")


@transaction.atomic
def reactivate_person(*, pk: UUID, by: User, version: int) -> User:
    _manager(by)
    person = lock(User.objects.visible_to(by), pk, version=version)
    person.is_active = True
    return keep(person, by=by, why="reactivated")


def set_password_link(*, person: User, by: User) -> str:
    """The path of a page on which the person sets a password: works once, and for as long as Django's reset links."""
    _manager(by)
    if person.practice_id != by.practice_id or not person.is_active:
        raise PermissionDenied
    token = default_token_generator.make_token(person)
    return f"/set-password/{urlsafe_base64_encode(force_bytes(person.pk))}/{token}"


@transaction.atomic
def set_password(*, person: User, password: str) -> User:
    """By the person, through a link. Raises ValidationError when the password is too easy."""
    person = lock(User.objects.all(), person.pk)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    person.set_password(password)
    return keep(person, by=person, why="password set")


@transaction.atomic
def add_credential(*, person: User, values: Mapping[str, Any], by: User) -> Credential:
    _manager(by)
    if person.practice_id != by.practice_id:
        raise PermissionDenied
    return keep(Credential(practice=by.practice, user=person, **values), by=by, why="credential added")


@transaction.atomic
def change_credential(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Credential:
    _manager(by)
    credential = lock(Credential.objects.visible_to(by).select_related("practice", "user"), pk, version=version)
    for name, value in values.items():
        setattr(credential, name, value)
    return keep(credential, by=by, why="credential changed")


def _manager(by: User) -> None:
    if not allowed(by, "staff.manage"):
        raise PermissionDenied


def _another_manager(person: User) -> None:
    others = User.objects.filter(practice=person.practice_id, is_manager=True, is_active=True).exclude(pk=person.pk)
    if not others.select_for_update(of=("self",)).exists():
        raise LastManager
