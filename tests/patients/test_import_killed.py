"""A worker killed in the middle of an import: whole slices or none, and the next worker goes on to the end."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.installation import MIGRATED, Installation, new_database

ROWS = 3000
SET_UP = f"""{MIGRATED}
from tests.cast import make_cast
from tests.patients.moving_in import PATIENT_COLUMNS, csv_of, person, settle, upload
cast = make_cast()
content = csv_of(PATIENT_COLUMNS, *(person(n) for n in range({ROWS})))
of_import = settle(upload(cast.anna, content), cast.anna)
print("{{}}")
"""
START = """
from patients import actions
from patients.models import Import
one = Import.objects.get()
actions.start_import(pk=one.pk, values={}, by=one.confirmed_by, version=one.version)
print("{}")
"""
STATE = """
import json
from patients.models import Import, Patient, SourceKey
one, new = Import.objects.get(), {"family_name__startswith": "Family"}
numbers = set(Patient.objects.filter(practice=one.practice).values_list("record_number", flat=True))
print(json.dumps({"status": one.status, "counts": one.counts, "next_row": one.next_row, "written": [
    Patient.objects.filter(**new).count(), SourceKey.objects.count(), Patient.history.filter(**new).count(),
    len(numbers) - 1]}))
"""
WORKER = """
from django.utils import timezone
from patients import actions
print("at work", flush=True)
while actions.work_on_imports(timezone.now(), seconds=0):
    pass
"""


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    """An installation of its own: SQLite in a folder, or a new database on the PostgreSQL that the tests run on."""
    made = Installation(tmp_path, database=new_database("moved"))
    made.script(SET_UP)
    return made


def a_worker(home: Installation) -> "subprocess.Popen[str]":
    """A process of its own, at work."""
    process = home.begin(WORKER)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def work_with_kills(home: Installation) -> int:
    """Two workers die at a moment of their own, the third ends the work; after each death every slice is whole."""
    struck = 0
    for moment in (0.3, 0.9):
        worker = a_worker(home)
        time.sleep(moment)
        os.kill(worker.pid, signal.SIGKILL)
        struck += worker.wait(20) == -signal.SIGKILL
        told = home.script(STATE)
        assert len(set(told["written"])) == 1
        assert told["written"][0] % 500 == 0
        assert sum(told["counts"].values()) == max(told["next_row"] - 2, 0) or told["next_row"] == 1
    assert a_worker(home).wait(300) == 0
    return struck


def test_killed_at_any_moment_it_goes_on_and_nobody_comes_twice(home: Installation):
    struck = work_with_kills(home)
    checked = home.script(STATE)
    assert (checked["status"], checked["counts"], checked["written"]) == ("checked", {"create": ROWS}, [0] * 4)

    home.script(START)
    struck += work_with_kills(home)
    done = home.script(STATE)
    assert struck >= 2
    assert (done["status"], done["counts"], done["written"]) == ("done", {"create": ROWS}, [ROWS] * 4)
