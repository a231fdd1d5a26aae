"""What else has to happen when a practice begins: the apps above register it, so that this app need not know them."""

from collections.abc import Callable
from datetime import datetime

from practice.models import Practice, User

Step = Callable[[Practice, User, datetime], None]
_steps: list[Step] = []


def register(step: Step) -> Step:
    if step not in _steps:
        _steps.append(step)
    return step


def run_steps(practice: Practice, by: User, at: datetime) -> None:
    for step in _steps:
        step(practice, by, at)
