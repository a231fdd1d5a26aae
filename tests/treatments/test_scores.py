"""Outcome scores: recorded, corrected with history, withdrawn; ranges held by the database; merged and void resolved."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from practice.history import keep
from tests.cast import NOW, api_as, make_patient
from tests.world import SIGNED_AT, World, start
from treatments import actions
from treatments.models import Score

URL = "/api/v1/scores"
TAKEN = "2026-11-24T11:30:00+11:00"


def post(world: World, who: str, **more: Any) -> Any:
    body = {"patient": str(world.patient.pk), "instrument": "ndi", "value": 22, "at": TAKEN}
    return api_as(world.cast.person(who)).post(URL, body | more, format="json")


def test_a_score_is_recorded_with_who_and_when(world: World):
    answer = post(world, "ben", session=str(world.signed.pk), timing="before")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["value"], told["timing"], told["recorded_by"]["full_name"]) == (22.0, "before", "Ben Adeyemi")
    assert answer["ETag"] == '"1"'


ACTIVITIES = [
    {"text": "Reach the top shelf", "score": 3},
    {"text": "Sleep on the side", "score": 5},
    {"text": "Swim", "score": 2},
]


def test_an_instrument_with_activities_computes_its_total(world: World):
    answer = post(world, "anna", instrument="psfs", value=None, items=ACTIVITIES)
    assert (answer.status_code, answer.json()["value"]) == (201, 3.3)


BAD = [
    ({"value": 51}, "value", "Neck Disability Index goes from 0 to 50."),
    ({"value": -1}, "value", "Neck Disability Index goes from 0 to 50."),
    ({"instrument": "nprs", "value": 4.5}, "value", "Write a whole number."),
    ({"instrument": "luck"}, "instrument", "Choose an instrument of the list."),
    ({"instrument": ""}, "instrument", "This field may not be blank."),
    ({"value": None}, "value", "Write the total, 0 to 50."),
    ({"value": "many"}, "value", "Send a number."),
    ({"at": "2031-01-01T00:00:00Z"}, "at", "This lies in the future. Give the time it was taken."),
    ({"timing": "before"}, "timing", "Before or after which session? Choose it, or choose between sessions."),
    ({"items": ACTIVITIES}, "items", "Neck Disability Index takes the total alone."),
    ({"instrument": "psfs", "value": None}, "items", "Patient-Specific Functional Scale takes 3 to 5 activities, each with its score."),
    ({"instrument": "psfs", "value": 9, "items": ACTIVITIES}, "value", "The activities give 3.3. Leave the total out: it is computed."),
    ({"location": "x" * 121}, "location", "Ensure this field has no more than 120 characters."),
    ({"note": "\x00"}, "note", "Null characters are not allowed."),
    ({"colour": "blue"}, "colour", "This key is not known here. See the schema."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "sentence"), BAD, ids=lambda v: str(v)[:40])
def test_a_bad_score_says_what_is_wrong_beside_its_field(world: World, change: Any, field: str, sentence: str):
    before = Score.objects.count()
    answer = post(world, "anna", **change)
    assert answer.status_code == 400
    assert [(e["field"], e["message"]) for e in answer.json()["errors"]] == [(field, sentence)]
    assert Score.objects.count() == before


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 201), ("ben", 201), ("dana", 403), ("olga", 403), ("robo", 403), ("zoe", 404)]
)
def test_who_may_record(world: World, who: str, status: int):
    assert post(world, who).status_code == status


def test_nobody_writes_into_another_practice(world: World):
    theirs = {"patient": str(world.cast.xaver.pk)}
    assert post(world, "anna", **theirs).status_code == 404
    assert api_as(world.cast.zoe).get(f"{URL}/{world.score.pk}").status_code == 404
    with pytest.raises(PermissionDenied):
        actions.record_score(
            patient=world.patient, values={"instrument": "nprs", "value": 1}, by=world.cast.zoe, at=NOW
        )


def test_a_session_or_course_of_another_patient_is_refused(world: World):
    other = make_patient(world.cast.anna, record_number=9, family_name="Other", date_of_birth="1990-01-01")
    answer = post(world, "anna", patient=str(other.pk), session=str(world.signed.pk), episode=str(world.episode.pk))
    assert [(e["field"], e["message"]) for e in answer.json()["errors"]] == [
        ("episode", "Choose a course of care of this patient."), ("session", "Choose a session of this patient."),
    ]  # fmt: skip


def test_a_correction_keeps_what_stood_there(world: World):
    anna = api_as(world.cast.anna)
    done = anna.patch(f"{URL}/{world.score.pk}", {"value": 7}, format="json", headers={"If-Match": '"1"'})
    assert (done.status_code, done.json()["value"], done["ETag"]) == (200, 7.0, '"2"')
    assert [(h.value, h.history_change_reason, h.history_user) for h in world.score.history.all()] == [
        (Decimal(7), "corrected", world.cast.anna), (Decimal(6), "score recorded", world.cast.anna),
    ]  # fmt: skip


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If-Match": '"9"'}, 412)])
def test_the_second_tab_is_told(world: World, headers: Any, status: int):
    changed = api_as(world.cast.anna).patch(f"{URL}/{world.score.pk}", {"value": 7}, format="json", headers=headers)
    assert changed.status_code == status
    assert Score.objects.get(pk=world.score.pk).value == 6


@pytest.mark.parametrize("change", [{"instrument": "ndi"}, {"session": None}])
def test_what_it_measured_and_where_stays(world: World, change: Any):
    answer = api_as(world.cast.anna).patch(
        f"{URL}/{world.score.pk}", change, format="json", headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "This stays. Withdraw the score and record another one."


def test_a_withdrawn_score_stays_and_counts_no_more(world: World):
    anna, url = api_as(world.cast.anna), f"{URL}/{world.score.pk}/withdraw"
    assert anna.post(url, {"reason": " "}, format="json", headers={"If-Match": '"1"'}).status_code == 400
    done = anna.post(url, {"reason": "Of another patient."}, format="json", headers={"If-Match": '"1"'})
    assert (done.status_code, done.json()["withdrawn_reason"]) == (200, "Of another patient.")
    again = anna.post(url, {"reason": "Twice."}, format="json", headers={"If-Match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "score_withdrawn")
    assert list(Score.objects.standing()) == []
    assert [row["id"] for row in anna.get(f"{URL}?standing=true").json()["results"]] == []
    assert [row["id"] for row in anna.get(URL).json()["results"]] == [str(world.score.pk)]


def test_the_same_score_twice_is_one(world: World):
    assert post(world, "anna").status_code == 201
    again = post(world, "ben")
    assert again.status_code == 400
    assert again.json()["errors"][0]["message"].startswith("This score is already recorded for that time and place.")


def test_scores_of_a_void_session_do_not_stand(world: World):
    actions.void_session(pk=world.signed.pk, reason="Wrong patient.", by=world.cast.anna, at=SIGNED_AT, version=2)
    assert list(Score.objects.standing()) == []


def test_merged_patients_are_one(world: World):
    anna = world.cast.anna
    twin = make_patient(anna, record_number=9, family_name="Oneill", date_of_birth="1988-02-29")
    score = actions.record_score(patient=twin, values={"instrument": "ndi", "value": 20}, by=anna, at=NOW)
    twin.merged_into = world.patient
    keep(twin, by=anna, why="merged")
    found = api_as(anna).get(f"{URL}?patient={world.patient.pk}&instrument=ndi").json()["results"]
    assert [row["id"] for row in found] == [str(score.pk)]
    linked = actions.record_score(
        patient=world.patient, values={"instrument": "ndi", "value": 18}, session=start(twin, anna), by=anna, at=NOW
    )
    assert linked.patient == world.patient


@pytest.mark.parametrize(("instrument", "value"), [("nprs", 11), ("nprs", -1), ("ndi", 51), ("hit6", 35), ("luck", 1)])
def test_the_database_holds_the_ranges(world: World, instrument: str, value: int):
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.filter(pk=world.score.pk).update(instrument=instrument, value=value)


def test_the_list_costs_the_same_for_one_and_for_thirty(world: World):
    counts = []
    for more in (0, 30):
        for minute in range(more):
            actions.record_score(
                patient=world.patient, values={"instrument": "nprs", "value": 3, "at": NOW - timedelta(minutes=minute + 1)},
                by=world.cast.anna, at=NOW,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert api_as(world.cast.anna).get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_instruments_are_told_with_yardstick_and_source(world: World):
    told = api_as(world.cast.dana).get("/api/v1/instruments").json()["results"]
    assert len(told) == 14
    one = api_as(world.cast.dana).get("/api/v1/instruments/nprs").json()
    assert (one["min"], one["max"], one["mcid_low"], one["mcid_source"]) == (0, 10, 2, "Childs 2005 PMID 15928561")
    assert api_as(world.cast.dana).get("/api/v1/instruments/luck").status_code == 404
