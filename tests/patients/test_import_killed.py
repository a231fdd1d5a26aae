"""A worker killed in the middle of an import: whole slices or none, and the next worker goes on to the end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from practice.identifiers import new_id
from tests.test_killed import ROOT
from tests.test_killed import Server as Home

ROWS = 3000
SET_UP = f"""
from django.core.management import call_command
call_command("migrate", verbosity=0)
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
import django
django.setup()
from django.utils import timezone
from patients import actions
print("at work", flush=True)
while actions.work_on_imports(timezone.now(), seconds=0):
    pass
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation of its own: SQLite in a folder, or a new database on the PostgreSQL that the tests run on."""
    made = Home(tmp_path)
    if address := os.environ.get("DATABASE_URL"):
        name = f"moved_{new_id().hex[-12:]}"
        server = psycopg2.connect(address)
        server.autocommit = True
        server.cursor().execute(f'CREATE DATABASE "{name}"')
        server.close()
        made.env["DATABASE_URL"] = address.replace("/postgres?", f"/{name}?")
    made.script(SET_UP)
    return made


def a_worker(home: Home) -> "subprocess.Popen[str]":
    """A process of its own, at work."""
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", WORKER], env=home.env, cwd=ROOT, text=True,
                               stdout=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    return process


def work_with_kills(home: Home) -> int:
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


def test_killed_at_any_moment_it_goes_on_and_nobody_comes_twice(home: Home):
    struck = work_with_kills(home)
    checked = home.script(STATE)
    assert (checked["status"], checked["counts"], checked["written"]) == ("checked", {"create": ROWS}, [0] * 4)

    home.script(START)
    struck += work_with_kills(home)
    done = home.script(STATE)
    assert struck >= 2
    assert (done["status"], done["counts"], done["written"]) == ("done", {"create": ROWS}, [ROWS] * 4)
