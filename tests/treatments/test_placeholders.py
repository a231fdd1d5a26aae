"""Placeholders: known names are filled, unknown ones refused, and one that is left over is seen before signing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import World, start
from treatments import placeholders
from treatments.records import session_record


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("Pain {pain_before}.", []), ("{moon} and {sun} and {moon}", ["moon", "sun"]), ("{ age }", [" age "]), ("{}", [""]), ("{?}", []), ("{Age}", ["Age"]),
     ("{last visit}", ["last visit"]), ("{{muscles}}", []), ("{constructor}", ["constructor"]), ("} a { b", []), ("{a\nb}", [])],
)  # fmt: skip
def test_only_known_names_are_placeholders(text: str, unknown: list[str]):
    assert placeholders.unknown(text) == unknown


@given(st.text(), st.dictionaries(st.sampled_from(sorted(placeholders.MEANINGS)), st.text("abc ")))
def test_filling_touches_nothing_but_known_placeholders(text: str, values: dict[str, str]):
    without = text.replace("{", "").replace("}", "")
    assert placeholders.filled(without, values) == without


@given(st.sampled_from(sorted(placeholders.MEANINGS)), st.text("abc", min_size=1))
def test_a_filled_text_holds_none(name: str, value: str):
    assert not placeholders.holds_one(placeholders.filled(f"x {{{name}}} y", {name: value}))


def test_a_place_left_open_is_a_warning_that_leads_to_its_note_and_never_stops(world: World):
    draft = start(world.patient, world.cast.anna, plan="Review in {?}.", objective="{curly} words are nobody's.")
    found = session_record(draft, None, at=draft.started_at)
    left = [f for f in found["findings"] if f["key"].startswith("unfilled")]
    assert [(f["field"], f["level"], f["key"]) for f in left] == [("plan", "warn", "unfilled_plan")]
    assert found["blocks_signing"] == []


@given(
    st.text(st.sampled_from("ab{}? \n"), max_size=40),
    st.dictionaries(st.sampled_from(sorted(placeholders.MEANINGS)), st.text("abc{}", max_size=5)),
)
def test_what_the_door_lets_through_holds_nothing_that_stays_unfillable(text: str, values: dict[str, str]):
    known = dict.fromkeys(placeholders.MEANINGS, "x")
    if not placeholders.unknown(text):
        assert not placeholders.holds_one(placeholders.filled(text, known))
    assert placeholders.filled(text, {}) == text


def test_nothing_known_leaves_the_mark_to_be_seen():
    assert placeholders.filled("{age}, {side}, {?}", {"age": "38", "side": ""}) == "38, {side}, {?}"
