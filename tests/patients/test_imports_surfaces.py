"""An import through the pages and through the API: the same outcome and the same sentence; and its report as CSV."""

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from patients import actions
from patients.importing import files
from patients.models import Import, Patient
from practice.models import AccessEntry
from tests.cast import Cast, api_as, page_as
from tests.patients.moving_in import PATIENT_COLUMNS, checked, csv_of, imported, person, settle, upload, work
from tests.world import import_past_note

SENTENCES = list[str]


def sent_by_page(cast: Cast, who: str, content: bytes) -> tuple[bool, SENTENCES]:
    file = SimpleUploadedFile("patients.csv", content)
    answer = page_as(cast.person(who)).post("/patients/imports", {"kind": "patients", "file": file})
    if answer.status_code == 403:
        return False, ["not allowed"]
    form = answer.context["form"] if answer.status_code == 422 else None
    return answer.status_code < 400, [m for found in form.errors.values() for m in found] if form else []


def sent_by_api(cast: Cast, who: str, content: bytes) -> tuple[bool, SENTENCES]:
    body = {"kind": "patients", "file_name": "patients.csv", "content": base64.b64encode(content).decode()}
    answer = api_as(cast.person(who)).post("/api/v1/imports", body)
    if answer.status_code == 403:
        return False, ["not allowed"]
    return answer.status_code < 400, [entry["message"] for entry in answer.json().get("errors", [])]


@pytest.mark.parametrize("way", [sent_by_page, sent_by_api])
@pytest.mark.parametrize(
    ("who", "content", "outcome"),
    [
        ("anna", csv_of(PATIENT_COLUMNS, person(1)), (True, [])),
        ("anna", b" \r\n", (False, ["The file is empty. Export it again."])),
        ("anna", b",,\r\n1,2", (False, ["The first row is empty. It has to name the columns."])),
        ("ben", csv_of(PATIENT_COLUMNS, person(1)), (False, ["not allowed"])),
        ("dana", csv_of(PATIENT_COLUMNS, person(1)), (False, ["not allowed"])),
    ],
    ids=["fine", "blank", "no-header", "ben", "dana"],
)
def test_uploading(cast: Cast, way: Any, who: str, content: bytes, outcome: tuple[bool, SENTENCES]):
    assert way(cast, who, content) == outcome
    assert Import.objects.exists() is outcome[0]


@pytest.mark.parametrize("surface", ["page", "api"])
@pytest.mark.parametrize(
    ("mapping", "order", "sentences"),
    [
        ({1: "given_names", 2: "family_name", 3: "date_of_birth"}, "day", []),
        ({2: "family_name"}, "day", ["Choose the column for: Date of birth."]),
        ({2: "family_name", 3: "date_of_birth"}, "",
         ["Say whether the day or the month comes first. Of the dates, 1 can be read both ways."]),
    ],
)  # fmt: skip
def test_confirming_the_columns(cast: Cast, surface: str, mapping: dict[int, str], order: str, sentences: SENTENCES):
    one = upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1, born="03/04/1980")))
    if surface == "page":
        form = {f"column_{i}": key for i, key in mapping.items()} | {"source": "Cliniko", "date_order": order}
        answer = page_as(cast.anna).post(f"/patients/imports/{one.pk}", form | {"version": one.version})
        errors = answer.context["form"].errors if answer.status_code == 422 else {}
        said = [message for found in errors.values() for message in found]
    else:
        body = {"source": "Cliniko", "date_order": order,
                "mapping": [{"column": i, "field": key} for i, key in mapping.items()]}  # fmt: skip
        answer = api_as(cast.anna).post(f"/api/v1/imports/{one.pk}/settle", body, headers={"If-Match": '"1"'})
        said = [entry["message"] for entry in answer.json().get("errors", [])]
    one.refresh_from_db()
    assert (said, one.status) == (sentences, "uploaded" if sentences else "checking")


def test_a_step_that_is_not_its_turn_is_refused_on_both(cast: Cast):
    one = upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    sentence = "This import is not at that step. Look at its page again."
    page = page_as(cast.anna).post(f"/patients/imports/{one.pk}/start", {"duplicates": "leave"}, follow=True)
    assert sentence in page.content.decode()
    api = api_as(cast.anna).post(f"/api/v1/imports/{one.pk}/start", {}, headers={"If-Match": '"1"'})
    assert (api.status_code, api.json()["detail"]) == (409, sentence)


