"""What a page costs in queries, whatever the patient's past (not counting sign-in, transactions, the access entry)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast, api_as, page_as
from tests.world import World, a_site, make_world, sign, start, take_screening

OUTSIDE = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", 'SELECT "django_session"', 'UPDATE "django_session"',
           'SELECT "practice_user"."password"', 'INSERT INTO "practice_accessentry"')  # fmt: skip
MUSCLES = ["soleus", "infraspinatus", "supraspinatus", "biceps_brachii", "brachialis", "tibialis_anterior", "sartorius", "gracilis",
           "trapezius_upper", "rhomboid_major", "teres_major", "deltoid_middle"]  # fmt: skip
BUDGETS = {
    "/patients/": 5,
    "/patients/registrations": 5,
    "/patients/registrations/waiting": 3,
    "/patients/?search=oneil+88": 3,
    "/patients/{patient}": 12,
    "/sessions/patient/{patient}": 12,
    "/sessions/patient/{patient}/needled": 5,
    "/sessions/patient/{patient}/now": 12,
    "/sessions/patient/{patient}/response": 24,
    "/sessions/patient/{patient}/muscle": 12,
    "/sessions/patient/{patient}/reacts": 8,
    "/sessions/patient/{patient}/outcome": 8,
    "/sessions/patient/{patient}/outcomes": 14,
    "/consent/patient/{patient}": 12,
    "/consent/patient/{patient}/banner": 6,
    "/documents/patient/{patient}": 5,
    "/sessions/follow-ups": 5,
    "/sessions/escalations": 1,
    "/sessions/today/arrivals": 7,
    "/sessions/arrivals": 7,
    "/sessions/patient/{patient}/arrived": 7,
    "/sessions/today/soreness": 5,
    "/sessions/today/notes": 5,
    "/sessions/today/calls": 5,
    "/sessions/today/reviews": 5,
    "/sessions/today/triage": 5,
    "/sessions/triage?search=oneil+88": 3,
    "/sessions/triage/patient/{patient}": 9,
    "/sessions/{signed}": 12,
    "/sessions/{draft}/edit": 16,
    "/sessions/lots": 5,
    "/sessions/end-of-day": 8,
    "/sessions/offered": 5,
    "/patients/imports": 5,
    "/patients/{patient}/past-notes": 5,
    "/patients/{patient}/attachments": 7,
    "/documents/requests": 5,
    "/documents/patient/{patient}/corrections": 5,
    "/documents/exports": 5,
    "/practice/staff": 5,
    "/practice/insights": 10,
    "/practice/who-looked": 8,
}


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def cost(world: World, path: str) -> int:
    client = page_as(world.cast.anna)
    address = path.format(patient=world.patient.pk, signed=world.signed.pk, draft=world.draft.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len([q for q in captured if not q["sql"].startswith(OUTSIDE)])


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_stays_in_its_budget(world: World, path: str):
    assert cost(world, path) <= BUDGETS[path]


def test_a_long_past_costs_no_more_queries(world: World):
    paths = [p for p in BUDGETS if "{patient}" in p]
    before = {path: cost(world, path) for path in paths}
    for days in range(1, 16):
        at = NOW - timedelta(days=days % 2)
        take_screening(world.patient, world.cast.anna, at=at)
        sign(start(world.patient, world.cast.anna, started_at=at), world.cast.anna, at=at + timedelta(minutes=20))

    assert {path: cost(world, path) for path in paths} == before


def test_findings_of_twelve_sites_cost_what_those_of_one_cost(world: World):
    client = api_as(world.cast.anna)

    def findings_cost(sites: int) -> int:
        rows = [a_site(structure=key, side="left") for key in MUSCLES[:sites]]
        session = start(world.patient, world.cast.anna, sites=rows)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/sessions/{session.pk}/findings").status_code == 200
        return len(captured)

    findings_cost(1)
    assert findings_cost(12) == findings_cost(1)
