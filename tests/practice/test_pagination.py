import base64
import json
from datetime import date, timedelta
from typing import Any

import pytest

from patients.models import Patient
from practice.models import Clinic
from tests.cast import NOW, Cast, api_as, make_patient

PATIENTS = "/api/v1/patients"


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Eleven patients: shared names, shared moments, and some who never came."""
    for number in range(2, 12):
        make_patient(
            cast.anna,
            record_number=number,
            family_name=f"Family {number % 3}",
            given_names="A",
            date_of_birth=date(1990, 1, 1),
            last_session_at=NOW + timedelta(days=number % 4) if number % 2 else None,
        )
    return cast


def pages(client: Any, address: str, way: str = "next") -> list[list[str]]:
    found = []
    while address:
        body = client.get(address).json()
        found.append([row["id"] for row in body["results"]])
        address = body[way]
    return found


def flat(found: list[list[str]]) -> list[str]:
    return [row for page in found for row in page]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 11])
@pytest.mark.parametrize("name", ["family_name", "record_number", "created_at", "last_session_at"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_row_comes_once_in_either_direction(many: Cast, name: str, sign: str, limit: int):
    client = api_as(many.anna)
    address = f"{PATIENTS}?ordering={sign}{name}&limit={limit}"
    forward = pages(client, address)
    assert len(flat(forward)) == len(set(flat(forward))) == 11
    rows = {str(p.pk): p for p in Patient.objects.all()}
    values = [getattr(rows[i], name) for i in flat(forward) if getattr(rows[i], name) is not None]
    assert values == sorted(values, reverse=bool(sign))

    last = address
    while following := client.get(last).json()["next"]:
        last = following
    backward = pages(client, last, "previous")
    assert [row for page in reversed(backward) for row in page] == flat(forward)


def test_those_without_a_value_come_last(many: Cast):
    client = api_as(many.anna)
    for sign in ("", "-"):
        found = flat(pages(client, f"{PATIENTS}?ordering={sign}last_session_at&limit=4"))
        rows = {str(p.pk): p.last_session_at for p in Patient.objects.all()}
        assert [rows[i] is None for i in found] == sorted(rows[i] is None for i in found)


def test_a_row_added_in_front_moves_nobody_to_another_page(many: Cast):
    client = api_as(many.anna)
    first = client.get(f"{PATIENTS}?ordering=record_number&limit=5").json()
    make_patient(many.anna, record_number=0, family_name="Early", given_names="A", date_of_birth=date(1990, 1, 1))
    following = client.get(first["next"]).json()["results"]
    assert [row["record_number"] for row in following] == [6, 7, 8, 9, 10]


def test_the_first_page_has_nothing_before_it_and_the_last_nothing_behind(many: Cast):
    body = api_as(many.anna).get(f"{PATIENTS}?limit=200").json()
    assert (body["next"], body["previous"]) == (None, None)


def test_the_total_is_counted_only_when_asked(many: Cast):
    client = api_as(many.anna)
    assert "total" not in client.get(PATIENTS).json()
    assert client.get(f"{PATIENTS}?include=total&limit=2").json()["total"] == 11


def test_a_list_costs_the_same_for_one_row_and_for_many(cast: Cast, django_assert_num_queries: Any):
    client = api_as(cast.anna)
    Clinic.objects.create(practice=cast.home, name="0")
    client.get("/api/v1/clinics")  # the first request of a session notes that its person is active
    with django_assert_num_queries(3):  # session, person with practice, rows
        client.get("/api/v1/clinics")
    for number in range(1, 50):
        Clinic.objects.create(practice=cast.home, name=f"{number}")
    with django_assert_num_queries(3):
        assert len(client.get("/api/v1/clinics").json()["results"]) == 50


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "²", "9" * 30])
def test_a_limit_is_a_whole_number(cast: Cast, limit: str):
    answer = api_as(cast.anna).get(PATIENTS, {"limit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "limit")


def test_a_limit_above_the_most_gives_the_most(many: Cast):
    assert len(api_as(many.anna).get(f"{PATIENTS}?limit=100000").json()["results"]) == 11


def test_an_unknown_order_names_the_known(cast: Cast):
    answer = api_as(cast.anna).get(f"{PATIENTS}?ordering=password")
    assert "family_name" in answer.json()["errors"][0]["message"]


def written(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["x", "ÿ", "%00", "====", written([]), written(["a"]), written(["a", "b", True]), written({"a": 1}),
     written(["2026-02-31T00:00", "0192f0c1-2345-7000-8000-000000000000", False]), written([None, None, None]),
     written(["\x00", "0192f0c1-2345-7000-8000-000000000000", False]), "[" * 5000],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_is_refused(cast: Cast, cursor: str):
    answer = api_as(cast.anna).get(PATIENTS, {"cursor": cursor, "ordering": "created_at"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")
