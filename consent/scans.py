"""Scans of paper consent as files: told apart by their content, bounded, kept outside what is served, never overwritten.

A file is written whole (and forced to the disk) before its row; a row that fails takes its file with it. A file without
a row is nobody's and harmless; a row without its file, or with another content, is refused when it is opened.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from django.conf import settings

MOST_BYTES = 10 * 1024 * 1024
FOLDER = "consent_scans"
BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
# What a whole file of the kind has near its end, so that half an upload is not taken for a scan.
ENDINGS = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND"}
NEAR_THE_END = 2048


class UnreadableScan(ValueError):
    """Says what is wrong with the file and what to do."""


def kind_of(content: bytes) -> str:
    """The content type by the content itself; name and claim of the sender count for nothing."""
    if not content:
        raise UnreadableScan("The file is empty. Choose the scan again.")
    if len(content) > MOST_BYTES:
        raise UnreadableScan("The scan is larger than 10 MB. Scan it in black and white, or with less resolution.")
    kind = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), "")
    if not kind:
        raise UnreadableScan("This is not a PDF, JPEG or PNG. Scan the paper as one of these.")
    if ENDINGS[kind] not in content[-NEAR_THE_END:]:
        raise UnreadableScan("The file did not arrive whole. Choose the scan again.")
    return kind


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def store(content: bytes) -> str:
    """Write the file and answer its name: 256 random bits, nothing of the patient."""
    name = secrets.token_hex(32)
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return name


def read(name: str) -> bytes | None:
    """The bytes, or nothing when the file is gone."""
    try:
        return (_folder() / name).read_bytes()
    except OSError:
        return None


def drop(name: str) -> None:
    """Take back a file whose row was not written."""
    (_folder() / name).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.HOME) / FOLDER
