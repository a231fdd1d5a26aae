"""Scores as series: entered and measured in sessions; bounded, void left out, merged resolved, in the practice's own days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.history import keep
from tests.cast import NOW, make_patient
from tests.world import SIGNED_AT, World, a_site, sign, start
from treatments import actions
from treatments.outcome_series import series_of


def told(world: World, **more):
    return [
        (s.origin, s.title, [(p.day, None if p.value is None else int(p.value), p.timing) for p in s.points])
        for s in series_of(world.patient, **more)
    ]


DAY = date(2026, 11, 24)


def test_entered_scores_and_measures_of_sessions_are_told_apart(world: World):
    motion = [{"movement": "Abduction", "side": "right", "before": 80, "after": 110}]
    later = NOW + timedelta(days=1)
    more = start(world.patient, world.cast.anna, at=later, started_at=later, pain_before=6, pain_after=3,
                 range_of_motion=motion, sites=[a_site(ppt_before_kpa=300, ppt_after_kpa=340)])  # fmt: skip
    sign(more, world.cast.anna, at=later + timedelta(minutes=20))
    next_day = date(2026, 11, 25)
    assert told(world) == [
        ("scores", "Numeric pain rating scale", [(DAY, 6, "before")]),
        ("sessions", "Numeric pain rating scale: at the sessions", [(DAY, None, "before"), (next_day, 6, "before"), (next_day, 3, "after")]),
        ("sessions", "Pressure pain threshold: Soleus, left", [(next_day, 300, "before"), (next_day, 340, "after")]),
        ("sessions", "Range of motion: Abduction, right", [(next_day, 80, "before"), (next_day, 110, "after")]),
    ]  # fmt: skip


def test_a_void_session_takes_its_measures_and_scores_along(world: World):
    actions.void_session(pk=world.signed.pk, reason="Wrong.", by=world.cast.anna, at=SIGNED_AT, version=2)
    assert told(world) == []


def test_the_day_is_the_practices_day(world: World):
    at = datetime(2026, 11, 23, 14, tzinfo=UTC)  # 1 in the morning of the 24th in Melbourne
    actions.record_score(
        patient=world.patient, values={"instrument": "ndi", "value": 20, "at": at}, by=world.cast.anna, at=NOW
    )
    assert told(world)[1][2] == [(DAY, 20, "between")]


def test_scores_of_a_merged_patient_are_in_the_course(world: World):
    anna = world.cast.anna
    twin = make_patient(anna, record_number=9, family_name="Oneill", date_of_birth="1988-02-29")
    actions.record_score(patient=twin, values={"instrument": "ndi", "value": 20}, by=anna, at=NOW)
    twin.merged_into = world.patient
    keep(twin, by=anna, why="merged")
    assert [title for _, title, _ in told(world)] == ["Numeric pain rating scale", "Neck Disability Index"]


def test_of_one_course_alone(world: World):
    anna = world.cast.anna
    actions.record_score(
        patient=world.patient, episode=world.episode, values={"instrument": "ndi", "value": 20}, by=anna, at=NOW
    )
    assert told(world, episode=world.episode) == [("scores", "Neck Disability Index", [(DAY, 20, "between")])]


@pytest.mark.parametrize("more", [0, 12])
def test_three_queries_however_long_the_past(world: World, more: int):
    for minute in range(more):
        at = NOW - timedelta(minutes=minute + 1)
        actions.record_score(patient=world.patient, values={"instrument": "ndi", "value": 20, "at": at}, by=world.cast.anna, at=NOW)  # fmt: skip
        sign(start(world.patient, world.cast.anna, pain_before=4), world.cast.anna)
    with CaptureQueriesContext(connection) as queries:
        series_of(world.patient)
    assert len(queries) == 3
