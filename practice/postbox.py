"""Where mail leaves the house: an SMTP server, or (in the demo) a folder.

`deliver` says exactly one of three things, because a record of what was sent must not guess: it returns (the server
took the message), it raises NotTaken (the server certainly has not taken it), or it raises MayBeTaken (the last byte
went and no answer came).
"""

import contextlib
import os
import re
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

NO_ANSWER = "The mail server does not answer."
NOT_TRUSTED = "The mail server did not show a certificate of its name that is in date and known here."
NOT_OFFERED = "The mail server does not offer the encryption (STARTTLS) or the sign-in that the settings ask for."


class NotTaken(Exception):
    """The message was certainly not accepted. `for_good`: trying again would be refused again."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class MayBeTaken(Exception):
    """The whole message went out and the answer did not come: nobody can know whether it was accepted."""


class Postbox(Protocol):
    def deliver(self, message: EmailMessage, *, before_the_last_byte: Callable[[], None]) -> None:
        """Hand over one message. `before_the_last_byte` is called when nothing but the end of it is left to send."""

    def has(self, message_id: str) -> bool | None:
        """Whether this message was accepted before; None where that cannot be known."""

    def close(self) -> None: ...


def is_set_up() -> bool:
    return bool(settings.SMTP_HOST or settings.MAIL_FOLDER)


def open_postbox() -> Postbox:
    """The one that the settings name. SMTP connects at the first message."""
    if settings.SMTP_HOST:
        return SmtpPostbox()
    return FolderPostbox(Path(settings.MAIL_FOLDER))


class SmtpPostbox:
    """One connection, kept for the messages of one round and opened anew after a fault."""

    def __init__(self) -> None:
        self.connection: smtplib.SMTP | None = None

    def has(self, message_id: str) -> bool | None:
        return None  # SMTP has no question for this

    def deliver(self, message: EmailMessage, *, before_the_last_byte: Callable[[], None]) -> None:
        sender, recipient = (parseaddr(message[name])[1] for name in ("From", "To"))
        try:
            server = self._connected()
            _accepted(server.mail(sender), "the sender")
            _accepted(server.rcpt(recipient), "the address")
            _accepted(server.docmd("DATA"), "the message", good=354)
            server.send(_on_the_wire(message))
        except ssl.SSLCertVerificationError as fault:
            raise NotTaken(NOT_TRUSTED) from fault
        except (OSError, smtplib.SMTPException) as fault:
            self.close()
            raise NotTaken(NO_ANSWER) from fault
        except NotTaken:
            self.close()  # QUIT or a new connection: never a half-told message on the next one's line
            raise
        try:
            before_the_last_byte()
        except BaseException:
            self.abort()
            raise
        self._end(server)

    def _end(self, server: smtplib.SMTP) -> None:
        """The dot, and the answer that decides."""
        try:
            if server.sock is not None:
                server.sock.settimeout(settings.SMTP_LAST_ANSWER_SECONDS)
            answer = server.docmd(".")
            if server.sock is not None:
                server.sock.settimeout(settings.SMTP_TIMEOUT_SECONDS)
        except (OSError, smtplib.SMTPException) as fault:
            self.abort()
            raise MayBeTaken from fault
        try:
            _accepted(answer, "the message")
        except NotTaken:
            self.close()
            raise

    def _connected(self) -> smtplib.SMTP:
        if self.connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self.connection.rset()[0] == 250:
                    return self.connection
            self.abort()
        self.connection = _open_connection()
        return self.connection

    def close(self) -> None:
        """Say goodbye where somebody still listens."""
        if self.connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.connection.quit()
        self.abort()

    def abort(self) -> None:
        """Hang up without another byte: a message whose end was not sent is thrown away by the server."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def plain_address(address: str) -> str:
    """As every server understands it, the domain in its ASCII form. Refuses what is no address."""
    name, _, domain = address.rpartition("@")
    try:
        validate_email(address)
        return f"{name}@{domain.encode('idna').decode()}"
    except (ValidationError, UnicodeError) as fault:
        raise NotTaken("The address is not one that mail can be sent to.", for_good=True) from fault


def _open_connection() -> smtplib.SMTP:
    context = ssl.create_default_context()
    timeout = settings.SMTP_TIMEOUT_SECONDS
    host, port = settings.SMTP_HOST, settings.SMTP_PORT
    if settings.SMTP_TLS == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    try:
        if settings.SMTP_TLS == "starttls":
            server.starttls(context=context)
        if settings.SMTP_USER:
            server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
        server.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as refused:
        server.close()
        raise NotTaken(f"The mail server refused our sign-in ({refused.smtp_code}).") from refused
    except smtplib.SMTPException as fault:
        server.close()
        if type(fault) in (smtplib.SMTPException, smtplib.SMTPNotSupportedError):  # no way of signing in that we know
            raise NotTaken(NOT_OFFERED) from fault
        raise
    except BaseException:
        server.close()
        raise
    return server


def _accepted(answer: tuple[int, bytes], what: str, *, good: int = 250) -> None:
    """Raises in our own words: the server's may repeat an address. 5xx is a no for good, 4xx a no for now."""
    code, words = answer
    if code == good or (good == 250 and code in (251, 252)):
        return
    detail = re.match(rb"\s*(\d\.\d{1,3}\.\d{1,3})\b", words)
    number = f"{code} {detail[1].decode()}" if detail else f"{code}"
    for_good = 500 <= code < 600 and code != 503
    raise NotTaken(f"The mail server {'refused' if for_good else 'put off'} {what} ({number}).", for_good=for_good)


def _on_the_wire(message: EmailMessage) -> bytes:
    """Lines end in CRLF, a line that begins with a dot gets another (RFC 5321, 4.5.2), and the last one is whole."""
    body = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=WIRE))
    return body if body.endswith(b"\r\n") else body + b"\r\n"


class FolderPostbox:
    """Every message a file in its practice's folder, named by its Message-ID: writing it twice leaves one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, message_id: str) -> Path:
        practice, _, digest = message_id.strip("<>").partition("@")[0].partition(".")
        return self.folder / practice / f"{digest}.eml"

    def has(self, message_id: str) -> bool | None:
        return self.path(message_id).exists()

    def deliver(self, message: EmailMessage, *, before_the_last_byte: Callable[[], None]) -> None:
        place = self.path(message["Message-ID"])
        draft = place.with_suffix(f".{os.getpid()}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(message.as_bytes(policy=WIRE))
        except OSError as fault:
            raise NotTaken("The mail folder cannot be written to.") from fault
        before_the_last_byte()
        draft.replace(place)

    def close(self) -> None:
        pass
