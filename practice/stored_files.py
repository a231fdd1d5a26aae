"""Files that are kept beside the database: one door for all of them.

They lie in the home, outside what is served, under names of 256 random bits with nothing of the patient in them, readable
by nobody else. A file is written whole and forced to the disk before its row; a row that fails takes its file with it. So
there may be a file without a row (nobody's and harmless: `sweep` takes it away), never a row without its file.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

PIECE = 256 * 1024
NAME = re.compile(r"[0-9a-f]{64}")
UNDER_WAY = timedelta(days=1)  # a younger file may belong to a row that is being written
BETWEEN_SWEEPS = timedelta(hours=6)
AT_ONCE = 500


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


@dataclass(frozen=True)
class FileStore:
    """One folder of the home."""

    folder: str

    def path_of(self, name: str) -> Path:
        return Path(settings.HOME) / self.folder / name

    @contextmanager
    def writing(self) -> Iterator[tuple[str, BinaryIO]]:
        """A new file to write into, and its name; whatever goes wrong leaves nothing behind."""
        name = secrets.token_hex(32)
        path = self.path_of(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield name, file
                file.flush()
                os.fsync(file.fileno())
            _force_names(path.parent)
        except BaseException:
            self.drop(name)
            raise

    def store(self, pieces: bytes | Iterable[bytes]) -> str:
        """Write the file piece by piece and answer its name."""
        with self.writing() as (name, file):
            file.writelines([pieces] if isinstance(pieces, bytes) else pieces)
        return name

    def read(self, name: str, *, sha256: str = "") -> bytes | None:
        """The bytes; nothing when the file is gone or, where its digest is given, was changed."""
        try:
            content = self.path_of(name).read_bytes()
        except OSError:
            return None
        return content if not sha256 or digest_of(content) == sha256 else None

    def digest(self, name: str) -> str:
        """Of the file as it lies there; empty when it is gone."""
        try:
            with self.path_of(name).open("rb") as file:
                return file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""

    def pieces(self, name: str) -> Iterator[bytes]:
        with self.path_of(name).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def drop(self, name: str) -> None:
        """Take back a file whose row was not written."""
        self.path_of(name).unlink(missing_ok=True)

    def sweep(self, have_rows: Callable[[list[str]], Iterable[str]], *, at: datetime) -> int:
        """Take away old files without a row, and say how many. `have_rows` answers which of some names have one.

        Looks a few times a day, however often it is asked. Only what this door wrote is touched.
        """
        if not self._is_time_to_sweep(at):
            return 0
        old = sorted(self._older_than(at - UNDER_WAY))
        gone = 0
        for start in range(0, len(old), AT_ONCE):
            some = old[start : start + AT_ONCE]
            for name in set(some) - set(have_rows(some)):
                self.drop(name)
                gone += 1
        return gone

    def _is_time_to_sweep(self, at: datetime) -> bool:
        mark = self.path_of(".swept")
        if not mark.parent.is_dir():
            return False
        if mark.exists() and at.timestamp() - mark.stat().st_mtime < BETWEEN_SWEEPS.total_seconds():
            return False
        mark.touch(mode=0o600)
        os.utime(mark, (at.timestamp(), at.timestamp()))
        return True

    def _older_than(self, moment: datetime) -> Iterator[str]:
        with os.scandir(self.path_of("")) as entries:
            for entry in entries:
                if NAME.fullmatch(entry.name) and entry.stat().st_mtime < moment.timestamp():
                    yield entry.name


def _force_names(folder: Path) -> None:
    """The folder's list of names is a file of its own: without this a power cut could forget a name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
