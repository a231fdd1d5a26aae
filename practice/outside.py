"""Somebody else's file is opened by a process of its own, which it can crash, fill or hold up without harm to others.

A program takes the bytes at its input and ends with 0 and an answer, or with a number that it has a meaning for.
"""

import math
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore

SECONDS = 10.0
_places = BoundedSemaphore(2)  # at once, for each process of ours


class TooLong(Exception):
    """It did not end in time."""


class TooMany(Exception):
    """Others are at it, and none of them ended in time."""


@dataclass(frozen=True)
class Ended:
    """How a program ended: negative when a signal ended it."""

    status: int
    answer: bytes = field(repr=False)


def run(program: Path, *arguments: str, content: bytes) -> Ended:
    """Run it with its own bounds (`practice.bounds`), without our environment. Raises TooLong or TooMany."""
    command = [sys.executable, "-I", "-B", str(program), str(math.ceil(SECONDS) + 1), *arguments]
    env = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}  # no secrets
    if not _places.acquire(timeout=SECONDS):
        raise TooMany
    try:
        with TemporaryFile() as target:
            status = subprocess.run(command, input=content, stdout=target, stderr=subprocess.DEVNULL, timeout=SECONDS,
                                    env=env, check=False).returncode  # fmt: skip
            target.seek(0)
            return Ended(status, target.read())
    except subprocess.TimeoutExpired as error:
        raise TooLong from error
    finally:
        _places.release()
