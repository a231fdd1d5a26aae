"""What a process that opens somebody else's file may take. Read by programs of their own; imports nothing of ours."""

import ctypes
import resource
import signal
import sys
from contextlib import suppress

MEGABYTE = 1024 * 1024
MEMORY, OUTPUT = 1024 * MEGABYTE, 16 * MEGABYTE
PARENT_DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38


def bound(seconds: int) -> None:
    """From here on: no more memory, time or output than this, no further process, and an end when the parent ends."""
    limits = {
        resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: OUTPUT, resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }  # fmt: skip
    for limit, most in limits.items():
        with suppress(ValueError, OSError):  # not every system knows each of them; the parent's clock is the last bound
            resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
