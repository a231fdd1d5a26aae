"""A real SMTP server on the loopback that does what a test says: accepts, refuses, hangs, hangs up, encrypts, asks who it is."""

import asyncio
import re
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

Hook = Callable[[str], None]


class Protocol(SMTP):
    """Tells the handler when a piece of a message is there and its end is not."""

    def data_received(self, data: bytes) -> None:
        if b"\nSubject: " in data and not data.endswith(b"\r\n.\r\n"):
            self.event_handler.reached("body")
        super().data_received(data)


class Handler:
    """`answers` is what each command gets ("RCPT" -> "550 5.1.1 no such user"); `reached` is called at each point."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.refused: set[str] = set()
        self.hook: Hook = lambda point: None
        self.hang_up_after_data = self.keep_it = False
        self.hang: dict[str, float] = {}
        self.password: tuple[str, str] | None = None  # who may send, where the server asks
        self.sign_ins: list[tuple[str, str, bool]] = []  # name, password, encrypted

    def reached(self, point: str) -> None:
        self.hook(point)

    async def handle_EHLO(self, server: Any, session: Session, envelope: Envelope, name: str, answers: Any) -> Any:
        await self.point("EHLO")
        session.host_name = name
        return answers

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        await self.point("MAIL")
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        await self.point("RCPT")
        if address in self.refused:
            return f"550 5.1.1 <{address}> is unknown here"
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        await self.point("DATA")
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("2") and (self.keep_it or not self.hang_up_after_data):
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.reached("taken")
        if self.hang_up_after_data:
            server.transport.abort()
        asyncio.get_running_loop().call_soon(self.reached, "answered")
        return answer

    def sign_in(self, server: Any, session: Session, envelope: Envelope, mechanism: str, sent: Any) -> AuthResult:
        name, password = sent.login.decode(), sent.password.decode()
        self.sign_ins.append((name, password, server.transport.get_extra_info("sslcontext") is not None))
        return AuthResult(success=(name, password) == self.password, handled=False)

    async def point(self, name: str) -> None:
        self.reached(name)
        if seconds := self.hang.get(name):
            await asyncio.sleep(seconds)

    @property
    def counts(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(message["Message-ID"] for message in self.messages)


class Server(Controller):
    more: dict[str, Any]

    def factory(self) -> SMTP:
        return Protocol(self.handler, hostname="localhost", enable_SMTPUTF8=False, **self.more)


@contextmanager
def mail_server(
    *, tls: str = "off", identity: ssl.SSLContext | None = None, password: tuple[str, str] | None = None
) -> Iterator[tuple[Handler, int]]:
    """The handler and the port of a server that lives as long as the block; with `password` nobody else may send."""
    handler = Handler()
    handler.password = password
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    whole = {"ssl_context": identity} if tls == "tls" else {}
    server = Server(handler, hostname="127.0.0.1", port=port, ready_timeout=10, **whole)
    server.more = {"tls_context": identity, "require_starttls": True} if tls == "starttls" else {}
    if password:
        server.more |= {
            "authenticator": handler.sign_in,
            "auth_required": tls != "off",
            "auth_require_tls": tls == "starttls",
        }
    else:
        server.more |= {"auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
    server.start()
    try:
        yield handler, port
    finally:
        server.stop(no_assert=True)


ADDRESS = re.compile(r"[\w.+'-]+@[\w.-]+")
