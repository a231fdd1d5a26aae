"""Who looked, by person: who sees which lines, what is marked, what was found; the same on the page, the API, in the file."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from patients import actions as patient_actions
from patients.models import Patient
from practice.identifiers import new_id
from practice.models import AccessEntry, User
from reports import access_looks, actions
from reports.access_looks import Asked
from reports.models import AccessReview
from tests.cast import NOW, Cast, api_as, make_patient, make_user, page_as
from tests.world import World, make_world, opened, start

TODAY = NOW.date()
PERIOD = {"first": "2026-11-01", "last": "2026-11-30"}
LONG_AGO = NOW - timedelta(days=200)


def old_patient(cast: Cast, number: int = 7, **more: Any) -> Patient:
    """Registered long before, nobody has seen them since."""
    values = {"family_name": "D'Souza", "given_names": "Rui", "date_of_birth": date(1990, 1, 1)} | more
    return make_patient(cast.anna, record_number=number, created_at=LONG_AGO, **values)


def rows_on_page(user: User, **asked: Any) -> list[tuple[str, str, tuple[str, ...], int]]:
    page = page_as(user).get("/practice/who-looked", PERIOD | asked)
    return [
        (r.person.full_name, str(r.patient.pk) if r.patient else "", tuple(r.reasons), len(r.entries))
        for r in page.context["rows"]
    ]


def rows_by_api(user: User, **asked: Any) -> list[tuple[str, str, tuple[str, ...], int]]:
    answer = api_as(user).get("/api/v1/access-log", PERIOD | asked).json()
    names = {str(u.pk): u.full_name for u in User.objects.all()}
    return [
        (names[r["person"]], r["patient"] or "", tuple(w["rule"] for w in r["worth_a_question"]), r["openings"])
        for r in answer["results"]
    ]


SURFACES = pytest.mark.parametrize("rows", [rows_on_page, rows_by_api], ids=["page", "api"])


@SURFACES
def test_one_line_is_one_person_one_patient_one_day(rows: Any, cast: Cast):
    for minutes in (0, 5, 9):
        opened(cast.dana, cast.siobhan, at=NOW + timedelta(minutes=minutes))
    opened(cast.dana, cast.siobhan, at=NOW + timedelta(hours=14))  # after midnight in Melbourne
    opened(cast.ben, cast.siobhan, at=NOW - timedelta(minutes=1))
    opened(cast.zoe, cast.xaver)
    patient = str(cast.siobhan.pk)
    found = rows(cast.anna)
    assert [(name, whose, count) for name, whose, _, count in found] == [
        ("Dana Whitfield", patient, 1), ("Dana Whitfield", patient, 3), ("Ben Adeyemi", patient, 1)]  # fmt: skip
    assert len(rows(cast.anna, person=str(cast.ben.pk))) == 1
    assert len(rows(cast.anna, last="2026-11-24")) == 2
    assert rows(cast.anna, patient=str(cast.siobhan.pk)) == found


@SURFACES
def test_what_is_worth_a_question_can_be_shown_alone(rows: Any, cast: Cast):
    namesake = old_patient(cast, family_name="Whitfield")
    opened(cast.dana, namesake)
    start(cast.siobhan, cast.ben)
    opened(cast.dana, cast.siobhan)
    assert rows(cast.olga, unusual="true") == [
        ("Dana Whitfield", str(namesake.pk), ("same_family_name", "nothing_nearby"), 1)
    ]


@SURFACES
def test_the_own_record_of_somebody_who_works_here(rows: Any, cast: Cast):
    me = old_patient(cast, family_name="Kovac", given_names="Anna")
    opened(cast.anna, me)
    assert rows(cast.olga)[0][2] == ("own_record", "nothing_nearby")


def test_a_visit_near_that_time_explains_it_also_one_of_a_merged_record(cast: Cast):
    patient, twin = old_patient(cast), old_patient(cast, 8, given_names="Rui M")
    opened(cast.dana, patient)
    asked = Asked(TODAY, TODAY)
    now = NOW + timedelta(days=30)
    assert list(access_looks.looks(asked, viewer=cast.anna, now=now).rows[0].reasons) == ["nothing_nearby"]
    start(twin, cast.ben, at=NOW, started_at=NOW - timedelta(days=3))
    patient_actions.merge_patients(winner=patient.pk, loser=twin.pk, by=cast.anna, at=NOW)
    assert access_looks.looks(asked, viewer=cast.anna, now=now).rows[0].reasons == {}


@SURFACES
def test_a_practitioner_sees_who_opened_the_records_of_those_they_treat(rows: Any, cast: Cast):
    other = old_patient(cast)
    start(cast.siobhan, cast.ben)
    opened(cast.dana, cast.siobhan)
    opened(cast.dana, other)
    assert [whose for _, whose, _, _ in rows(cast.ben)] == [str(cast.siobhan.pk)]
    assert len(rows(cast.olga)) == len(rows(cast.anna)) == 2
    assert rows(cast.zoe) == []
    hidden = AccessEntry.objects.get(patient_id=other.pk)
    assert page_as(cast.ben).get(f"/practice/who-looked/{hidden.pk}").status_code == 404


@pytest.mark.parametrize("who", ["dana", "robo"])
def test_front_desk_and_programs_do_not_read_it(who: str, cast: Cast):
    assert page_as(cast.person(who)).get("/practice/who-looked").status_code == 403
    assert page_as(cast.person(who)).get("/practice/who-looked.csv").status_code == 403
    assert api_as(cast.person(who)).get("/api/v1/access-log").status_code == 403


def test_the_file_says_the_same_and_names_patients_by_number(cast: Cast):
    opened(cast.dana, old_patient(cast, family_name="=Whitfield"))
    answer = page_as(cast.olga).get("/practice/who-looked.csv", PERIOD)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text))
    assert (row["Day"], row["Opened by"], row["Record number"], row["Openings"]) == (
        "2026-11-24",
        "Dana Whitfield",
        "7",
        "1",
    )
    assert row["Worth a question"].startswith("The patient has the same family name. No visit")
    assert "=Whitfield" not in text


def test_an_export_of_everything_is_listed_and_not_marked(cast: Cast):
    entry = AccessEntry(practice=cast.home, patient_id=cast.home.pk, record_id=cast.home.pk, kind="practice_export",
                        act="exported", surface="page", created_at=NOW, created_by=cast.anna)  # fmt: skip
    entry.save()
    assert rows_on_page(cast.olga) == [("Anna Kovač", "", (), 1)]
    assert "The whole practice" in page_as(cast.olga).get("/practice/who-looked", PERIOD).content.decode()


def test_an_opening_of_a_record_that_was_destroyed_since_says_so(cast: Cast):
    gone = new_id()
    AccessEntry(practice=cast.home, patient_id=gone, record_id=gone, kind="patient", act="opened", surface="page",
                created_at=NOW, created_by=cast.anna).save()  # fmt: skip
    page = page_as(cast.olga).get("/practice/who-looked", PERIOD).content.decode()
    assert "A record that was destroyed" in page
    assert "The whole practice" not in page
    file = b"".join(page_as(cast.olga).get("/practice/who-looked.csv", PERIOD).streaming_content).decode("utf-8-sig")
    assert [row["Record number"] for row in csv.DictReader(StringIO(file))] == ["destroyed"]


@pytest.mark.parametrize(("asked", "message"), [
    ({"first": "2026-11-30", "last": "2026-11-01"}, "The first day lies after the last. Change one of them."),
    ({"first": "2024-01-01", "last": "2026-11-01"}, "At most 366 days at once. Choose a later first day."),
    ({"first": "2026-02-30"}, "Write a date that exists, like 2027-05-31."),
    ({"person": "11111111-1111-7111-8111-111111111111"}, "Choose one of the list."),
    ({"patient": "11111111-1111-7111-8111-111111111111"}, "Choose a patient of this practice."),
])  # fmt: skip
def test_what_cannot_be_asked_is_said(asked: dict[str, str], message: str, cast: Cast):
    page = page_as(cast.anna).get("/practice/who-looked", PERIOD | asked)
    api = api_as(cast.anna).get("/api/v1/access-log", PERIOD | asked)
    assert (page.status_code, api.status_code) == (422, 400)
    assert message in [m for found in page.context["form"].errors.values() for m in found]
    assert message in [error["message"] for error in api.json()["errors"]]
    assert page_as(cast.anna).get("/practice/who-looked.csv", PERIOD | asked).status_code == 404


def test_a_person_or_patient_of_another_practice_is_unknown_here(cast: Cast):
    for asked in ({"person": cast.zoe.pk}, {"patient": cast.xaver.pk}):
        assert api_as(cast.anna).get("/api/v1/access-log", PERIOD | asked).status_code == 400


def test_pages_of_the_api_follow_each_other(cast: Cast):
    for number in range(3):
        opened(cast.dana, cast.siobhan, at=NOW - timedelta(days=number))
    api, seen, url = api_as(cast.anna), [], "/api/v1/access-log?first=2026-11-01&last=2026-11-30&limit=2"
    while url:
        answer = api.get(url).json()
        seen += [row["day"] for row in answer["results"]]
        url = answer["next"]
    assert seen == ["2026-11-24", "2026-11-23", "2026-11-22"]
    assert api.get("/api/v1/access-log?limit=x").status_code == 400


def test_the_cost_does_not_grow_with_what_was_opened(cast: Cast):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            access_looks.looks(Asked(TODAY - timedelta(days=9), TODAY), viewer=cast.ben, now=NOW)
        return len(captured)

    start(cast.siobhan, cast.ben)
    opened(cast.dana, cast.siobhan)
    once = cost()
    for number in range(10, 16):
        patient = old_patient(cast, number, family_name=f"Nr {number}")
        start(patient, cast.ben)
        opened(cast.anna, patient, at=NOW - timedelta(days=number - 9))
    assert cost() == once <= 6


def test_a_period_with_more_than_can_be_read_at_once_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(access_looks, "MOST", 2)
    for number in range(3):
        opened(cast.dana, cast.siobhan, at=NOW - timedelta(days=number))
    page = page_as(cast.anna).get("/practice/who-looked", PERIOD)
    assert (len(page.context["rows"]), page.context["was_cut"]) == (2, True)
    assert api_as(cast.anna).get("/api/v1/access-log", PERIOD).json()["was_cut"] is True


# ---- looked into ---------------------------------------------------------------------------------------------------------


def by_page(user: User, entry: AccessEntry, note: str) -> tuple[int, list[str]]:
    answer = page_as(user).post(f"/practice/who-looked/{entry.pk}", {"note": note})
    errors = answer.context["form"].errors.values() if answer.status_code == 422 else []
    return answer.status_code, [message for found in errors for message in found]


def by_api(user: User, entry: AccessEntry, note: str) -> tuple[int, list[str]]:
    answer = api_as(user).post(f"/api/v1/access-log/{entry.pk}/review", {"note": note}, format="json")
    body = answer.json()
    return answer.status_code, [e["message"] for e in body.get("errors", [])] or (
        [body["detail"]] if answer.status_code == 409 else []
    )


@pytest.mark.parametrize("review", [by_page, by_api], ids=["page", "api"])
def test_a_manager_keeps_what_was_found(review: Any, cast: Cast):
    first, newest = opened(cast.dana, cast.siobhan, at=NOW - timedelta(minutes=5)), opened(cast.dana, cast.siobhan)
    assert review(cast.anna, first, "Dana took her sister's call. Asked, it's fine.")[0] in (201, 302)
    made = AccessReview.objects.get()
    assert (made.entry, made.created_by, made.practice) == (newest, cast.anna, cast.home)
    assert (
        "Dana took her sister&#x27;s call." in page_as(cast.olga).get("/practice/who-looked", PERIOD).content.decode()
    )
    row = access_looks.looks(Asked(TODAY, TODAY), viewer=cast.anna, now=NOW).rows[0]
    assert row.is_reviewed


@pytest.mark.parametrize("review", [by_page, by_api], ids=["page", "api"])
@pytest.mark.parametrize(
    ("who", "status"), [("ben", (403, 404)), ("olga", (403,)), ("dana", (403,)), ("robo", (403,)), ("zoe", (404,))]
)
def test_nobody_else_does(review: Any, who: str, status: tuple[int, ...], cast: Cast):
    entry = opened(cast.dana, cast.siobhan)
    assert review(cast.person(who), entry, "x")[0] in status
    with pytest.raises(PermissionDenied):
        actions.review_access(entry=entry, note="x", by=cast.person(who), at=NOW)
    assert not AccessReview.objects.exists()


@pytest.mark.parametrize("review", [by_page, by_api], ids=["page", "api"])
def test_an_empty_note_and_the_own_opening_are_refused(review: Any, cast: Cast):
    entry, own = opened(cast.dana, cast.siobhan), opened(cast.anna, cast.siobhan)
    status, said = review(cast.anna, entry, "  ")
    assert (status in (400, 422), said[0].startswith("Say whom you asked")) == (True, True)
    assert review(cast.anna, own, "Mine") in [(422, [actions.OwnOpening.message]), (409, [actions.OwnOpening.message])]
    other = make_user(cast.home, "mia", "Mia Torres", User.Role.FRONT_DESK, is_manager=True)
    assert review(other, own, "Asked Anna.")[0] in (201, 302)


def test_what_was_opened_again_since_is_open_again(cast: Cast):
    entry = opened(cast.dana, cast.siobhan)
    actions.review_access(entry=entry, note="Asked.", by=cast.anna, at=NOW + timedelta(minutes=1))
    assert access_looks.looks(Asked(TODAY, TODAY), viewer=cast.anna, now=NOW).rows[0].is_reviewed
    opened(cast.dana, cast.siobhan, at=NOW + timedelta(minutes=2))
    row = access_looks.looks(Asked(TODAY, TODAY), viewer=cast.anna, now=NOW).rows[0]
    assert (len(row.reviews), row.is_reviewed) == (1, False)


@pytest.mark.parametrize("sql", ["UPDATE reports_accessreview SET note = 'x'", "DELETE FROM reports_accessreview"])
def test_what_was_found_never_changes(sql: str, cast: Cast):
    actions.review_access(entry=opened(cast.dana, cast.siobhan), note="Asked.", by=cast.anna, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(sql)
    with pytest.raises(ValidationError):
        actions.review_access(entry=AccessEntry.objects.get(), note="", by=cast.anna, at=NOW)


def test_the_ways_to_it(cast: Cast):
    world: World = make_world(cast)
    patient = page_as(cast.anna).get(f"/patients/{world.patient.pk}/who-looked").content.decode()
    person = page_as(cast.anna).get(f"/practice/staff/{cast.ben.pk}").content.decode()
    assert f"/practice/who-looked?patient={world.patient.pk}" in patient
    assert f"/practice/who-looked?person={cast.ben.pk}" in person
