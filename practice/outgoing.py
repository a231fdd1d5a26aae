"""Outgoing mail as the apps use it: queue a message in the transaction of its event, compose it when it is sent.

Queueing writes a row and sends nothing. A worker (`manage.py worker`) asks the registered composer for the message at
the moment of sending, so that the address, the permission and the facts are those of then. See docs/adr/0009.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.history import keep, keep_all
from practice.models import OutgoingEmail, Practice, User


@dataclass(frozen=True)
class Attachment:
    """A file in a mail. The name holds nothing of a patient but the record number."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True)
class Composed:
    """A message ready to go: one recipient, plain text, nothing of a patient's health in the subject.

    The row keeps the address it went to, and its history keeps it for good; `kept_as` stands there instead where the
    address is of somebody whose data are deleted again.
    """

    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    kept_as: str = ""


class NotToBeSent(Exception):
    """The message must not go out (any more). The row ends as cancelled with the reason, a sentence without names.

    With `tell` the front desk finds it among the mail to see to; without, nobody has to do anything about it.
    """

    def __init__(self, reason: str, *, tell: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tell = tell


def public_address(path: str) -> str:
    """A page of ours as a mail names it."""
    return f"{settings.PUBLIC_ADDRESS}{path}"


Compose = Callable[[OutgoingEmail], Composed]
_composers: dict[str, Compose] = {}


def register(template: str, compose: Compose) -> None:
    """Say who composes a template's messages; once per app, from `AppConfig.ready()`.

    `compose` runs outside any transaction and may run again for the same row (a worker died, the server was busy). It
    reads recipient and permission anew, and raises NotToBeSent when the message must not go.
    """
    _composers[template] = compose


def composer(template: str) -> Compose:
    """Raises LookupError for a template that no app registered: a fault of the program."""
    return _composers[template]


@transaction.atomic
def queue(
    *,
    practice: Practice,
    event_key: str,
    template: str,
    about: Mapping[str, str],
    by: User | None,
    at: datetime,
    not_before: datetime | None = None,
) -> OutgoingEmail:
    """The row of this event's message, written in the caller's transaction; the same key gets the row that is there.

    `about` holds ids only. Nothing goes out before the caller's transaction ends, and nothing if it is taken back.
    """
    composer(template)
    if found := _already(practice, event_key):
        return found
    email = OutgoingEmail(
        practice=practice, event_key=event_key, template=template, about=dict(about), next_at=not_before or at,
        created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return keep(email, by=by, why="queued")
    except (IntegrityError, ValidationError):  # somebody queued the same event in the same moment
        if found := _already(practice, event_key):
            return found
        raise


def hold_back(*, practice: Practice, patients: Collection[UUID], because: str, by: User) -> int:
    """What waits about these patients never goes; how many that was. What a worker is just sending is judged by its
    composer. Runs in the caller's transaction."""
    about = [str(pk) for pk in patients]
    waiting = OutgoingEmail.objects.filter(practice=practice, state__in=OutgoingEmail.WAITING, about__patient__in=about)
    emails = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for email in emails:
        email.state, email.last_error, email.to_see_to = OutgoingEmail.State.CANCELLED, because, False
    keep_all(emails, by=by, why=because)
    return len(emails)


def _already(practice: Practice, event_key: str) -> OutgoingEmail | None:
    return OutgoingEmail.objects.filter(practice=practice, event_key=event_key).first()
