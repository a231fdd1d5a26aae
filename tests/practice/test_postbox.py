"""Mail on the wire, against a real SMTP server: what it accepts, refuses, keeps waiting for, and drops."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from practice import outgoing, sending, working
from practice.models import OutgoingEmail
from practice.postbox import NOT_OFFERED, SmtpPostbox
from tests.cast import Cast
from tests.mail_server import ADDRESS, Handler, mail_server
from tests.world import a_mail


@pytest.fixture
def server(settings: Any) -> Iterator[Handler]:
    with mail_server() as (handler, port):
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS = "127.0.0.1", port, "off"
        settings.MAIL_FROM = "post@tautband.example"
        settings.SMTP_TIMEOUT_SECONDS = settings.SMTP_LAST_ANSWER_SECONDS = 1
        yield handler


def worked_on(cast: Cast, key: str = "a key") -> OutgoingEmail:
    email = a_mail(cast, key)
    assert working.drain() >= 1
    email.refresh_from_db()
    return email


def test_an_accepted_message_arrives_as_it_was_written(cast: Cast, server: Handler, monkeypatch: Any):
    text = "Hello Siobhán,\n.a line that begins with a dot\n..two\n" + "long " * 400
    composed = outgoing.Composed(
        to="s@example.org", subject="From your practice", text=text,
        attachments=(outgoing.Attachment("S-000001.pdf", b"%PDF-1.4\r\n.\r\n%%EOF"),),
    )  # fmt: skip
    monkeypatch.setitem(outgoing._composers, "test", lambda email: composed)
    email = worked_on(cast)
    assert email.state == "sent"
    (message,) = server.messages
    assert message.get_body().get_content().splitlines() == text.splitlines()  # type: ignore[union-attr]
    (pdf,) = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == ("S-000001.pdf", b"%PDF-1.4\r\n.\r\n%%EOF")
    assert (message["From"], message["To"]) == ("Harbour Lane Osteopathy <post@tautband.example>", "s@example.org")
    assert message["Message-ID"].endswith("@tautband.example>")


def test_one_connection_carries_a_round_of_messages(cast: Cast, server: Handler):
    greetings: list[str] = []
    server.hook = lambda point: greetings.append(point) if point == "EHLO" else None
    for number in range(5):
        a_mail(cast, f"key {number}")
    assert working.drain() == 5
    assert (len(server.messages), len(greetings), max(server.counts.values())) == (5, 1, 1)


@pytest.mark.parametrize(
    ("command", "answer", "state", "error"),
    [
        ("RCPT", "550 5.1.1 <s@example.org> unknown", "dead", "The mail server refused the address (550 5.1.1)."),
        ("RCPT", "450 4.2.1 s@example.org is busy", "failed", "The mail server put off the address (450 4.2.1)."),
        ("MAIL", "553 5.7.1 not yours", "dead", "The mail server refused the sender (553 5.7.1)."),
        ("DATA", "554 5.6.0 not this", "dead", "The mail server refused the message (554 5.6.0)."),
        ("DATA", "451 4.3.0 later", "failed", "The mail server put off the message (451 4.3.0)."),
    ],
)
def test_a_refusal_is_told_in_our_words(cast: Cast, server: Handler, command: str, answer: str, state: str, error: str):
    server.answers[command] = answer
    email = worked_on(cast)
    assert (email.state, email.last_error, email.handed_at) == (state, error, None)
    assert not ADDRESS.search(email.last_error)
    assert server.messages == []


def test_one_refused_recipient_does_not_hold_up_the_others(cast: Cast, server: Handler, monkeypatch: Any):
    def compose(email: OutgoingEmail) -> outgoing.Composed:
        return outgoing.Composed(to=f"{email.event_key}@example.org", subject="A note", text="Hello.")

    monkeypatch.setitem(outgoing._composers, "test", compose)
    server.refused = {"two@example.org"}
    for key in ("one", "two", "three"):
        a_mail(cast, key)
    working.drain()
    assert dict(OutgoingEmail.objects.values_list("event_key", "state")) == {
        "one": "sent",
        "two": "dead",
        "three": "sent",
    }
    assert [m["To"] for m in server.messages] == ["one@example.org", "three@example.org"]


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT"])
def test_a_server_that_hangs_before_the_end_is_tried_again(cast: Cast, server: Handler, settings: Any, command: str):
    settings.SMTP_TIMEOUT_SECONDS = 0.3
    server.hang = {command: 1}
    email = worked_on(cast)
    assert (email.state, email.last_error) == ("failed", "The mail server does not answer.")


def test_a_server_that_hangs_after_the_end_may_have_it(cast: Cast, server: Handler, settings: Any):
    settings.SMTP_LAST_ANSWER_SECONDS = 0.3
    server.hang = {"DATA": 1}
    email = worked_on(cast)
    assert (email.state, email.last_error, email.to_see_to) == ("dead", sending.MAY_HAVE_ARRIVED, True)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_server_that_drops_the_line_after_the_end_may_have_it_and_is_not_asked_twice(
    cast: Cast, server: Handler, keeps: bool
):
    server.hang_up_after_data, server.keep_it = True, keeps
    email = worked_on(cast)
    assert (email.state, email.last_error) == ("dead", sending.MAY_HAVE_ARRIVED)
    assert sending.take(timezone.now() + timedelta(days=9)) is None
    assert len(server.messages) == int(keeps)


def test_no_server_at_all(cast: Cast, settings: Any):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS = "127.0.0.1", nobody.getsockname()[1], "off"
        settings.SMTP_TIMEOUT_SECONDS = 1
        email = worked_on(cast)
    assert (email.state, email.last_error) == ("failed", "The mail server does not answer.")


def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for(cast: Cast, server: Handler, settings: Any):
    settings.SMTP_TLS = "starttls"
    email = worked_on(cast)
    assert (email.state, email.last_error) == ("failed", NOT_OFFERED)
    assert server.messages == []


@pytest.mark.parametrize(
    ("address", "state", "on_the_wire"),
    [
        ("s@münchen.example", "sent", "s@xn--mnchen-3ya.example"),
        ("siobhán@example.org", "dead", None),
        ("s@example.org\r\nBcc: x@example.org", "dead", None),
        ("", "dead", None),
    ],
)
def test_addresses_that_need_care(
    cast: Cast, server: Handler, monkeypatch: Any, address: str, state: str, on_the_wire: str | None
):
    composed = outgoing.Composed(to=address, subject="A note", text="Hello.")
    monkeypatch.setitem(outgoing._composers, "test", lambda email: composed)
    email = worked_on(cast)
    assert (email.state, [m["To"] for m in server.messages]) == (state, [on_the_wire] if on_the_wire else [])
    assert email.to == (address if on_the_wire else "")


def test_a_connection_that_went_away_between_two_rounds_is_opened_anew(cast: Cast, server: Handler):
    box = SmtpPostbox()
    for number in range(2):
        a_mail(cast, f"key {number}")
        email = sending.take(timezone.now())
        assert email is not None
        sending.send(email, box)
        assert box.connection is not None
        assert box.connection.sock is not None
        box.connection.sock.shutdown(socket.SHUT_RDWR)
    box.close()
    assert list(OutgoingEmail.objects.values_list("state", flat=True)) == ["sent", "sent"]


def test_nothing_is_lost_while_no_server_is_set_up(cast: Cast):
    email = a_mail(cast)
    assert working.drain() == 0
    email.refresh_from_db()
    assert email.state == "queued"


def test_the_folder_keeps_each_message_once_and_knows_it(cast: Cast, settings: Any, tmp_path: Path):
    settings.MAIL_FOLDER = str(tmp_path)
    email = worked_on(cast)
    (file,) = tmp_path.rglob("*.eml")
    assert (email.state, file.parent.name) == ("sent", cast.home.pk.hex)
    assert b"Subject: A note" in file.read_bytes()


def test_a_worker_killed_after_writing_to_the_folder_sends_nothing_again(cast: Cast, settings: Any, tmp_path: Path):
    settings.MAIL_FOLDER = str(tmp_path)
    email = worked_on(cast)
    (file,) = tmp_path.rglob("*.eml")
    written_at = file.stat().st_mtime_ns
    OutgoingEmail.objects.filter(pk=email.pk).update(
        state="sending", sent_at=None, lease=email.pk, lease_until=timezone.now() - timedelta(days=1)
    )
    assert working.drain() == 1
    email.refresh_from_db()
    assert (email.state, file.stat().st_mtime_ns) == ("sent", written_at)


@pytest.mark.parametrize("stuck", [True, False])
def test_readiness_speaks_when_mail_waits_for_a_worker(
    cast: Cast, settings: Any, client: Any, stuck: bool, tmp_path: Path
):
    settings.MAIL_FOLDER = str(tmp_path)
    a_mail(cast, at=timezone.now() - (working.TOO_LONG + timedelta(minutes=1) if stuck else timedelta(minutes=1)))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (
        (503, ["mail waits and no worker takes it: start one"]) if stuck else (200, [])
    )
    working.round_once()
    assert client.get("/readyz").json()["problems"] == []
    assert client.get("/readyz").json()["worker_seen_at"] is not None


def test_readiness_asks_for_no_worker_where_no_mail_can_go(cast: Cast, client: Any):
    a_mail(cast, at=timezone.now() - timedelta(days=3))
    assert client.get("/readyz").status_code == 200
