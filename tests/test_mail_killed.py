"""Kill -9 the worker at every point of sending, on the database that these tests run on: nothing is lost, nothing twice.

The mail server decides the moment: it kills the worker when a command, a part of the message or its end has arrived.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.installation import MIGRATED, ROOT, Installation, new_database
from tests.mail_server import Handler, mail_server

MAILS = 3  # for each point

SET_UP = f"""{MIGRATED}
from tests.cast import make_cast
make_cast()
print("{{}}")
"""
QUEUE = """
from practice.models import Practice
from tests.world import MAILED_AT, outgoing
practice = Practice.objects.get(name__startswith="Harbour")
for number in range({count}):
    outgoing.queue(practice=practice, event_key=f"{name} {{number}}", template="test", about={{}}, by=None, at=MAILED_AT)
print("{{}}")
"""
STATES = """
import json
from practice.models import OutgoingEmail
from practice.sending import message_id
rows = OutgoingEmail.objects.filter(event_key__startswith="{name} ").order_by("id")
print(json.dumps([[message_id(row), row.state, row.to_see_to, row.last_error] for row in rows]))
"""
WORKER = "import django; django.setup()\nimport tests.world\nfrom django.core.management import call_command\ncall_command('worker', every=0.05)"


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Handler, int]]:
    with mail_server() as (handler, port):
        yield handler, port


@pytest.fixture(scope="module")
def home(tmp_path_factory: Any, post: tuple[Handler, int]) -> Iterator[Installation]:
    """An installation of its own: SQLite in a folder, or a new database on the PostgreSQL that the tests run on."""
    made = Installation(tmp_path_factory.mktemp("home"), database=new_database("killed"))
    made.env |= {
        "TAUTBAND_SMTP_HOST": "127.0.0.1", "TAUTBAND_SMTP_PORT": str(post[1]), "TAUTBAND_SMTP_TLS": "off",
        "TAUTBAND_MAIL_FROM": "post@tautband.example", "TAUTBAND_MAIL_LEASE_SECONDS": "0.8",
    }  # fmt: skip
    made.script(SET_UP)
    return made


class Worker:
    def __init__(self, home: Installation) -> None:
        self.process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", WORKER], env=home.env, cwd=ROOT)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)

    def wait_for(self, done: Callable[[], bool], seconds: float = 90) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not done():
            time.sleep(0.05)
        return done()


def finished(home: Installation, name: str) -> list[tuple[str, str, bool, str]]:
    """The rows once no worker has anything to do with them any more."""
    worker = Worker(home)
    try:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            rows = [tuple(row) for row in home.script(STATES.format(name=name))]
            if all(state in ("sent", "dead") for _, state, _, _ in rows):
                return rows  # type: ignore[return-value]
            time.sleep(0.3)
        raise AssertionError(rows)
    finally:
        worker.kill()
        worker.process.wait(90)


# Where the worker is killed -> whether the server had taken that message, and how its row may end.
POINTS = {
    "EHLO": (0, {"sent"}),
    "RCPT": (0, {"sent"}),
    "body": (0, {"sent", "dead"}),  # the last byte may be on its way already when the process dies
    "DATA": (1, {"dead"}),
    "answered": (1, {"dead", "sent"}),  # the answer may have been written down before the signal came
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_at(point: str, home: Installation, post: tuple[Handler, int]):
    handler = post[0]
    before = len(handler.messages)
    home.script(QUEUE.format(count=MAILS, name=point))
    worker, struck = Worker(home), []

    def strike(reached: str) -> None:
        if reached == point and not struck:
            struck.append(point)
            worker.kill()

    handler.hook = strike
    worker.process.wait(90)
    handler.hook = lambda point: None
    assert (struck, worker.process.returncode) == ([point], -signal.SIGKILL)
    taken_before, ends = POINTS[point]

    rows = finished(home, point)
    arrived = [handler.counts[message_id] for message_id, *_ in rows]
    assert max(arrived) == 1  # none twice
    assert len(handler.messages) - before == sum(arrived)
    lost = [row for row, count in zip(rows, arrived, strict=True) if count == 0 and not (row[1] == "dead" and row[2])]
    assert lost == []  # what did not arrive is on the front desk's list
    states = [state for _, state, _, _ in rows]
    assert sorted(states)[1:] == ["sent"] * (MAILS - 1)
    assert sorted(states)[0] in ends
    if taken_before:
        assert arrived == [1] * MAILS
    if "dead" in states:
        assert [row[3].startswith("It may have arrived") for row in rows if row[1] == "dead"] == [True]


def test_killed_again_and_again_at_any_moment(home: Installation, post: tuple[Handler, int]):
    handler, count = post[0], 120
    home.script(QUEUE.format(count=count, name="any"))
    for _ in range(6):
        arrived = len(handler.messages)
        worker = Worker(home)
        worker.wait_for(lambda arrived=arrived: len(handler.messages) > arrived)  # type: ignore[misc]
        time.sleep(random.uniform(0, 0.15))
        worker.kill()
        worker.process.wait(90)

    rows = finished(home, "any")
    arrivals = [handler.counts[message_id] for message_id, *_ in rows]
    assert (len(rows), max(arrivals)) == (count, 1)
    assert [row for row, times in zip(rows, arrivals, strict=True) if times == 0 and not row[2]] == []
    assert [row for row, times in zip(rows, arrivals, strict=True) if times == 0 and row[1] == "sent"] == []
    assert sum(row[1] == "dead" for row in rows) <= 6
