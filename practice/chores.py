"""What a worker does besides mail: each app registers its own chores, the worker runs all of them every round.

A chore is idempotent and safe with several workers at once. It opens its own transactions and answers how many rows
it touched. One that fails does not keep the others from running.
"""

import logging
from collections.abc import Callable
from datetime import datetime

log = logging.getLogger(__name__)
Chore = Callable[[datetime], int]
_chores: dict[str, Chore] = {}


def register(name: str, run: Chore) -> None:
    """Once per app, from `AppConfig.ready()`; the name stands in the worker's log."""
    _chores[name] = run


def run_all(at: datetime) -> dict[str, int]:
    """How many rows each chore touched; a chore that failed is logged and left out."""
    done = {}
    for name, run in _chores.items():
        try:
            done[name] = run(at)
        except Exception:
            log.exception("the chore %s failed", name)
    return done
