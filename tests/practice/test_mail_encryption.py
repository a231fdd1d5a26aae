"""Mail to a server that encrypts and asks who sends: nothing, and no password, goes to one that is not who it says."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from practice import working
from practice.postbox import NO_ANSWER, NOT_OFFERED, NOT_TRUSTED
from tests.cast import Cast
from tests.mail_server import Handler, mail_server
from tests.practice.test_postbox import worked_on
from tests.world import a_mail

pytestmark = [  # of the server that the tests talk to
    pytest.mark.filterwarnings("ignore:Session.login_data is deprecated"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
WHO = ("post", "a long password")
DAY = timedelta(days=1)


def certificate(folder: Path, *, name: str = "localhost", ended: bool = False) -> tuple[Path, ssl.SSLContext]:
    """A certificate of that name, signed by itself, in a file; and a server that has it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name)] + ([x509.IPAddress(ip_address("127.0.0.1"))] if name == "localhost" else [])
    made = (
        x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - 9 * DAY)
        .not_valid_after(now - DAY if ended else now + DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    shown, kept = folder / "certificate.pem", folder / "key.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()))  # fmt: skip
    identity = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    identity.load_cert_chain(shown, kept)
    return shown, identity


@pytest.fixture(params=["starttls", "tls"])
def tls(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.SMTP_HOST, settings.SMTP_TLS, settings.MAIL_FROM = "localhost", request.param, "post@tautband.example"
    settings.SMTP_USER, settings.SMTP_PASSWORD = WHO
    settings.SMTP_TIMEOUT_SECONDS = settings.SMTP_LAST_ANSWER_SECONDS = 20
    return request.param


@pytest.fixture
def server(tls: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handler]:
    """One that this machine trusts."""
    shown, identity = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    with mail_server(tls=tls, identity=identity, password=WHO) as (handler, port):
        settings.SMTP_PORT = port
        yield handler


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_it_signs_in_behind_the_encryption_and_hands_over(cast: Cast, server: Handler, settings: Any, host: str):
    settings.SMTP_HOST = host
    email = worked_on(cast)

    assert (email.state, email.last_error, len(server.messages)) == ("sent", "", 1)
    assert set(server.sign_ins) == {(*WHO, True)}


def test_one_sign_in_carries_a_round(cast: Cast, server: Handler):
    for number in range(3):
        a_mail(cast, f"key {number}")
    assert working.drain() == 3
    assert (len(server.messages), len(server.sign_ins)) == (3, 1)


def test_a_wrong_password_is_said_and_tried_again_later(cast: Cast, server: Handler, settings: Any):
    settings.SMTP_PASSWORD = "another"
    email = worked_on(cast)

    assert (email.state, email.last_error) == ("failed", "The mail server refused our sign-in (535).")
    assert "another" not in email.last_error
    assert server.messages == []


def test_without_a_name_a_server_that_asks_for_one_gets_nothing(cast: Cast, server: Handler, settings: Any):
    settings.SMTP_USER = ""
    email = worked_on(cast)

    assert (email.state, email.last_error) == ("dead", "The mail server refused the sender (530 5.7.0).")
    assert (server.messages, server.sign_ins) == ([], [])


@pytest.mark.parametrize("wrong", ["unknown", "another name", "ended"])
def test_a_server_that_is_not_who_it_says_gets_neither_mail_nor_password(
    cast: Cast, tls: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
):
    name = "mail.example.org" if wrong == "another name" else "localhost"
    shown, identity = certificate(tmp_path, name=name, ended=wrong == "ended")
    if wrong != "unknown":
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    with mail_server(tls=tls, identity=identity, password=WHO) as (handler, port):
        settings.SMTP_PORT = port
        email = worked_on(cast)

    assert (email.state, email.last_error) == ("failed", NOT_TRUSTED)
    assert (handler.messages, handler.sign_ins) == ([], [])


def test_a_server_that_does_not_encrypt_gets_neither_mail_nor_password(cast: Cast, tls: str, settings: Any):
    """As when somebody on the way has taken the offer out."""
    settings.SMTP_TIMEOUT_SECONDS = 1
    with mail_server(password=WHO) as (handler, port):
        settings.SMTP_PORT = port
        email = worked_on(cast)

    assert (email.state, email.last_error) == ("failed", NOT_OFFERED if tls == "starttls" else NO_ANSWER)
    assert (handler.messages, handler.sign_ins) == ([], [])


def test_a_server_without_sign_in_gets_nothing_where_one_is_asked_for(
    cast: Cast, tls: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shown, identity = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    with mail_server(tls=tls, identity=identity) as (handler, port):
        settings.SMTP_PORT = port
        email = worked_on(cast)

    assert (email.state, email.last_error, handler.messages) == ("failed", NOT_OFFERED, [])
