"""One round of the worker: say that it lives, do the chores, send what is due."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from practice import chores, postbox, sending
from practice.models import OutgoingEmail, WorkerBeat

NAME = "worker"
TOO_LONG = timedelta(minutes=15)  # due mail that nobody took for so long: no worker is at work


def beat(at: datetime) -> None:
    """When a worker was last at work. One row, overwritten: no record, so it does not go through the door."""
    WorkerBeat.objects.update_or_create(name=NAME, defaults={"at": at})


def last_beat() -> datetime | None:
    return WorkerBeat.objects.filter(name=NAME).values_list("at", flat=True).first()


def mail_is_stuck(at: datetime) -> bool:
    """Mail could go and has been due for too long, and nobody took it. One indexed look."""
    return postbox.is_set_up() and OutgoingEmail.objects.due(at - TOO_LONG).exists()


def round_once(*, keep_going: Callable[[], bool] = lambda: True) -> dict[str, int]:
    """Every chore once, then mail until none is due. Answers what was done, by name."""
    now = timezone.now()
    beat(now)
    done = chores.run_all(now)
    return done | {"mail": drain(keep_going=keep_going)}


def drain(*, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Send what is due now, one after the other; how many rows were worked on. Nothing without a mail server."""
    if not postbox.is_set_up():
        return 0
    box, count, said = postbox.open_postbox(), 0, timezone.now()
    try:
        while keep_going() and (email := sending.take(timezone.now())):
            sending.send(email, box)
            count += 1
            if timezone.now() - said > timedelta(seconds=20):
                said = timezone.now()
                beat(said)
    finally:
        box.close()
    return count
