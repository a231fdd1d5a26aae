"""`/api/v1/patients` and `/contacts`: the contract, the gate against duplicates, and every kind of bad input."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import Patient
from practice.models import AccessEntry
from tests.cast import Cast, api_as, make_cast, make_patient
from tests.races import at_once, on_postgresql

PATIENTS = "/api/v1/patients"
NEW = {
    "family_name": "Hartnoll", "given_names": "Amelia", "date_of_birth": "1987-03-14", "sex_at_birth": "female",
    "phones": [{"kind": "mobile", "number": "0491 570 006"}], "email": "a@example.org",
    "address": {"line1": "1 Wattle St", "suburb": "Seaford", "state": "VIC", "postcode": "3198", "country": "AU"},
    "emergency_contact": {"name": "Bo", "relation": "partner", "phone": "0400"}, "documents_by_email_ok": True,
}  # fmt: skip


@pytest.fixture
def dana(cast: Cast):
    return api_as(cast.dana)


def register(client, **more):
    return client.post(PATIENTS, NEW | more, format="json")


def patch(client, patient, version, **values):
    headers = {"If-Match": f'"{version}"'} if version else {}
    return client.patch(f"{PATIENTS}/{patient.pk}", values, format="json", headers=headers)


def test_the_front_desk_registers_and_numbers_follow_each_other(dana, cast):
    first = register(dana)
    second = register(dana, family_name="Other", given_names="Olive", date_of_birth="1991-01-01")

    assert (first.status_code, first["ETag"], first.json()["phones"][0]["number"]) == (201, '"1"', "+61491570006")
    assert (first.json()["record_number"], second.json()["record_number"]) == (2, 3)
    stored = Patient.objects.get(pk=first.json()["id"])
    assert (stored.documents_by_email_by, stored.address_line1, stored.practice) == (
        cast.dana,
        "1 Wattle St",
        cast.home,
    )


def test_a_likely_duplicate_is_shown_first_and_saved_only_when_said(dana):
    register(dana)
    gate = register(dana, given_names="Amélia")
    assert (gate.status_code, gate.json()["code"], gate.json()["errors"][0]["record_number"]) == (
        409,
        "possible_duplicate",
        2,
    )

    assert register(dana, given_names="Amélia", confirm_not_duplicate=True).status_code == 201


BAD = [
    ("family_name", ""), ("family_name", "  "), ("family_name", 5), ("family_name", "x" * 121), ("family_name", "a\x00b"),
    ("family_name", None), ("given_names", ["A"]), ("given_names", "x" * 121), ("date_of_birth", "1987-02-31"),
    ("date_of_birth", "14/3/1987"), ("date_of_birth", "2999-01-01"), ("date_of_birth", "1880-01-01"), ("date_of_birth", 5),
    ("date_of_birth", None), ("sex_at_birth", "cat"), ("phones", "0400"), ("phones", [{"kind": "fax", "number": "0400111222"}]),
    ("phones", [{"kind": "mobile", "number": "0400 1"}]), ("phones", [{"kind": "mobile"}]),
    ("phones", [{"kind": "mobile", "number": "0400 111 222"}] * 6), ("email", "not an address"), ("email", 5),
    ("address", "Seaford"), ("address", {"line1": "x" * 121}), ("address", {"country": "Australia"}), ("address", {"zip": "1"}),
    ("emergency_contact", {"name": 5}), ("email_ok", "yes"), ("email_ok", 1), ("gp", "x"),
    ("gp", "00000000-0000-0000-0000-000000000005"), ("notes", "x" * 4001), ("pronouns", "x" * 41), ("unknown_key", 1),
    ("chart_body", "robot"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD, ids=lambda v: str(v)[:30])
def test_bad_values_are_named_and_nothing_is_stored(dana, field, value):
    answer = register(dana, **{field: value})

    assert answer.status_code == 400, answer.content
    assert any(e["field"].split(".")[0] == field for e in answer.json()["errors"]), answer.json()["errors"]
    assert Patient.objects.filter(family_name="Hartnoll").count() == 0


def test_permission_for_documents_needs_an_address(dana):
    answer = register(dana, email="")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "email")


def test_names_in_every_script_with_apostrophes_and_emoji_are_names(dana):
    name = "O'Brien-Søndergaard Ελένη 山田 🙂"
    assert register(dana, family_name=name).json()["family_name"] == name


def test_a_change_needs_the_version_and_a_retry_does_not(dana, cast):
    patient = cast.siobhan

    assert patch(dana, patient, None, occupation="Nurse").status_code == 428
    assert patch(dana, patient, 1, occupation="Nurse")["ETag"] == '"2"'
    assert patch(dana, patient, None, occupation="Nurse").status_code == 200  # nothing would change
    stale = patch(dana, patient, 1, occupation="Cook")
    assert (stale.status_code, stale.json()["current"]["occupation"]) == (412, "Nurse")


def test_archived_patients_are_found_and_come_back(dana, cast):
    patient = cast.siobhan
    path, seen = f"{PATIENTS}/{patient.pk}/archive", {"If-Match": '"1"'}
    assert dana.post(path, {}, format="json", headers=seen).json()["errors"][0]["field"] == "reason"
    gone = dana.post(path, {"reason": "Moved away"}, format="json", headers=seen)
    assert (gone.json()["status"], dana.get(f"{PATIENTS}?status=active").json()["results"]) == ("archived", [])
    assert [r["id"] for r in dana.get(f"{PATIENTS}?search=oneill").json()["results"]] == [str(patient.pk)]

    back = dana.post(f"{PATIENTS}/{patient.pk}/restore", {}, format="json", headers={"If-Match": '"2"'})
    assert back.json()["status"] == "active"


def test_alerts_are_added_and_ended(dana, cast):
    path = f"{PATIENTS}/{cast.siobhan.pk}/alerts"
    added = dana.post(path, {"kind": "allergy", "severity": "danger", "text": "Chlorhexidine"}, format="json")
    assert added.status_code == 201
    starts = added.json()["starts_on"]

    headers = {"If-Match": '"1"'}
    early = dana.patch(f"{path}/{added.json()['id']}", {"ends_on": "2000-01-01"}, format="json", headers=headers)
    assert (early.status_code, early.json()["errors"][0]["message"]) == (400, "An alert cannot end before it starts.")
    ended = dana.patch(f"{path}/{added.json()['id']}", {"ends_on": starts}, format="json", headers=headers)
    assert ended.json()["ends_on"] == starts


@pytest.mark.parametrize(("field", "value"), [
    ("kind", "curse"), ("severity", "high"), ("text", ""), ("text", "x" * 201), ("side", "up"), ("area", "left_arm"),
    ("starts_on", "x"), ("unknown", 1),
])  # fmt: skip
def test_bad_alerts_are_named(dana, cast, field, value):
    body = {"kind": "allergy", "severity": "danger", "text": "Latex"} | {field: value}
    answer = dana.post(f"{PATIENTS}/{cast.siobhan.pk}/alerts", body, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize(("system", "value", "status"), [
    ("medicare", "2123 45670 1", 201), ("medicare", "123", 400), ("ihi", "8003 6080 0000 0000", 201), ("ihi", "8003", 400),
    ("medicare", "2123 45671 1", 400), ("medicare", "1123 45670 1", 400), ("ihi", "8003 6080 0000 0001", 400),
    ("dva", "qx 901234", 201), ("dva", "QSS12345", 201), ("dva", "QX1234", 400), ("other", "AB-12/3", 201), ("passport", "x", 400),
    ("insurer", "AB-12/3", 400),
])  # fmt: skip
def test_identifiers_are_checked_by_their_shape(dana, cast, system, value, status):
    path = f"{PATIENTS}/{cast.siobhan.pk}/identifiers"
    answer = dana.post(path, {"system": system, "value": value}, format="json")
    assert answer.status_code == status

    if status == 201:
        assert dana.post(path, {"system": system, "value": value}, format="json").status_code == 400


def test_a_merged_patients_alerts_show_with_the_winner(cast, dana):
    from practice.history import keep

    dana.post(
        f"{PATIENTS}/{cast.siobhan.pk}/alerts", {"kind": "other", "severity": "info", "text": "Old"}, format="json"
    )
    winner = make_patient(cast.anna, record_number=9, family_name="W", date_of_birth=cast.siobhan.date_of_birth)
    cast.siobhan.merged_into = winner
    keep(cast.siobhan, by=cast.anna, why="merged")

    assert [a["text"] for a in dana.get(f"{PATIENTS}/{winner.pk}/alerts").json()] == ["Old"]


def test_opening_is_noted_and_searching_is_not(cast, dana):
    dana.get(f"{PATIENTS}?search=oneill")
    dana.get(f"{PATIENTS}/{cast.siobhan.pk}")
    assert [(e.kind, e.act) for e in AccessEntry.objects.all()] == [("patient", "opened")]

    log = api_as(cast.olga).get(f"{PATIENTS}/{cast.siobhan.pk}/access-log").json()["results"]
    assert [row["by"] for row in log] == [str(cast.dana.pk)]


def queries(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    ignored = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", 'SELECT "django_session"', 'UPDATE "django_session"',
               'SELECT "practice_user"."password"', 'INSERT INTO "practice_accessentry"')  # fmt: skip
    return [q["sql"] for q in captured if not q["sql"].startswith(ignored)]


@pytest.mark.parametrize("path", [f"{PATIENTS}?limit=50", f"{PATIENTS}?search=same", "/api/v1/contacts?limit=50"])
def test_lists_cost_the_same_for_1_and_for_50(cast, dana, path):
    one = len(queries(lambda: dana.get(path)))
    for number in range(50):
        make_patient(
            cast.anna, record_number=100 + number, family_name=f"Same{number}", date_of_birth=cast.siobhan.date_of_birth
        )
        dana.post("/api/v1/contacts", {"kind": "gp", "name": f"Dr {number}"}, format="json")
    fifty = len(queries(lambda: dana.get(path)))

    assert fifty <= max(one, 2)
    assert fifty <= 3


def test_a_household_that_shares_a_phone_and_an_e_mail_registers_one_after_another(cast):
    client = api_as(cast.dana)
    for index in range(4):
        more = {"date_of_birth": f"198{index}-01-01", "confirm_not_duplicate": True}
        assert register(client, family_name=f"Person{index}", **more).status_code == 201


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_registrations_at_once_get_two_numbers():
    cast = make_cast()

    def send(index):
        more = {"date_of_birth": f"198{index}-01-01", "confirm_not_duplicate": True}  # they share phone and e-mail
        return register(client, family_name=f"Person{index}", **more)

    client = api_as(cast.dana)
    answers = at_once([lambda i=index: send(i) for index in range(4)])

    assert [a.status_code for a in answers] == [201] * 4
    assert sorted(a.json()["record_number"] for a in answers) == [2, 3, 4, 5]
