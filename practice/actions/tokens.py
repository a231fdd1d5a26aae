"""API tokens: shown once, kept as a digest, run out, can be revoked."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.history import keep, lock
from practice.models import Token, User
from practice.policy import allowed, same_practice

DEFAULT_DAYS, MOST_DAYS = 90, 365


@dataclass(frozen=True)
class Issued:
    """A new token and its secret, which nobody can show again."""

    token: Token
    secret: str = field(repr=False)


@transaction.atomic
def issue_token(*, person: User, name: str, days: int, by: User, at: datetime) -> Issued:
    """For oneself, or by a manager for anybody of the practice (a service account signs in no other way)."""
    mine = by.pk == person.pk and by.is_active
    if not same_practice(by, person) or not (mine or allowed(by, "tokens.manage")):
        raise PermissionDenied
    if not person.is_active:
        raise ValidationError({"user": "This person is deactivated. Reactivate them first."})
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": f"A token lasts from 1 to {MOST_DAYS} days."})
    secret = f"tb_{secrets.token_urlsafe(32)}"
    token = Token(
        practice=person.practice,
        user=person,
        name=name,
        digest=Token.digest_of(secret),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return Issued(keep(token, by=by, why="token issued"), secret)


@transaction.atomic
def revoke_token(*, pk: UUID, by: User, at: datetime) -> Token:
    """Stops at once; doing it twice changes nothing."""
    token = lock(Token.objects.visible_to(by).select_related("practice", "user"), pk)
    if token.user_id != by.pk and not allowed(by, "tokens.manage"):
        raise PermissionDenied
    if token.revoked_at is None:
        token.revoked_at = at
        keep(token, by=by, why="token revoked")
    return token
