"""Clinical content: approved by name, tightened by anybody responsible, loosened only with a written reason."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from practice.models import Practice
from tests.cast import api_as, page_as
from tests.treatments.test_safety import GOOD
from tests.world import World, start, take_screening
from treatments import rulebook, safety
from treatments.models import RuleDecision


def post(world: World, who: str, what: str, body: Any) -> Any:
    return api_as(world.cast.person(who)).post(f"/api/v1/clinical-content/{what}", body, format="json")


def decided(world: World, rule: str) -> str:
    rules = api_as(world.cast.ben).get("/api/v1/clinical-content").json()["rules"]
    return next(row["decided"] for row in rules if row["key"] == rule)


def test_every_rule_has_a_source_and_only_sourced_ones_stop():
    for row in rulebook.rulebook({}):
        assert row.source, row.key
        assert row.level in rulebook.ORDER
        assert not (row.level == "stop" and row.confidence == "low"), row.key
    assert len({row.key for row in rulebook.rulebook({})}) == len(rulebook.rulebook({}))


def test_approving_says_who_and_which_version(world: World):
    assert api_as(world.cast.anna).get("/api/v1/clinical-content").json()["approved_by"] is None
    answer = post(world, "anna", "approve", {"note": "Read on 24 November."})
    assert (answer.status_code, answer.json()["approved_by"]["full_name"]) == (201, "Anna Kovač")
    assert api_as(world.cast.zoe).get("/api/v1/clinical-content").json()["approved_by"] is None
    assert "Approved by Anna Kovač" in page_as(world.cast.ben).get("/sessions/content").content.decode()


@pytest.mark.parametrize("who", ["ben", "dana", "olga", "robo"])
def test_nobody_but_a_manager_who_treats_decides(world: World, who: str):
    assert post(world, who, "approve", {}).status_code == 403
    assert post(world, who, "decide", {"rule": "scoliosis", "level": "stop"}).status_code == 403


def test_a_rule_is_tightened_and_open_drafts_feel_it(world: World):
    take_screening(world.patient, world.cast.anna, history_fainting="yes")
    draft = start(world.patient, world.cast.anna)
    url = f"/api/v1/sessions/{draft.pk}/findings"
    anna = api_as(world.cast.anna)
    before = {f["rule"]: f["level"] for f in anna.get(url).json()["findings"]}
    shipped = rulebook.shipped_levels()["history_fainting"]
    assert before["history_fainting"] == shipped != "stop"

    assert post(world, "anna", "decide", {"rule": "history_fainting", "level": "stop"}).status_code == 201
    after = {f["rule"]: f["level"] for f in anna.get(url).json()["blocks_signing"]}
    assert after["history_fainting"] == "stop"
    assert post(world, "anna", "decide", {"rule": "history_fainting", "level": None}).status_code == 201
    assert {f["rule"]: f["level"] for f in anna.get(url).json()["findings"]}["history_fainting"] == shipped


def test_less_than_what_ships_needs_a_reason_that_is_kept(world: World):
    refused = post(world, "anna", "decide", {"rule": "lung_zone_safety_net", "level": "warn"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "reason")
    assert decided(world, "lung_zone_safety_net") == ""
    done = post(
        world, "anna", "decide", {"rule": "lung_zone_safety_net", "level": "warn", "reason": "Leaflet always given."}
    )
    assert done.status_code == 201
    kept = RuleDecision.objects.get()
    assert (kept.loosens, kept.reason, kept.created_by) == (True, "Leaflet always given.", world.cast.anna)
    assert Practice.objects.get(pk=world.cast.home.pk).rule_levels == {"lung_zone_safety_net": "warn"}
    assert Practice.objects.get(pk=world.cast.other.pk).rule_levels == {}


@pytest.mark.parametrize("body", [
    {"rule": "consent", "level": "warn", "reason": "x"}, {"rule": "ledger", "level": "warn", "reason": "x"},
    {"rule": "weather", "level": "stop"}, {"rule": "scoliosis", "level": "hint"}, {"rule": "", "level": "stop"}, {"level": "stop"},
    {"rule": "scoliosis", "level": "stop", "also": 1},
])  # fmt: skip
def test_what_nobody_may_change_is_refused(world: World, body: Any):
    assert post(world, "anna", "decide", body).status_code == 400
    assert not RuleDecision.objects.exists()


def test_the_page_decides_what_the_program_decides(world: World):
    anna = page_as(world.cast.anna)
    assert anna.post("/sessions/content/decide", {"rule": "scoliosis", "level": "stop"}).status_code == 302
    assert decided(world, "scoliosis") == "stop"
    said = anna.post("/sessions/content/decide", {"rule": "lung_zone_safety_net", "level": "warn"}, follow=True)
    assert "Write why this rule may be less strict here." in said.content.decode()


def test_judging_a_session_costs_no_further_query(world: World):
    def cost() -> int:
        anna = api_as(world.cast.anna)
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(f"/api/v1/sessions/{world.draft.pk}/findings").status_code == 200
        return len(queries)

    before = cost()
    post(world, "anna", "decide", {"rule": "scoliosis", "level": "stop"})
    assert cost() == before


@given(st.dictionaries(st.sampled_from(sorted(rulebook.shipped_levels())), st.just("stop")))
def test_tightening_never_takes_a_stop_away(decisions: dict[str, str]):
    facts = safety.replace(GOOD, soap=False, needles_out=None)
    before = {f.key for f in safety.evaluate(facts) if f.level == "stop"}
    after = {f.key for f in safety.evaluate(safety.replace(facts, decided=decisions)) if f.level == "stop"}
    assert before <= after
