"""Mail that did not go out: tried again, or seen to in another way. Sending itself is the worker's (`practice.sending`)."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.errors import Refused
from practice.history import keep, lock
from practice.models import OutgoingEmail, User
from practice.policy import allowed

State = OutgoingEmail.State


class NothingToTryAgain(Refused):
    code = "not_failed"
    message = "This mail did not fail: it was sent, or waits to be sent."


class NothingToSeeTo(Refused):
    code = "nothing_to_see_to"
    message = "Nobody has to do anything about this mail."


class NotSentYet(Refused):
    code = "not_sent"
    message = "Only a mail that was sent can come back."


@transaction.atomic
def try_mail_again(*, pk: UUID, by: User, at: datetime) -> OutgoingEmail:
    """Send as soon as a worker is free, with a new count of tries. Address and permission are read anew then."""
    email = _locked(pk, by)
    if not email.can_try_again:
        raise NothingToTryAgain
    email.state, email.attempts, email.next_at = State.QUEUED, 0, at
    email.lease = email.lease_until = email.handed_at = None
    email.last_error, email.to_see_to = "", False
    email.seen_to_by, email.seen_to_how = None, ""
    return keep(email, by=by, why="tried again")


@transaction.atomic
def see_to_mail(*, pk: UUID, how: str, by: User) -> OutgoingEmail:
    """Off the front desk's list, with what was done instead: rang, printed, address corrected."""
    email = _locked(pk, by)
    if not email.to_see_to:
        raise NothingToSeeTo
    if not how.strip():
        raise ValidationError({"how": "Write what you did instead."})
    email.to_see_to, email.seen_to_by, email.seen_to_how = False, by, how.strip()
    return keep(email, by=by, why="seen to")


@transaction.atomic
def note_mail_came_back(*, pk: UUID, reason: str, by: User) -> OutgoingEmail:
    """The server took it and it came back later (a bounce): the mail is dead and on the list."""
    email = _locked(pk, by)
    if email.state != State.SENT:
        raise NotSentYet
    if not reason.strip():
        raise ValidationError({"reason": "Write what the returned mail says, such as: mailbox full."})
    email.state, email.sent_at, email.to_see_to = State.DEAD, None, True
    email.last_error = f"It came back: {reason.strip()}"[:300]
    return keep(email, by=by, why="came back")


def _locked(pk: UUID, by: User) -> OutgoingEmail:
    email = lock(OutgoingEmail.objects.visible_to(by), pk)
    if not allowed(by, "mail.retry"):
        raise PermissionDenied
    return email
