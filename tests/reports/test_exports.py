"""Everything of a practice in open formats: whole, true, only its own, for a limited time."""

import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from patients.models import Patient
from practice.actions import set_password
from practice.models import AccessEntry, Token, User
from reports import actions, archive, tables
from reports.actions import exports
from reports.models import Document, PracticeExport
from tests.cast import NOW, Cast, make_patient, page_as
from tests.world import World, make_world


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_world(cast)
    made.make_everything()
    actions.write_exports(NOW)
    return made


def written(world: World) -> PracticeExport:
    return PracticeExport.objects.get(pk=world.export.pk)


def read(world: World, name: str) -> list[dict[str, str]]:
    with ZipFile(exports.path_of(written(world).stored_as)) as opened:
        return list(csv.DictReader(StringIO(opened.read(name).decode("utf-8-sig"))))


def test_the_export_is_as_its_manifest_says(world: World):
    export = written(world)
    assert (export.status, export.percent, export.expires_at) == ("ready", 100, NOW + timedelta(days=7))
    assert archive.check(exports.path_of(export.stored_as)) == []
    with ZipFile(exports.path_of(export.stored_as)) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    told = {entry["path"]: entry.get("rows") for entry in manifest["files"]}
    assert told["tables/patients_patient.csv"] == Patient.objects.filter(practice=world.cast.home).count()
    assert manifest["rows"] == export.rows_total == sum(rows or 0 for rows in told.values())


def test_every_table_is_there_and_no_other_practice(world: World):
    with ZipFile(exports.path_of(written(world).stored_as)) as opened:
        names = set(opened.namelist())
        everything = b"".join(opened.read(name) for name in names)
    assert {tables.name_of(model) for model in (*tables.tables(), *tables.histories())} <= names
    assert b"Fremd" not in everything
    assert b"Elsewhere" not in everything
    assert "practice_token" not in " ".join(names)
    assert Token.objects.get().digest.encode() not in everything
    assert {f"documents/{d.number}.pdf" for d in Document.objects.all()} <= names
    assert f"attachments/{world.attachment.pk}.pdf" in names


def test_every_column_is_described(world: World):
    described = {(row["Table"], row["Column"]) for row in read(world, "columns.csv")}
    for model in (Patient, Document):
        with ZipFile(exports.path_of(written(world).stored_as)) as opened:
            header = opened.read(tables.name_of(model)).decode("utf-8-sig").splitlines()[0].split(",")
        assert {(model._meta.db_table, column) for column in header} <= described


@pytest.mark.parametrize("name", ["=1+1", "+61", "-2", "@SUM(A1)", "\tx"])
def test_no_cell_is_a_formula(cast: Cast, tmp_path: Path, name: str):
    make_patient(cast.anna, record_number=9, family_name=f"{name}!", date_of_birth=NOW.date())
    path = tmp_path / "out.zip"
    actions.write_archive(cast.home, path, at=NOW)
    with ZipFile(path) as opened:
        rows = list(csv.DictReader(StringIO(opened.read("tables/patients_patient.csv").decode("utf-8-sig"))))
    assert [r["family_name"][0] for r in rows if r["record_number"] == "9"] in (["'"], ["x"])


def test_one_at_a_time_and_only_for_a_manager(cast: Cast):
    actions.request_export(by=cast.anna, at=NOW)
    with pytest.raises(exports.AlreadyAtWork):
        actions.request_export(by=cast.anna, at=NOW)
    for who in (cast.ben, cast.dana, cast.olga, cast.robo):
        with pytest.raises(PermissionDenied):
            actions.request_export(by=who, at=NOW)


def test_a_worker_that_died_is_followed_by_another(cast: Cast):
    export = actions.request_export(by=cast.anna, at=NOW)
    assert exports._take(NOW) is not None
    assert exports._take(NOW) is None  # somebody is at it
    assert actions.write_exports(NOW + timedelta(hours=1)) == 1
    export.refresh_from_db()
    assert export.status == "ready"


def test_the_file_goes_when_its_time_is_over(world: World, django_capture_on_commit_callbacks: Any):
    path = exports.path_of(written(world).stored_as)
    with django_capture_on_commit_callbacks(execute=True):
        actions.write_exports(NOW + timedelta(days=8))
    assert (written(world).status, path.exists()) == ("over", False)
    with pytest.raises(exports.NotThere):
        actions.fetch_export(pk=world.export.pk, by=world.cast.anna, at=NOW + timedelta(days=8))


def test_downloading_needs_the_password_again_and_is_logged(world: World):
    set_password(person=world.cast.anna, password="a needle in a haystack")
    client = page_as(User.objects.get(pk=world.cast.anna.pk))
    address = f"/documents/exports/{world.export.pk}/download"
    assert "reauthenticate" in client.get(address)["Location"]
    client.post("/accounts/reauthenticate/", {"password": "a needle in a haystack"})
    answer = client.get(address)
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    entry = AccessEntry.objects.get(kind="practice")
    assert (entry.act, entry.patient_id, entry.created_by) == ("exported", world.cast.home.pk, world.cast.anna)


def test_the_commands_write_and_check(world: World, tmp_path: Path, capsys: Any):
    path = tmp_path / "all.zip"
    call_command("export_practice", str(path), practice=world.cast.home.name)
    assert "Every digest is right." in capsys.readouterr().out
    call_command("check_export", str(path))
    with ZipFile(path, "a") as opened:
        opened.writestr("more.txt", "more")
    with pytest.raises(CommandError, match=r"more\.txt is not in the manifest"):
        call_command("check_export", str(path))
    with pytest.raises(CommandError, match="there already"):
        call_command("export_practice", str(path), practice=world.cast.home.name)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_export_is_told(tmp_path: Path, content: bytes):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert len(archive.check(path)) == 1
