"""Uploaded exports as files: kept as practice/stored_files.py keeps files, a digest of every one, gone after the import."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from patients.importing.reading import MOST_BYTES, Unreadable
from practice.stored_files import FileStore

STORE = FileStore("imports")
path_of, drop = STORE.path_of, STORE.drop


@dataclass(frozen=True)
class Stored:
    name: str
    sha256: str
    size: int


def store(pieces: Iterable[bytes]) -> Stored:
    """Write the file piece by piece; a file that is too large leaves nothing behind."""
    name = STORE.store(_bounded(pieces))
    return Stored(name, STORE.digest(name), path_of(name).stat().st_size)


def _bounded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_BYTES:
            raise Unreadable("The file is larger than 32 MB. Export it in two parts.")
        yield piece
