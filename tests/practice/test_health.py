from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from practice import guards
from practice.checks import guards_are_installed
from practice.models import AccessEntry

ENTRIES = guards.append_only(AccessEntry)


def take_off_one_guard() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'DROP TRIGGER "{ENTRIES.name}_delete"')
        else:
            cursor.execute(f'DROP TRIGGER "{ENTRIES.name}" ON "{ENTRIES.table}"')


def test_the_process_says_that_it_answers_without_the_database():
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_ready_when_everything_stands(db: None):
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "problems": [], "worker_seen_at": None})


def test_not_ready_when_a_guard_is_missing(db: None):
    take_off_one_guard()
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["guards are missing: run the upgrade"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL can disable a trigger in place")
def test_not_ready_when_a_guard_is_switched_off(db: None):
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{ENTRIES.table}" DISABLE TRIGGER "{ENTRIES.name}"')
    assert Client().get("/readyz").status_code == 503


def test_not_ready_while_a_migration_waits(db: None):
    with patch("practice.views.health.MigrationExecutor.migration_plan", return_value=["0002_more"]):
        assert Client().get("/readyz").json()["problems"] == ["migrations wait: run the upgrade"]


def test_not_ready_without_the_database_and_it_does_not_say_why(db: None):
    with patch("practice.views.health.MigrationExecutor", side_effect=RuntimeError("password=secret")):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["the database does not answer"])


def test_the_system_check_names_the_missing_guard(db: None):
    assert guards_are_installed(None, ["default"]) == []
    take_off_one_guard()
    (warning,) = guards_are_installed(None, ["default"])
    assert (warning.id, ENTRIES.name in warning.msg) == ("practice.W001", True)


def test_the_command_counts_the_guards_or_names_the_missing(db: None, capsys: pytest.CaptureFixture[str]):
    call_command("check_guards")
    assert capsys.readouterr().out == f"{len(guards.all_guards())} guards stand.\n"
    take_off_one_guard()
    with pytest.raises(CommandError, match=ENTRIES.name):
        call_command("check_guards")
