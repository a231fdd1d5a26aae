"""Corrections and additions to what is signed: never edits."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.history import keep, lock
from practice.models import User
from treatments import policy
from treatments.actions import refusals
from treatments.models import Addendum, NeedlingSession


@transaction.atomic
def add_addendum(*, session_pk: UUID, text: str, reason: str, by: User, at: datetime) -> Addendum:
    """Any clinician of the practice, as often as needed, on a signed or void session; it prints with it from now on."""
    return add_to_session(
        lock(NeedlingSession.objects.visible_to(by), session_pk), text=text, reason=reason, by=by, at=at
    )


def add_to_session(session: NeedlingSession, *, text: str, reason: str, by: User, at: datetime) -> Addendum:
    """The same for a session that the caller has locked."""
    if not policy.can_add_to(by, session):
        raise PermissionDenied
    if session.status not in (NeedlingSession.Status.SIGNED, NeedlingSession.Status.VOID):
        raise refusals.NotSigned("Only a signed session takes addenda. Write in the draft instead.")
    if not text.strip():
        raise ValidationError({"text": "Write the addendum."})
    addendum = Addendum(practice=session.practice, session=session, text=text, reason=reason, created_at=at)
    return keep(addendum, by=by, why="addendum")