def test_the_whole_way_through_the_api(cast: Cast):
    client = api_as(cast.anna)
    body = {
        "kind": "patients",
        "content": base64.b64encode(csv_of(PATIENT_COLUMNS, person(1), person(2, born=""))).decode(),
    }
    made = client.post("/api/v1/imports", body).json()
    assert made["looks_like"] == "Looks like an export of Cliniko. Look whether every column is right."
    address = f"/api/v1/imports/{made['id']}"
    settled = client.post(f"{address}/settle", {"source": "Cliniko", "mapping": made["mapping"], "date_order": "day"},
                          headers={"If-Match": '"1"'})  # fmt: skip
    assert settled.json()["status"] == "checking"
    work(Import.objects.get())
    told = client.get(address)
    started = client.post(f"{address}/start", {}, headers={"If-Match": told["ETag"]})
    assert started.status_code == 200
    work(Import.objects.get())
    done = client.get(address).json()
    assert (done["status"], done["counts"], done["has_file"]) == ("done", {"create": 1, "error": 1}, False)
    rows = b"".join(client.get(f"{address}/rows").streaming_content).decode("utf-8-sig").splitlines()
    assert rows == ["Row,What became of it,Column,What stood there,What to do",
                    "3,Not imported,Date Of Birth,empty,Write the date of birth. Every patient needs one."]  # fmt: skip
    assert client.post(f"{address}/stop").status_code == 409


def test_the_second_tab_is_told(cast: Cast):
    one = checked(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    page = page_as(cast.anna).post(
        f"/patients/imports/{one.pk}/start", {"duplicates": "leave", "version": 1}, follow=True
    )
    assert "Somebody changed this while you were typing." in page.content.decode()
    assert api_as(cast.anna).post(f"/api/v1/imports/{one.pk}/start", {}, headers={"If-Match": '"1"'}).status_code == 412
    assert not Patient.objects.filter(family_name="Family000001").exists()


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx"])
def test_a_column_whose_name_is_a_formula_comes_out_as_text(cast: Cast, name: str):
    one = work(settle(upload(cast.anna, csv_of(("Family", f"{name} born"), ("x", "31/02/1980"))), cast.anna,
                      mapping={0: "family_name", 1: "date_of_birth"}))  # fmt: skip
    rows = b"".join(page_as(cast.anna).get(f"/patients/imports/{one.pk}/rows").streaming_content).decode()
    told = f"{name} born".strip()
    assert (f",'{told}," if told[0] in "=+-@" else f",{told},") in rows.replace('"', "")


def test_stopping_and_going_on_writes_nothing_twice(cast: Cast):
    content = csv_of(PATIENT_COLUMNS, *(person(n) for n in range(3)))
    one = checked(cast.anna, content)
    one = actions.start_import(pk=one.pk, values={}, by=cast.anna, version=one.version)
    stopped = actions.stop_import(pk=one.pk, by=cast.anna)
    assert (stopped.status, stopped.problem) == ("stopped", "Stopped by Anna Kovač.")
    assert imported(cast.anna, content).counts == {"create": 3}


def test_a_file_that_is_gone_is_told(cast: Cast):
    one = settle(upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1))), cast.anna)
    files.drop(one.stored_as)
    assert work(one).problem == "The file is gone. Upload it again."
    assert page_as(cast.anna).get(f"/patients/imports/{one.pk}").status_code == 200


def test_past_notes_stand_on_the_chart_for_who_may_read_them(cast: Cast):
    note = import_past_note(cast.siobhan, cast.anna)
    page = page_as(cast.ben).get(f"/patients/{cast.siobhan.pk}/past-notes")
    assert note.text in page.content.decode()
    assert AccessEntry.objects.get(kind="past_notes").created_by == cast.ben
    card = page_as(cast.ben).get(f"/patients/{cast.siobhan.pk}/past-notes", headers={"HX-Request": "true"})
    assert "6 May 2019" in card.content.decode()
    assert page_as(cast.dana).get(f"/patients/{cast.siobhan.pk}/past-notes").status_code == 403
    assert (
        page_as(cast.dana).get(f"/patients/{cast.siobhan.pk}/past-notes", headers={"HX-Request": "true"}).content == b""
    )
