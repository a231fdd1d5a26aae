"""Uploaded exports as files: random names outside what is served, a digest of every one, gone after the import."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from django.conf import settings

from patients.importing.reading import MOST_BYTES, Unreadable

FOLDER = "imports"


@dataclass(frozen=True)
class Stored:
    name: str
    sha256: str
    size: int


def store(pieces: Iterable[bytes]) -> Stored:
    """Write the file piece by piece, forced to the disk; a file that is too large leaves nothing behind."""
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name, size = secrets.token_hex(32), 0
    try:
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > MOST_BYTES:
                    raise Unreadable("The file is larger than 32 MB. Export it in two parts.")
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        drop(name)
        raise
    with (folder / name).open("rb") as stored:
        return Stored(name, file_digest(stored, "sha256").hexdigest(), size)


def path_of(name: str) -> Path:
    return Path(settings.HOME) / FOLDER / name


def drop(name: str) -> None:
    path_of(name).unlink(missing_ok=True)
