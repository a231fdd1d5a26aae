"""The practice itself: set up once, its settings changed by managers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice import setup
from practice.history import keep, lock
from practice.models import Practice, User
from practice.policy import allowed


@transaction.atomic
def set_up_practice(
    *, values: Mapping[str, Any], manager: Mapping[str, Any], password: str, at: datetime
) -> tuple[Practice, User]:
    """A new practice with its first manager, and whatever the apps above need to begin with."""
    practice = keep(Practice(created_at=at, **values), by=None, why="practice set up")
    person = User(practice=practice, is_manager=True, created_at=at, **manager)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    person.set_password(password)
    keep(person, by=None, why="first manager")
    setup.run_steps(practice, person, at)
    return practice, person


@transaction.atomic
def change_practice(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Practice:
    if not allowed(by, "practice.manage"):
        raise PermissionDenied
    practice = lock(Practice.objects.visible_to(by), pk, version=version)
    for name, value in values.items():
        setattr(practice, name, value)
    return keep(practice, by=by, why="settings changed")


@transaction.atomic
def note_rule_level(*, rule: str, level: str, by: User) -> Practice:
    """Remember how a rule of the apps above is weighed here, so that judging a session asks no further question."""
    if not allowed(by, "content.decide"):
        raise PermissionDenied
    practice = lock(Practice.objects.visible_to(by), by.practice_id)
    others = {key: value for key, value in practice.rule_levels.items() if key != rule}
    practice.rule_levels = others | ({rule: level} if level else {})
    return keep(practice, by=by, why="clinical rule decided")
