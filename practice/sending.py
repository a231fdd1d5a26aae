"""The worker's part of outgoing mail: take a due row on a lease, hand the message over once, write down what came of it.

Killed at any point, the next worker goes on:

- taken, and nothing handed over yet: the lease runs out, the row is taken again;
- the last byte may have gone (`handed_at`) and no answer was written down: only where the postbox can say for certain
  that it has not got the message is it sent again. SMTP cannot say, so a person decides: the row is dead, says why,
  and is on the front desk's list. See docs/adr/0009.

No transaction is open while a message is composed or sent.
"""

import logging
import random
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from practice.history import keep
from practice.models import OutgoingEmail
from practice.outgoing import Composed, NotToBeSent, composer
from practice.postbox import MayBeTaken, NotTaken, Postbox, plain_address

log = logging.getLogger(__name__)
State = OutgoingEmail.State

# How long after the first, second, ... failure the next try comes. After the last of them the row is dead: about two days.
DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440))
MOST_ATTEMPTS = len(DELAYS) + 1
JITTER = 0.2  # of the delay, either way: many messages that failed together do not come back together

MAY_HAVE_ARRIVED = (
    "It may have arrived: the connection ended after the message was handed over and before the server answered. "
    "Ask whether it came, then try again or say that it is seen to."
)
KEPT_FAILING = "The program stopped each time while this was sent."
FAULT = "The message could not be made. Tell whoever looks after Tautband."


class LeaseLost(Exception):
    """Another worker has taken the row since: leave it alone."""


def take(at: datetime) -> OutgoingEmail | None:
    """The next due row, now on a lease of ours, or None. Two workers never get the same one.

    PostgreSQL skips rows that another worker is just taking; SQLite lets one transaction in at a time.
    """
    with transaction.atomic():
        due = OutgoingEmail.objects.due(at).select_for_update(skip_locked=True, of=("self",))
        email = due.order_by("next_at", "id").first()
        if email is None:
            return None
        email.lease, email.lease_until = uuid4(), at + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
        email.attempts += email.handed_at is None  # else this is no new try: only its end has to be found out
        email.state = State.SENDING
        return keep(email, by=None, why="taken by a worker")


def send(email: OutgoingEmail, postbox: Postbox) -> None:
    """Compose and hand over one row that `take` gave us, and write down what came of it."""
    lease = email.lease
    assert lease is not None
    try:
        if _found_out(email, lease, postbox):
            return
        composed = composer(email.template)(email)
        message = written(email, composed)
        email.to, email.subject = composed.kept_as or composed.to, message["Subject"]
        postbox.deliver(message, before_the_last_byte=lambda: _note_handed(email, lease))
        _note_sent(email, lease)
    except LeaseLost:
        log.warning("mail %s: another worker has it", email.pk)
    except NotToBeSent as refusal:
        _note(email, lease, state=State.CANCELLED, why=refusal.reason, tell=refusal.tell)
    except NotTaken as refusal:
        _note_failure(email, lease, refusal.reason, for_good=refusal.for_good)
    except MayBeTaken:
        _note(email, lease, state=State.DEAD, why=MAY_HAVE_ARRIVED, tell=True)
    except Exception:
        log.exception("mail %s (%s) could not be made", email.pk, email.template)
        _note_failure(email, lease, FAULT)


def _found_out(email: OutgoingEmail, lease: UUID, postbox: Postbox) -> bool:
    """Whether a row left behind by a dead worker needs no sending: it arrived, or nobody can know, or it kills workers."""
    if email.handed_at is not None:
        arrived = postbox.has(message_id(email))
        if arrived:
            _note_sent(email, lease)
        elif arrived is None:
            _note(email, lease, state=State.DEAD, why=MAY_HAVE_ARRIVED, tell=True)
        return arrived is not False
    if email.attempts > MOST_ATTEMPTS:
        _note(email, lease, state=State.DEAD, why=email.last_error or KEPT_FAILING, tell=True)
        return True
    return False


def message_id(email: OutgoingEmail) -> str:
    """The same for every try of one event, so that a mailbox that got it twice can show it once."""
    domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2] or "localhost"
    digest = sha256(f"{email.practice_id} {email.event_key}".encode()).hexdigest()[:40]
    return f"<{email.practice_id.hex}.{digest}@{domain}>"


def written(email: OutgoingEmail, composed: Composed) -> EmailMessage:
    """The message as it goes: from the practice's name at the installation's address, answers go to the practice."""
    practice, message = email.practice, EmailMessage()
    message["From"] = formataddr((practice.name, parseaddr(settings.MAIL_FROM)[1] or "tautband@localhost"))
    message["To"] = plain_address(composed.to)
    if practice.email:
        message["Reply-To"] = practice.email
    message["Subject"] = " ".join(composed.subject.split())[:200]
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = message_id(email)
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers (RFC 3834)
    message.set_content(composed.text)
    for attachment in composed.attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    return message


def _mine(email: OutgoingEmail, lease: UUID) -> OutgoingEmail:
    """The row, locked, if it is still ours."""
    row = _locked(email)
    if row.lease != lease:
        raise LeaseLost
    return row


def _locked(email: OutgoingEmail) -> OutgoingEmail:
    return OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=email.pk)


@transaction.atomic
def _note_handed(email: OutgoingEmail, lease: UUID) -> None:
    row = _mine(email, lease)
    if row.state != State.SENDING:
        raise LeaseLost
    row.handed_at, row.to, row.subject = timezone.now(), email.to, email.subject
    keep(row, by=None, why="handed over")
    email.handed_at = row.handed_at


@transaction.atomic
def _note_sent(email: OutgoingEmail, lease: UUID) -> None:
    """Also by a late answer: the lease ran out while the server thought, and the row was given up as unsure since."""
    row = _locked(email)
    still_unsure = row.state == State.DEAD and row.handed_at is not None and row.handed_at == email.handed_at
    if row.lease != lease and not still_unsure:
        raise LeaseLost
    row.state, row.sent_at, row.last_error, row.to_see_to = State.SENT, timezone.now(), "", False
    row.lease = row.lease_until = None
    keep(row, by=None, why="sent")


def _note_failure(email: OutgoingEmail, lease: UUID, reason: str, *, for_good: bool = False) -> None:
    if for_good or email.attempts >= MOST_ATTEMPTS:
        _note(email, lease, state=State.DEAD, why=reason, tell=True)
    else:
        _note(email, lease, state=State.FAILED, why=reason, tell=False)


def _note(email: OutgoingEmail, lease: UUID, *, state: State, why: str, tell: bool) -> None:
    """How a try ended that was none. The next one comes after the delay of the table, with jitter."""
    with transaction.atomic():
        try:
            row = _mine(email, lease)
        except LeaseLost:
            return
        row.state, row.last_error, row.to_see_to = state, why[:300], tell
        row.to, row.subject = email.to, email.subject
        row.next_at = timezone.now() + delay(row.attempts)
        if why != MAY_HAVE_ARRIVED:
            row.handed_at = None
        row.lease = row.lease_until = None
        keep(row, by=None, why=f"{state.label.lower()}: {why}"[:200])


def delay(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    base = DELAYS[min(max(attempts, 1), len(DELAYS)) - 1]
    return base * random.uniform(1 - JITTER, 1 + JITTER)
