"""Repeat last plan: where and with what, never what came of it; a proposal that writes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast, api_as
from tests.world import SIGNED_AT, World, a_site, load_content, sign, start, take_screening
from treatments import actions, copy_forward
from treatments.models import NeedlingSession, Site

NEVER = ("depth_mm", "insertions", "twitch", "familiar_pain", "pain_during", "criteria", "trigger_point", "note", "lot",
         "id", "referred_to", "reaction")  # fmt: skip


def propose(world: World, who: str = "anna", session: NeedlingSession | None = None) -> Any:
    session = session or world.draft
    return api_as(world.cast.person(who)).post(f"/api/v1/sessions/{session.pk}/copy-forward", {}, format="json")


@pytest.fixture
def later(world: World) -> NeedlingSession:
    """A draft a week after the signed session, whose plan says something."""
    session = NeedlingSession.objects.get(pk=world.signed.pk)
    assert session.status == "signed"
    anna = world.cast.anna
    week = NOW + timedelta(days=7)
    planned = start(world.patient, anna, at=week, started_at=week, plan="Same sites, longer retention.",
                    sites=[a_site(), a_site(structure="tibialis_anterior", side="right")], needles_out=2,
                    safety_net_given=True)  # fmt: skip
    take_screening(world.patient, anna, at=week)
    sign(planned, anna, at=week + timedelta(minutes=20))
    return start(world.patient, anna, at=week + timedelta(days=7), started_at=week + timedelta(days=7), sites=[])


def test_the_newest_signed_session_proposes_muscles_technique_and_needle(world: World, later: NeedlingSession):
    body = propose(world, session=later).json()

    assert [(row["structure"], row["side"]) for row in body["sites"]] == [
        ("soleus", "left"),
        ("tibialis_anterior", "right"),
    ]
    assert body["sites"][0] == {"structure": "soleus", "side": "left", "technique": "deep_pistoning", "gauge_mm": "0.30",
                                "length_mm": 40, "chart_point": None}  # fmt: skip
    assert not [name for row in body["sites"] for name in NEVER if name in row]


def test_the_plan_carries_the_date_it_is_from_in_the_zone_of_the_practice(world: World, later: NeedlingSession):
    # 00:30 UTC on the 1st is already 11:30 of that day in Melbourne; the mark is the practice's day.
    assert propose(world, session=later).json()["plan"] == "From 1 Dec 2026: Same sites, longer retention."


def test_nothing_is_written(world: World, later: NeedlingSession):
    before = (NeedlingSession.history.count(), Site.history.count(), NeedlingSession.objects.get(pk=later.pk).version)
    propose(world, session=later)
    assert (
        NeedlingSession.history.count(),
        Site.history.count(),
        NeedlingSession.objects.get(pk=later.pk).version,
    ) == before


def test_without_an_earlier_signed_session_it_says_so(cast: Cast):
    load_content()
    first = start(cast.siobhan, cast.anna, sites=[])
    answer = api_as(cast.anna).post(f"/api/v1/sessions/{first.pk}/copy-forward", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_repeat")


def test_void_sessions_later_sessions_and_other_patients_propose_nothing(world: World):
    anna = world.cast.anna
    earlier = start(world.patient, anna, at=NOW, started_at=NOW - timedelta(days=400), sites=[])
    assert propose(world, session=earlier).status_code == 409  # what was signed lies after it
    actions.void_session(pk=world.signed.pk, reason="Wrong patient.", by=anna, at=SIGNED_AT,
                         version=NeedlingSession.objects.get(pk=world.signed.pk).version)  # fmt: skip
    assert propose(world).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("dana", 403), ("olga", 403), ("zoe", 404)])
def test_only_who_writes_the_draft_may_ask(world: World, who: str, status: int):
    assert propose(world, who).status_code == status


def test_a_signed_session_takes_no_proposal_and_unknown_keys_are_refused(world: World):
    signed = api_as(world.cast.anna).post(f"/api/v1/sessions/{world.signed.pk}/copy-forward", {}, format="json")
    odd = api_as(world.cast.anna).post(f"/api/v1/sessions/{world.draft.pk}/copy-forward", {"all": True}, format="json")
    assert (signed.status_code, odd.status_code) == (409, 400)


def test_the_mark_names_the_day_as_it_is_written_elsewhere(world: World):
    world.signed.started_at = datetime(2026, 11, 30, 13, 30, tzinfo=UTC)  # half past midnight of 1 December there
    assert copy_forward.mark(world.signed) == "From 1 Dec 2026: "
