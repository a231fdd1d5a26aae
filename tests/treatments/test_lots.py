"""Boxes of needles: scanned in, known again, and everyone needled with one on a list to print."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.models import AccessEntry
from tests.cast import NOW, api_as, make_patient, page_as
from tests.world import World, a_site, give_consent, make_world, sign, start, take_screening
from treatments import actions, boxes
from treatments.models import NeedleLot

GTIN = "09312345678907"
SCAN = f"01{GTIN}1729053110K2304"


@pytest.fixture
def world(cast: Any) -> World:
    return make_world(cast)


def add(world: World, **more: Any) -> NeedleLot:
    values = {"brand": "Seirin J", "gauge_mm": "0.25", "length_mm": 30, "lot_number": "K2304", "expires_on": "2029-05-31",
              "gtin": GTIN}  # fmt: skip
    return actions.add_lot(values=values | more, by=world.cast.anna)


def test_a_scanned_box_that_is_here_opens(world: World):
    lot = add(world)
    answer = page_as(world.cast.anna).get("/sessions/lots", {"code": SCAN})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sessions/lots/{lot.pk}")


def test_a_new_box_of_a_known_product_is_filled_in(world: World):
    add(world, lot_number="OLD")
    page = page_as(world.cast.anna).get("/sessions/lots", {"code": SCAN})
    initial = page.context["form"].initial

    assert (initial["lot_number"], str(initial["expires_on"]), initial["brand"]) == ("K2304", "2029-05-31", "Seirin J")
    assert "A box that is not here yet" in page.content.decode()


def test_an_expired_box_is_said_at_once(world: World):
    page = page_as(world.cast.anna).get("/sessions/lots", {"code": f"(01){GTIN}(17)200131(10)X"}).content.decode()
    assert "This box has expired" in page


def test_a_lot_number_typed_by_hand_finds_its_boxes_whatever_the_case(world: World):
    lot = add(world)
    found = api_as(world.cast.ben).get("/api/v1/needle-lots", {"code": "k2304"}).json()["results"]
    assert [row["id"] for row in found] == [str(lot.pk)]


def test_a_program_finds_the_box_by_its_code_and_a_stranger_finds_nothing(world: World):
    lot = add(world)
    add(world, lot_number="K2304", brand="Hwato", gtin="09312345678914")
    ask = {"code": SCAN}

    assert [r["id"] for r in api_as(world.cast.ben).get("/api/v1/needle-lots", ask).json()["results"]] == [str(lot.pk)]
    assert api_as(world.cast.zoe).get("/api/v1/needle-lots", ask).json()["results"] == []


@pytest.mark.parametrize("gtin", ["1234", "0931234567890X", "093123456789070"])
def test_a_product_number_has_14_digits(world: World, gtin: str):
    body = {
        "brand": "S",
        "gauge_mm": "0.25",
        "length_mm": 30,
        "lot_number": "Z",
        "expires_on": "2029-05-31",
        "gtin": gtin,
    }
    answer = api_as(world.cast.anna).post("/api/v1/needle-lots", body, format="json")
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, ["gtin"])


def needle(world: World, patient: Any, lot: NeedleLot, days: int) -> None:
    at = NOW - timedelta(days=days)
    give_consent(patient, world.text, world.cast.anna, at=at)
    take_screening(patient, world.cast.anna, at=at)
    start(patient, world.cast.anna, at=at, started_at=at, sites=[a_site(lot=lot.pk)])


def test_the_list_has_each_person_once_with_how_to_reach_them(world: World):
    lot, anna = add(world), world.cast.anna
    finn = make_patient(anna, record_number=2, family_name="D'Arcy", given_names="Finn", date_of_birth="1990-04-01",
                        phones=[{"kind": "mobile", "number": "+61400111222"}])  # fmt: skip
    needle(world, finn, lot, 9)
    needle(world, finn, lot, 2)
    needle(world, world.patient, lot, 5)
    needled = boxes.needled_with(lot)

    assert [(p.patient.family_name, len(p.sessions), p.needles) for p in needled] == [
        ("D'Arcy", 2, 2),
        ("O'Neill", 1, 1),
    ]
    page = page_as(world.cast.ben).get(f"/sessions/lots/{lot.pk}/list").content.decode()
    assert ("D&#x27;Arcy" in page, "+61400111222" in page, "2 patients." in page) == (True, True, True)


def test_printing_the_list_stands_in_each_ones_access_log(world: World):
    lot = add(world)
    needle(world, world.patient, lot, 1)
    page_as(world.cast.ben).get(f"/sessions/lots/{lot.pk}/list")

    entry = AccessEntry.objects.get(kind="lot_list")
    assert (entry.patient_id, entry.act, entry.record_id) == (world.patient.pk, "printed", lot.pk)


def test_void_and_unsigned_sessions_count_the_needle_was_in_the_skin(world: World):
    lot = add(world)
    session = sign(start(world.patient, world.cast.anna, sites=[a_site(lot=lot.pk)]), world.cast.anna)
    actions.void_session(pk=session.pk, reason="Wrong day.", by=world.cast.anna, at=NOW + timedelta(hours=1),
                         version=session.version)  # fmt: skip
    assert [p.needles for p in boxes.needled_with(lot)] == [1]


def test_more_people_cost_no_more_queries(world: World):
    lot = add(world)
    needle(world, world.patient, lot, 1)
    with CaptureQueriesContext(
        connection,
    ) as one:
        boxes.needled_with(lot)
    for number in range(2, 12):
        other = make_patient(world.cast.anna, record_number=number, family_name=f"P{number}", given_names="A",
                             date_of_birth="1980-01-01")  # fmt: skip
        needle(world, other, lot, number)
    with CaptureQueriesContext(connection) as many:
        assert len(boxes.needled_with(lot)) == 11
    assert len(many) == len(one)


def test_a_stranger_and_the_front_desk_get_no_list(world: World):
    lot = add(world)
    assert page_as(world.cast.zoe).get(f"/sessions/lots/{lot.pk}/list").status_code == 404
    assert page_as(world.cast.dana).get(f"/sessions/lots/{lot.pk}/list").status_code == 403
