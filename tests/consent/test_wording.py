"""A consent text as data: what a draft may hold, what patients may be shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.actions.texts import FIRST_TEXT
from consent.wording import key_for, problems, unfinished

SHIPPED = json.loads(FIRST_TEXT.read_text(encoding="utf-8"))


def text(**changes):
    whole = {
        "title": "Consent",
        "sections": [{"key": "what", "heading": "What it is", "body": ["A needle."]}],
        "risks": [{"key": "bruise", "label": "A bruise", "how_often": "about 8 in 100", "denominator": "7,629 treatments",
                   "source": "Brady 2014", "serious": False}],
        "scope_items": [{"key": "general", "label": "Dry needling", "line": ""}],
    }  # fmt: skip
    return whole | changes


def risk(**changes):
    return {"risks": [text()["risks"][0] | changes]}


def test_the_shipped_text_and_a_whole_one_can_be_published():
    assert (unfinished(SHIPPED), unfinished(text()), problems(SHIPPED)) == ({}, {}, {})


@pytest.mark.parametrize(("changes", "field"), [
    ({"title": " "}, "title"),
    ({"sections": []}, "sections"),
    ({"sections": [{"key": "a", "heading": " ", "body": ["x"]}]}, "sections.0.heading"),
    ({"sections": [{"key": "a", "heading": "A", "body": [" "]}]}, "sections.0.body"),
    ({"risks": []}, "risks"),
    (risk(label=""), "risks.0.label"),
    (risk(how_often=" "), "risks.0.how_often"),
    (risk(denominator=""), "risks.0.denominator"),
    (risk(source=""), "risks.0.source"),
    ({"scope_items": []}, "scope_items"),
    ({"scope_items": [{"key": "photos", "label": "Photos", "line": ""}]}, "scope_items"),
    ({"scope_items": [{"key": "general", "label": " ", "line": ""}]}, "scope_items.0.label"),
])  # fmt: skip
def test_what_is_not_finished_is_named_with_its_cure(changes, field):
    found = unfinished(text(**changes))

    assert list(found) == [field]
    assert found[field].endswith(".")


@pytest.mark.parametrize("how_often", ["rare; the rate is not known", "1 in 5, but the rate is not known", "rare"])
def test_a_rate_that_is_not_known_needs_no_denominator(how_often):
    assert unfinished(text(**risk(how_often=how_often, denominator=""))) == {}


@pytest.mark.parametrize(("changes", "field"), [
    ({"risks": text()["risks"] * 2}, "risks.0.key"),
    ({"sections": text()["sections"] * 2}, "sections.1.key"),
    ({"scope_items": text()["scope_items"] * 2}, "scope_items.1.key"),
    ({"scope_items": [{"key": "moon", "label": "x", "line": ""}]}, "scope_items.0.key"),
    (risk(label="x" * 201), "risks.0.label"),
    ({"sections": [{"key": "a", "heading": "A", "body": ["x" * 4001]}]}, "sections.0.body"),
    ({"sections": [{"key": str(i), "heading": "A", "body": []} for i in range(41)]}, "sections"),
])  # fmt: skip
def test_even_a_draft_has_bounds_and_keys_of_its_own(changes, field):
    assert field in problems(text(**changes))


@given(st.text(max_size=80), st.sets(st.text(max_size=40), max_size=5))
def test_a_key_made_from_words_is_new_plain_and_short(words, taken):
    key = key_for(words, taken, otherwise="risk")

    assert key not in taken
    assert key.isascii()
    assert 0 < len(key) <= 40
