"""A process that stands still at a named point until it is killed there: kill -9 at that moment and no other.

    TAUTBAND_STANDS_STILL="before reports.actions.batches:_release 1"

names the moment, the function and the how manieth call; `TAUTBAND_STANDS_STILL_MARK` is the file that says it stands.
`tests.standstill:application` is practice.wsgi with that.
"""

import os
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from subprocess import Popen
from typing import Any

POINT, MARK = "TAUTBAND_STANDS_STILL", "TAUTBAND_STANDS_STILL_MARK"


def arrange() -> None:
    """In the process that is to be killed, after Django is set up."""
    when, where, call = os.environ[POINT].split()
    path, _, name = where.partition(":")
    owner = import_module(path)
    *classes, name = name.split(".")
    for part in classes:
        owner = getattr(owner, part)
    setattr(owner, name, _standing(getattr(owner, name), when=when, call=int(call)))


def _standing(real: Callable[..., Any], *, when: str, call: int) -> Callable[..., Any]:
    calls = 0

    def stand(moment: str) -> None:
        if moment == when and calls == call:
            Path(os.environ[MARK]).touch()
            time.sleep(3600)

    def stands(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        stand("before")
        answer = real(*args, **kwargs)
        stand("after")
        return answer

    return stands


def env(point: str, mark: Path) -> dict[str, str]:
    mark.unlink(missing_ok=True)
    return {POINT: point, MARK: str(mark)}


def wait_until_it_stands(mark: Path, process: "Popen[Any]", seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not mark.exists():
        assert process.poll() is None, "it ended before it came there"
        assert time.monotonic() < until, "it never came there"
        time.sleep(0.02)


def application(*request: Any) -> Any:
    from practice.wsgi import application as real

    if POINT in os.environ and not getattr(application, "arranged", False):
        application.arranged = True  # type: ignore[attr-defined]
        arrange()
    return real(*request)
