"""Passwords: set by the person alone, on a page that a one-time link opens. A manager hands the link over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from practice.actions.people import may_manage_staff
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User


class SignsInByToken(Refused):
    code = "signs_in_by_token"
    message = "A service account has no password. Issue a token for it."


class Deactivated(Refused):
    code = "deactivated"
    message = "This person is deactivated. Reactivate them first."


class LinkOver(Refused):
    """Wrong, used and run-out links are not told apart."""

    code = "link_over"
    message = "This link no longer works. Ask a manager of your practice for a new one."


@dataclass(frozen=True)
class PasswordLink:
    path: str
    expires_at: datetime


@transaction.atomic
def issue_password_link(*, pk: UUID, by: User, at: datetime) -> PasswordLink:
    """The path of a page on which the person sets a password: works once, and for as long as Django's reset links.

    That it was issued, and by whom, stands in the person's history: whoever holds the link can become them.
    """
    may_manage_staff(by)
    person = lock(User.objects.visible_to(by), pk)
    if not person.is_active:
        raise Deactivated
    if person.role == User.Role.SERVICE:
        raise SignsInByToken
    keep(person, by=by, why="password link issued")
    token = default_token_generator.make_token(person)
    path = f"/set-password/{urlsafe_base64_encode(force_bytes(person.pk))}/{token}"
    return PasswordLink(path, at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))


def person_of_link(*, uid: str, token: str) -> User:
    """Whose password the link sets; raises LinkOver."""
    try:
        pk = UUID(urlsafe_base64_decode(uid).decode("ascii"))
    except ValueError as error:
        raise LinkOver from error
    person = User.objects.filter(pk=pk, is_active=True).exclude(role=User.Role.SERVICE).first()
    if person is None or not default_token_generator.check_token(person, token):
        raise LinkOver
    return person


@transaction.atomic
def set_password_by_link(*, uid: str, token: str, password: str) -> User:
    """Once: of two people with the same link the second is too late."""
    lock(User.objects.all(), person_of_link(uid=uid, token=token).pk)
    return set_password(person=person_of_link(uid=uid, token=token), password=password)


@transaction.atomic
def set_password(*, person: User, password: str) -> User:
    """By the person alone. Raises ValidationError when the password is too easy to guess."""
    person = lock(User.objects.all(), person.pk)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    person.set_password(password)
    return keep(person, by=person, why="password set")
