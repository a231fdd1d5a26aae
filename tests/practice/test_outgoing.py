"""Outgoing mail as a row: queued with its event, taken by one worker, sent once, and what happens when it is not."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from practice import actions, outgoing, sending
from practice.actions.mail import NothingToSeeTo, NothingToTryAgain, NotSentYet
from practice.models import OutgoingEmail
from practice.postbox import MayBeTaken, NotTaken
from tests.cast import Cast
from tests.races import at_once, on_postgresql
from tests.world import MAILED_AT, a_mail

State = OutgoingEmail.State


class Box:
    """A postbox that does what a test says, and remembers what it took."""

    def __init__(self, fault: BaseException | None = None, *, known: bool | None = None) -> None:
        self.fault, self.known = fault, known
        self.taken: list[EmailMessage] = []

    def deliver(self, message: EmailMessage, *, before_the_last_byte: Callable[[], None]) -> None:
        if isinstance(self.fault, NotTaken):
            raise self.fault
        before_the_last_byte()
        if self.fault:
            raise self.fault
        self.taken.append(message)

    def has(self, message_id: str) -> bool | None:
        return self.known

    def close(self) -> None: ...


def sent_by(box: Box, at: Any = None) -> OutgoingEmail:
    """The next due row after one worker worked on it."""
    email = sending.take(at or timezone.now())
    assert email is not None
    sending.send(email, box)
    email.refresh_from_db()
    return email


@pytest.fixture
def composing() -> Iterator[Callable[[Any], None]]:
    """Says what the composer of the template `test` does."""
    before = outgoing.composer("test")

    def does(what: Any) -> None:
        def compose(email: OutgoingEmail) -> outgoing.Composed:
            if isinstance(what, Exception):
                raise what
            return what

        outgoing.register("test", compose)

    yield does
    outgoing.register("test", before)


def test_the_same_event_is_queued_once(cast: Cast):
    first, again = a_mail(cast), a_mail(cast)
    assert (first.pk, OutgoingEmail.objects.count(), first.state) == (again.pk, 1, "queued")


def test_a_message_of_an_event_that_was_taken_back_is_none(cast: Cast):
    with suppress(RuntimeError), transaction.atomic():
        a_mail(cast)
        raise RuntimeError
    assert OutgoingEmail.objects.count() == 0


def test_a_template_that_nobody_composes_is_a_fault_at_once(cast: Cast):
    with pytest.raises(LookupError):
        outgoing.queue(practice=cast.home, event_key="k", template="nobody", about={}, by=cast.anna, at=MAILED_AT)


def test_one_that_is_for_later_is_not_due_before(cast: Cast):
    later = MAILED_AT + timedelta(hours=2)
    outgoing.queue(
        practice=cast.home, event_key="k", template="test", about={}, by=cast.anna, at=MAILED_AT, not_before=later
    )
    assert sending.take(MAILED_AT) is None
    assert sending.take(later) is not None


def test_what_was_sent_stands_in_the_row_with_its_history(cast: Cast):
    a_mail(cast)
    box = Box()
    email = sent_by(box)
    assert (email.state, email.to, email.subject, email.attempts) == ("sent", "s@example.org", "A note", 1)
    assert (email.lease, email.sent_at is not None, email.last_error) == (None, True, "")
    assert [h.state for h in email.history.order_by("history_id")] == ["queued", "sending", "sending", "sent"]
    (message,) = box.taken
    assert message["From"] == "Harbour Lane Osteopathy <tautband@localhost>"
    assert message["Message-ID"] == sending.message_id(email)


def test_a_lease_keeps_others_away_until_it_runs_out(cast: Cast, settings: Any):
    a_mail(cast)
    first = sending.take(MAILED_AT)
    assert first is not None
    assert sending.take(MAILED_AT + timedelta(seconds=settings.MAIL_LEASE_SECONDS - 1)) is None
    second = sending.take(MAILED_AT + timedelta(seconds=settings.MAIL_LEASE_SECONDS))
    assert second is not None
    assert (second.pk, second.attempts, second.lease != first.lease) == (first.pk, 2, True)

    box = Box()
    sending.send(first, box)  # the slow one comes late: it stops before the last byte
    assert box.taken == []
    sending.send(second, box)
    second.refresh_from_db()
    assert (second.state, len(box.taken)) == ("sent", 1)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_that_take_at_once_get_different_rows(cast: Cast):
    for number in range(12):
        a_mail(cast, f"key {number}")

    def worker() -> list[Any]:
        taken = []
        while email := sending.take(timezone.now()):
            taken.append(email.pk)
        return taken

    got = [pk for taken in at_once([worker] * 4) for pk in taken]
    assert (len(got), len(set(got))) == (12, 12)


def test_a_failure_for_now_is_tried_again_after_the_delay_and_is_dead_in_the_end(cast: Cast):
    a_mail(cast)
    box, at = Box(NotTaken("The mail server does not answer.")), timezone.now()
    for number in range(1, sending.MOST_ATTEMPTS + 1):
        email = sent_by(box, at)
        assert (email.attempts, email.last_error) == (number, "The mail server does not answer.")
        if number < sending.MOST_ATTEMPTS:
            assert (email.state, email.to_see_to) == ("failed", False)
            waits = email.next_at - timezone.now()
            assert sending.DELAYS[number - 1] * 0.79 < waits < sending.DELAYS[number - 1] * 1.21
            assert sending.take(timezone.now()) is None
            at = email.next_at
    assert (email.state, email.to_see_to) == ("dead", True)
    assert sending.take(at + timedelta(days=30)) is None


@pytest.mark.parametrize("attempts", range(1, len(sending.DELAYS) + 1))
def test_the_jitter_stays_within_a_fifth_of_the_table(attempts: int):
    base = sending.DELAYS[attempts - 1]
    drawn = [sending.delay(attempts) for _ in range(50)]
    assert min(drawn) >= base * 0.8
    assert max(drawn) <= base * 1.2
    assert len(set(drawn)) > 1


def test_a_refusal_for_good_is_dead_at_once(cast: Cast):
    a_mail(cast)
    email = sent_by(Box(NotTaken("The mail server refused the address (550 5.1.1).", for_good=True)))
    assert (email.state, email.to_see_to, email.attempts) == ("dead", True, 1)
    assert (email.to, email.last_error) == ("s@example.org", "The mail server refused the address (550 5.1.1).")


def test_when_nobody_can_know_whether_it_was_taken_it_is_not_sent_again(cast: Cast):
    a_mail(cast)
    email = sent_by(Box(MayBeTaken()))
    assert (email.state, email.to_see_to, email.last_error) == ("dead", True, sending.MAY_HAVE_ARRIVED)
    assert sending.take(timezone.now() + timedelta(days=30)) is None


def left_behind(cast: Cast) -> OutgoingEmail:
    """A row whose worker was killed after the last byte may have gone."""
    a_mail(cast)
    email = sending.take(MAILED_AT)
    assert email is not None
    sending._note_handed(email, email.lease)
    return email


@pytest.mark.parametrize(
    ("known", "state", "sent"), [(True, "sent", 0), (False, "sent", 1), (None, "dead", 0)],
    ids=["the postbox has it", "the postbox has it not", "the postbox cannot say"],
)  # fmt: skip
def test_a_worker_killed_after_handing_over(cast: Cast, known: bool | None, state: str, sent: int):
    left_behind(cast)
    box = Box(known=known)
    email = sent_by(box)
    assert (email.state, len(box.taken), email.to_see_to) == (state, sent, state == "dead")


@pytest.mark.parametrize(("tried_again", "state"), [(False, "sent"), (True, "queued")])
def test_a_late_answer_of_the_server_still_counts_until_a_person_decided(cast: Cast, tried_again: bool, state: str):
    slow = left_behind(cast)
    email = sent_by(Box(known=None))
    assert email.state == "dead"
    if tried_again:
        actions.try_mail_again(pk=email.pk, by=cast.dana, at=MAILED_AT)
    with suppress(sending.LeaseLost):
        sending._note_sent(slow, slow.lease)
    email.refresh_from_db()
    assert (email.state, email.to_see_to) == (state, False)


def test_a_message_that_kills_every_worker_is_dead_in_the_end(cast: Cast, settings: Any):
    a_mail(cast)
    at = MAILED_AT
    for _ in range(sending.MOST_ATTEMPTS):
        assert sending.take(at) is not None
        at += timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    email = sent_by(Box(), at)
    assert (email.state, email.last_error) == ("dead", sending.KEPT_FAILING)


@pytest.mark.parametrize("tell", [True, False])
def test_what_must_not_go_out_any_more_is_held_back(cast: Cast, composing: Any, tell: bool):
    composing(outgoing.NotToBeSent("The patient takes no mail any more.", tell=tell))
    a_mail(cast)
    box = Box()
    email = sent_by(box)
    assert (email.state, email.last_error, email.to_see_to) == (
        "cancelled",
        "The patient takes no mail any more.",
        tell,
    )
    assert box.taken == []


def test_a_fault_of_the_composer_says_nothing_of_the_patient(cast: Cast, composing: Any, caplog: Any):
    composing(ValueError("Siobhán O'Neill, 29 February 1988"))
    a_mail(cast)
    email = sent_by(Box())
    assert (email.state, email.last_error) == ("failed", sending.FAULT)
    assert not any("Siobhán" in record.getMessage() for record in caplog.records)


def test_a_subject_cannot_carry_a_second_header(cast: Cast, composing: Any):
    composing(outgoing.Composed(to="s@example.org", subject="A note\r\nBcc: x@example.org", text="Hello."))
    a_mail(cast)
    box = Box()
    sent_by(box)
    assert (box.taken[0]["Subject"], box.taken[0]["Bcc"]) == ("A note Bcc: x@example.org", None)


def test_the_front_desk_tries_a_dead_one_again(cast: Cast):
    a_mail(cast)
    dead = sent_by(Box(NotTaken("No.", for_good=True)))
    again = actions.try_mail_again(pk=dead.pk, by=cast.dana, at=timezone.now())
    assert (again.state, again.attempts, again.to_see_to, again.last_error) == ("queued", 0, False, "")
    assert sent_by(Box()).state == "sent"
    with pytest.raises(NothingToTryAgain):
        actions.try_mail_again(pk=dead.pk, by=cast.dana, at=timezone.now())


def test_a_dead_one_is_seen_to_in_another_way_once(cast: Cast):
    a_mail(cast)
    dead = sent_by(Box(NotTaken("No.", for_good=True)))
    with pytest.raises(ValidationError, match="instead"):
        actions.see_to_mail(pk=dead.pk, how=" ", by=cast.dana)
    done = actions.see_to_mail(pk=dead.pk, how="Printed and posted.", by=cast.dana)
    assert (done.to_see_to, done.seen_to_how, done.seen_to_by, done.state) == (
        False,
        "Printed and posted.",
        cast.dana,
        "dead",
    )
    with pytest.raises(NothingToSeeTo):
        actions.see_to_mail(pk=dead.pk, how="Again.", by=cast.dana)


def test_one_that_came_back_later_is_on_the_list(cast: Cast):
    email = a_mail(cast)
    with pytest.raises(NotSentYet):
        actions.note_mail_came_back(pk=email.pk, reason="Mailbox full", by=cast.dana)
    sent_by(Box())
    back = actions.note_mail_came_back(pk=email.pk, reason="Mailbox full", by=cast.dana)
    assert (back.state, back.to_see_to, back.last_error) == ("dead", True, "It came back: Mailbox full")


@pytest.mark.parametrize("who", ["ben", "olga", "robo"])
def test_others_do_not_try_again(cast: Cast, who: str):
    a_mail(cast)
    dead = sent_by(Box(NotTaken("No.", for_good=True)))
    for act in (
        lambda by: actions.try_mail_again(pk=dead.pk, by=by, at=MAILED_AT),
        lambda by: actions.see_to_mail(pk=dead.pk, how="Rang.", by=by),
        lambda by: actions.note_mail_came_back(pk=dead.pk, reason="Full", by=by),
    ):
        with pytest.raises(PermissionDenied):
            act(cast.person(who))


def test_a_stranger_finds_no_mail_of_ours(cast: Cast):
    email = a_mail(cast)
    with pytest.raises(OutgoingEmail.DoesNotExist):
        actions.try_mail_again(pk=email.pk, by=cast.zoe, at=MAILED_AT)
