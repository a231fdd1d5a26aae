"""Insights: every figure with its denominator and what was left out; few are named as few; no patient is named."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from reports.counting import Scope, figures_of
from reports.insights import FEW, Figure, Row, as_csv, interval, mean, percent, shares
from tests.cast import NOW, Cast, api_as, page_as
from tests.world import World, a_site, make_world, sign, start, take_screening
from treatments import actions
from treatments.models import FollowUp

LATER = NOW + timedelta(days=30)
ANSWER = {"still_sore": None, "function": "", "bruise": None, "red_flags": [], "comment": "", "reported_by": "staff"}


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def needled(world: World, minute: int, by: str = "anna", **more: Any) -> Any:
    person, at = world.cast.person(by), NOW + timedelta(minutes=minute)
    take_screening(world.patient, person, at=at)
    return sign(start(world.patient, person, at=at, started_at=at, **more), person, at=at + timedelta(minutes=20))


def answer(world: World, session: Any, score: int | None, hours: int | None = 24) -> None:
    check = FollowUp.objects.filter(session=session, kind="soreness_check").earliest("due_at")
    soreness = [{"structure": "soleus", "side": "left", "score": score}]
    values = ANSWER | {"hours_since": hours, "soreness": soreness}
    actions.record_answer(pk=check.pk, values=values, by=world.cast.dana, at=check.due_at, version=check.version)


def told(world: World, who: str = "anna", **more: Any) -> dict[str, Figure]:
    user = world.cast.person(who)
    scope = Scope(user, date(2026, 11, 1), date(2026, 11, 30), **more)
    return {figure.key: figure for figure in figures_of(scope, at=LATER).figures}


def rows(figure: Figure) -> dict[str, tuple[Any, ...]]:
    return {row.label: row.cells for row in figure.rows}


def test_unsigned_notes_are_told_by_age(world: World):
    figure = told(world)["unsigned"]
    assert rows(figure) == {
        "Under 24 h": (0, "–"),
        "1 to 2 days": (0, "–"),
        "2 to 7 days": (0, "–"),
        "Over 7 days": (1, "–"),
    }
    assert figure.counted.startswith("Of 1 drafts")
    actions.discard_session(pk=world.draft.pk, by=world.cast.anna, version=world.draft.version)
    assert rows(told(world)["unsigned"])["Over 7 days"] == (0, "–")


def test_silence_is_counted_as_silence(world: World):
    answer(world, world.signed, 4)
    figure = told(world)["answers"]
    assert rows(figure)["Answered"][0] == 1
    assert rows(figure)["No answer yet"][0] == 1
    assert figure.counted == "Of 2 checks that were due, of signed sessions of the period."


def test_a_check_that_is_not_due_is_left_out(world: World):
    scope = Scope(world.cast.anna, date(2026, 11, 1), date(2026, 11, 30))
    figure = figures_of(scope, at=NOW + timedelta(hours=30)).figure("answers")
    assert figure.counted.startswith("Of 1 checks that were due")
    assert figure.left_out.startswith("Left out: 1 that are still to come, 0 cancelled.")


def test_soreness_is_counted_by_hour_and_an_answer_without_a_score_is_not_zero(world: World):
    for minute, (score, hours) in enumerate(
        [(0, 20), (3, 24), (7, 30), (5, 72), (2, 100), (1, None), (None, 24)], start=1
    ):
        answer(world, needled(world, minute), score, hours)
    figure = told(world)["soreness"]
    assert rows(figure) == {
        "Up to 24 h": (1, 1, 0, 0, 2), "24 to 48 h": (0, 0, 0, 1, 1), "48 to 72 h": (0, 0, 1, 0, 1),
        "Over 72 h": (0, 1, 0, 0, 1), "Hour not said": (0, 1, 0, 0, 1),
    }  # fmt: skip
    assert figure.counted.startswith("Of 6 answers with a score")
    assert figure.left_out.startswith("Left out: 1 answers without a score.")


def test_events_are_those_of_the_period_per_session_and_per_needle(world: World):
    figure = told(world)["events"]
    assert rows(figure)["Any event"][:2] == (1, "1000")
    assert figure.counted == "Of 1 signed sessions with 1 needles."
    assert figure.rows[0].few


def test_twitches_stand_against_the_peak_and_few_have_no_mean(world: World):
    for minute in range(1, 6):
        session = needled(world, minute, sites=[a_site(twitch={"seen": "visible", "count": 12})])
        answer(world, session, minute)
    answer(world, needled(world, 7, sites=[a_site(twitch={"seen": "none", "count": 0})]), 6)
    answer(world, needled(world, 8, sites=[a_site(twitch={"seen": "not_sought"})]), 6)
    figure = told(world)["twitches"]
    assert rows(figure) == {
        "None": (1, 1, "–", "–"), "1 to 4": (1, 0, "–", "–"), "5 to 9": (0, 0, "–", "–"), "10 and more": (5, 5, "3.0", 5),
    }  # fmt: skip
    assert figure.left_out.startswith("Left out: 1 sessions without such an answer, 1 without a twitch count.")


def test_a_void_session_and_another_practice_count_nowhere(world: World):
    answer(world, world.signed, 4)
    actions.void_session(
        pk=world.signed.pk, reason="Wrong.", by=world.cast.anna, at=NOW + timedelta(hours=1), version=2
    )
    assert told(world)["answers"].counted.startswith("Of 0 checks")
    assert told(world)["events"].counted == "Of 0 signed sessions with 0 needles."
    assert told(world, "zoe")["unsigned"].counted.startswith("Of 0 drafts")


def test_the_period_the_practitioner_and_the_clinic_narrow_it(world: World):
    needled(world, 1, clinic=world.clinic.pk)
    of_anna = told(world, practitioner=world.cast.anna.pk)["events"].counted
    assert (of_anna, told(world, practitioner=world.cast.ben.pk)["events"].counted) == (
        "Of 2 signed sessions with 2 needles.", "Of 0 signed sessions with 0 needles.",
    )  # fmt: skip
    assert told(world, clinic=world.clinic.pk)["events"].counted == "Of 1 signed sessions with 1 needles."
    before = Scope(world.cast.anna, date(2026, 10, 1), date(2026, 11, 23))
    assert figures_of(before, at=LATER).figure("events").counted == "Of 0 signed sessions with 0 needles."


def test_the_queries_are_as_many_for_one_session_as_for_many(world: World):
    counts = []
    for more in (0, 12):
        for minute in range(more):
            answer(world, needled(world, minute + 1), 3)
        with CaptureQueriesContext(connection) as queries:
            told(world)
        counts.append(len(queries))
    assert counts == [7, 7]


@pytest.mark.parametrize(("who", "status"), [("anna", 200), ("ben", 403), ("dana", 403), ("olga", 403), ("zoe", 403)])
def test_only_the_manager_sees_them(world: World, who: str, status: int):
    person = world.cast.person(who)
    assert page_as(person).get("/practice/insights").status_code == status
    assert page_as(person).get("/practice/insights/answers.csv").status_code == status
    assert api_as(person).get("/api/v1/insights").status_code == status


PERIOD = "?from=2026-11-01&to=2026-11-30"


def test_page_program_and_file_tell_the_same_and_name_no_patient(world: World):
    answer(world, world.signed, 4)
    page = page_as(world.cast.anna).get(f"/practice/insights{PERIOD}").content.decode()
    body = api_as(world.cast.anna).get(f"/api/v1/insights{PERIOD}").json()
    assert [figure["key"] for figure in body["figures"]] == ["unsigned", "answers", "soreness", "events", "twitches"]
    for figure in body["figures"]:
        got = page_as(world.cast.anna).get(f"/practice/insights/{figure['key']}.csv{PERIOD}")
        lines = list(csv.reader(StringIO(got.content.decode())))
        assert figure["counted"] in page
        assert ["Counted", figure["counted"]] in lines
        assert ["Left out", figure["left_out"]] in lines
        assert [line[0] for line in lines[3 : 3 + len(figure["rows"])]] == [row["label"] for row in figure["rows"]]
        assert "Neill" not in page + got.content.decode() + str(body)
        assert "Neill" not in got["Content-Disposition"]


@pytest.mark.parametrize(("query", "field", "sentence"), [
    ("?from=2026-13-01", "from", "Write a date that exists, like 2027-05-31."),
    ("?from=2026-11-02&to=2026-11-01", "to", "The period ends before it begins. Change one of the days."),
    ("?from=1900-01-01", "from", "Ten years are the most."), ("?practitioner=x", "practitioner", "Choose one of the list."),
    ("?clinic=0", "clinic", "Choose one of the list."), ("?from=%00", "from", "Write a date that exists, like 2027-05-31."),
])  # fmt: skip
def test_a_question_that_cannot_be_says_why_on_page_and_program(world: World, query: str, field: str, sentence: str):
    page = page_as(world.cast.anna).get(f"/practice/insights{query}")
    body = api_as(world.cast.anna).get(f"/api/v1/insights{query}")
    assert (page.status_code, body.status_code) == (422, 400)
    assert sentence in page.content.decode()
    assert [(e["field"], e["message"]) for e in body.json()["errors"]] == [(field, sentence)]
    assert page_as(world.cast.anna).get(f"/practice/insights/answers.csv{query}").status_code == 404


@given(st.integers(0, 500), st.integers(0, 500))
def test_few_have_no_share_and_others_have_one_inside_its_interval(count: int, more: int):
    total = count + more
    if total < FEW:
        assert (percent(count, total), interval(count, total)) == ("–", "–")
        return
    share = round(100 * count / total)
    low, high = (int(n) for n in interval(count, total).removesuffix(" %").split(" to "))
    assert percent(count, total) == f"{share} %"
    assert low <= share <= high


@given(st.floats(0, 10), st.integers(0, 20))
def test_a_mean_of_few_is_not_said(value: float, count: int):
    assert (mean(value, count) == "–") == (count < FEW)


def test_a_file_carries_its_period_and_denominator():
    figure = Figure("x", "Title, with comma", ("Age", "Notes", "Share"), shares([("Old", 2)], 3), "Of 3.", "None.")
    assert figure.rows == (Row("Old", (2, "–"), few=True),)
    assert as_csv(figure, "2026-11-01 to 2026-11-30").split("\r\n") == [
        '"Title, with comma"', "Period,2026-11-01 to 2026-11-30", "Age,Notes,Share,Note", "Old,2,–,fewer than 5", "Counted,Of 3.",
        "Left out,None.", "",
    ]  # fmt: skip
