"""The worker killed in the middle of a day's print: nothing lost, no document twice, and the next worker ends it."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests import standstill
from tests.installation import MIGRATED, Installation, new_database

SESSIONS, TOGETHER = 4, 2
SET_UP = f"""{MIGRATED}
from datetime import timedelta
from tests.cast import NOW, make_cast
from tests.world import make_world, sign, start
world = make_world(make_cast())
sign(start(world.patient, world.cast.anna), world.cast.anna)
for number in range(1, {SESSIONS} - 1):
    sign(start(world.patient, world.cast.ben, started_at=NOW + timedelta(minutes=number)), world.cast.ben)
print("{{}}")
"""
ORDER_AND_PRINT = f"""
from django.utils import timezone
from practice.models import User
from reports import actions
from reports.actions import batches
from tests import standstill
from tests.cast import NOW
batches.TOGETHER = {TOGETHER}
from tests.world import SIGNED_AT
anna = User.objects.get(email="anna@example.org")
actions.order_batch(day=anna.practice.local_date(NOW), kind="patient_summary", by=anna, at=SIGNED_AT)
standstill.arrange()
actions.print_some(timezone.now())
"""
GO_ON = """
import json
from datetime import timedelta
from hashlib import sha256
from django.utils import timezone
from practice import pdf_reading
from reports import actions
from reports.actions.batches import LEASE
from reports.models import Document, PrintBatch, PrintProblem

def told():
    batch = PrintBatch.objects.first()
    made = Document.objects.filter(batch=batch)
    return {
        "ended": batch.finished_at is not None,
        "leased": batch.leased_until is not None,
        "ordered": sorted(batch.sessions),
        "made": sorted(str(row.session_id) for row in made),
        "whole": all(sha256(bytes(row.content)).hexdigest() == row.sha256 for row in made)
                 and all(len(pdf_reading.texts(bytes(row.content))) == row.pages for row in made),
        "problems": PrintProblem.objects.filter(batch=batch).count(),
    }

left = told()
rounds = [actions.print_some(timezone.now() + later) for later in (timedelta(), LEASE + timedelta(seconds=1))]
print(json.dumps([left, rounds, told()]))
"""
# Where the worker is killed -> how many documents are there then.
POINTS = {
    "after reports.actions.batches:_leased 1": 0,
    "after reports.actions.documents:store_all 1": 0,  # stored, and not committed
    "after reports.actions.batches:issue_summaries 1": TOGETHER,
    "after reports.actions.documents:store_all 2": TOGETHER,
    "before reports.actions.batches:_release 1": SESSIONS,  # all is made, and nobody has written down that it is
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: Any) -> Installation:
    made = Installation(tmp_path_factory.mktemp("home"), database=new_database("printed"))
    made.script(SET_UP)
    return made


def killed_at(home: Installation, point: str, mark: Path) -> int:
    worker = home.begin(ORDER_AND_PRINT, **standstill.env(point, mark))
    try:
        standstill.wait_until_it_stands(mark, worker)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
    return worker.returncode


@pytest.mark.parametrize("point", POINTS)
def test_killed_at(point: str, home: Installation, tmp_path: Path):
    assert killed_at(home, point, tmp_path / "stands") == -signal.SIGKILL
    left, rounds, ended = home.script(GO_ON)

    assert (len(left["made"]), left["ended"], left["leased"]) == (POINTS[point], False, True)
    assert rounds == [0, SESSIONS - POINTS[point]]  # while the dead one's lease runs, and after it
    assert (len(ended["ordered"]), ended["made"]) == (SESSIONS, ended["ordered"])  # none lost, none twice
    assert (ended["ended"], ended["leased"], ended["whole"], ended["problems"]) == (True, False, True, 0)
