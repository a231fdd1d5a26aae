"""The demo's post: messages that were written to the folder instead of being sent, read back for a page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

from practice.models import Practice

LISTED = 100


@dataclass(frozen=True)
class Written:
    """One message in the folder. `name` is its file's, without the ending."""

    name: str
    at: datetime
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def attachments(self) -> list[tuple[str, bytes]]:
        return [(part.get_filename() or "file", part.get_content()) for part in self.message.iter_attachments()]


def is_there() -> bool:
    """Only where mail goes to a folder: a real installation has no such page."""
    return bool(settings.MAIL_FOLDER) and not settings.SMTP_HOST


def messages_of(practice: Practice) -> list[Written]:
    """The newest first."""
    files = sorted(_folder(practice).glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [_read(file) for file in files[:LISTED]]


def message_of(practice: Practice, name: str) -> Written | None:
    """One message, by the letters and digits of its file's name."""
    file = _folder(practice) / f"{name}.eml"
    return _read(file) if name.isalnum() and file.exists() else None


def _folder(practice: Practice) -> Path:
    return Path(settings.MAIL_FOLDER) / practice.pk.hex


def _read(file: Path) -> Written:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return Written(file.stem, datetime.fromtimestamp(file.stat().st_mtime, UTC), message)  # type: ignore[arg-type]
