"""Response through page and API: bounded, constant queries, void left out, merged resolved, nothing for the front desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.history import keep
from tests.cast import NOW, api_as, make_patient, page_as
from tests.world import World, a_site, give_consent, sign, start, take_screening
from treatments import actions
from treatments.models import FollowUp
from treatments.reactions import reactor_of
from treatments.responses import Place, responses_of

ANSWER = {"still_sore": True, "function": "", "bruise": None, "red_flags": [], "comment": "", "reported_by": "staff"}


def answer(world: World, session: Any, index: int, score: int | None, hours: int, **more: Any) -> None:
    check = FollowUp.objects.filter(session=session, kind="soreness_check").order_by("due_at")[index]
    values = (
        ANSWER | {"hours_since": hours, "soreness": [{"structure": "soleus", "side": "left", "score": score}]} | more
    )
    actions.record_answer(pk=check.pk, values=values, by=world.cast.dana, at=check.due_at, version=check.version)


def needled(world: World, days: int, **more: Any) -> Any:
    at = NOW + timedelta(days=days)
    take_screening(world.patient, world.cast.anna, at=at)
    session = start(world.patient, world.cast.anna, at=at, started_at=at, episode=world.episode.pk, **more)
    return sign(session, world.cast.anna, at=at + timedelta(minutes=20))


def test_the_last_time_is_dose_soreness_and_gain(world: World):
    first = needled(world, 1, pain_before=5, sites=[a_site(insertions=5, twitch={"seen": "visible", "count": 2}),
                                                     a_site(insertions=3, twitch={"seen": "visible", "count": 4})], needles_out=2)  # fmt: skip
    answer(world, first, 0, 7, 24)
    answer(world, first, 1, None, 72)
    [muscle] = responses_of(world.patient)
    assert muscle.sentence == "Last time 8 passes, 6 twitches: soreness 7, next visit to come."
    needled(world, 8, pain_before=5)
    [muscle] = responses_of(world.patient)
    newest, told = muscle.visits[:2]
    assert (newest.dose.passes, newest.peak, newest.waits) == (3, None, {"first", "second"})
    assert (told.sore_first, told.sore_second, told.change) == (7, None, 0)


def test_the_next_visit_is_of_the_same_course(world: World):
    needled(world, 1, pain_before=5)
    at = NOW + timedelta(days=2)
    take_screening(world.patient, world.cast.anna, at=at)
    sign(start(world.patient, world.cast.anna, at=at, started_at=at, pain_before=1), world.cast.anna, at=at + timedelta(minutes=9))  # fmt: skip
    needled(world, 3, pain_before=4)
    [muscle] = responses_of(world.patient)
    assert [v.change for v in muscle.visits] == [None, None, -1, None]


def test_a_void_session_is_left_out(world: World):
    session = needled(world, 1)
    actions.void_session(pk=session.pk, reason="Wrong day.", by=world.cast.anna, at=NOW + timedelta(days=1, hours=1), version=session.version)  # fmt: skip
    [muscle] = responses_of(world.patient)
    assert [v.session for v in muscle.visits] == [world.signed.pk]


def test_a_merged_patient_brings_the_muscles_along(world: World):
    anna = world.cast.anna
    twin = make_patient(anna, record_number=9, family_name="Oneill", date_of_birth="1988-02-29")
    give_consent(twin, world.text, anna, at=NOW - timedelta(days=1))
    take_screening(twin, anna)
    sign(start(twin, anna, sites=[a_site(side="right")]), anna)
    twin.merged_into = world.patient
    keep(twin, by=anna, why="merged")
    assert {(m.structure, m.side) for m in responses_of(world.patient)} == {("soleus", "left"), ("soleus", "right")}


def test_page_and_program_tell_the_same(world: World):
    needled(world, 1, pain_before=5)
    url = f"/patients/{world.patient.pk}/structures"
    [told] = api_as(world.cast.olga).get(f"/api/v1{url}?structure=soleus&side=left").json()["results"]
    page = (
        page_as(world.cast.olga)
        .get(f"/sessions/patient/{world.patient.pk}/response?muscle=soleus:left")
        .content.decode()
    )
    assert told["sentence"] in page
    assert (told["visits"][0]["passes"], told["visits"][0]["soreness_24h"], told["visits"][0]["waits"]) == (
        3,
        None,
        True,
    )


@pytest.mark.parametrize(("query", "status", "found"), [
    ("?structure=soleus&side=left", 200, 1), ("?structure=soleus&side=right", 200, 0), ("?structure=soleus", 400, None),
    ("?side=left", 400, None), ("?structure=soleus&side=up", 400, None), ("?structure=%00&side=left", 200, 0), ("?structure=O'Neill&side=left", 200, 0),
])  # fmt: skip
def test_one_muscle_alone(world: World, query: str, status: int, found: int | None):
    answer_ = api_as(world.cast.anna).get(f"/api/v1/patients/{world.patient.pk}/structures{query}")
    assert answer_.status_code == status
    assert found is None or len(answer_.json()["results"]) == found


@pytest.mark.parametrize(
    "muscle", ["", "soleus:left", "nothing:left", "soleus:up", "%00:left", "x" * 300 + ":left", ":::"]
)
def test_any_muscle_in_the_address_is_answered(world: World, muscle: str):
    page = page_as(world.cast.anna).get(f"/sessions/patient/{world.patient.pk}/response?muscle={muscle}")
    assert page.status_code == 200


@pytest.mark.parametrize("part", ["muscle", "reacts", "outcome"])
def test_the_front_desk_gets_nothing_clinical(world: World, part: str):
    url = f"/sessions/patient/{world.patient.pk}/{part}"
    assert page_as(world.cast.dana).get(url).content == b""
    assert page_as(world.cast.anna).get(url).content != b""


def test_a_patient_without_sessions_is_told_what_comes(world: World):
    new = make_patient(world.cast.anna, record_number=9, family_name="New", date_of_birth="1990-01-01")
    anna = page_as(world.cast.anna)
    assert "Nothing to compare yet" in anna.get(f"/sessions/patient/{new.pk}/response").content.decode()
    assert "No signed session here yet" in anna.get(f"/sessions/patient/{new.pk}/reacts").content.decode()
    assert "No score yet" in anna.get(f"/sessions/patient/{new.pk}/outcome").content.decode()


def test_the_profile_counts_what_was_answered_and_nothing_else(world: World):
    first, second = needled(world, 1, tolerance="Tense, then fine"), needled(world, 8)
    answer(world, first, 0, 4, 20, bruise=True)
    answer(world, first, 1, 0, 70, still_sore=False, bruise=None)
    answer(world, second, 0, None, 24, still_sore=None, bruise=False)
    event = {"kind": "syncope", "severity": "mild", "onset_at": NOW, "description": "Faint."}
    actions.record_event(patient=world.patient, session=first, values=event, by=world.cast.anna, at=NOW)
    told = reactor_of(world.patient, at=NOW)
    assert (told.sessions, told.faints, told.bruised, told.bruise_asked) == (3, 1, 1, 2)
    assert (told.usual.visits, told.usual.median_hours, told.usual.peak) == (1, 20, 4)
    assert [text for _, text in told.tolerance] == ["Tense, then fine"]
    body = api_as(world.cast.ben).get(f"/api/v1/patients/{world.patient.pk}/reactions").json()
    assert body["lines"][0] == "Faints: Once, last 24 Nov 2026"


def cost(work: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_the_same_queries_for_one_session_and_for_many(world: World):
    place = Place("soleus", "left")
    works = [
        lambda: responses_of(world.patient), lambda: responses_of(world.patient, place=place),
        lambda: reactor_of(world.patient, at=timezone.now()),
    ]  # fmt: skip
    before = [cost(work) for work in works]
    for day in range(1, 15):
        answer(world, needled(world, day, pain_before=4), 0, 3, 24)
    assert [cost(work) for work in works] == before == [4, 4, 5]
    assert len(responses_of(world.patient, place=place)[0].visits) == 12
