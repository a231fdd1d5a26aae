"""The rule of the phone card: every combination of answers, with and without needling near the lung."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import soreness, triage
from treatments.triage import ANSWERS, KEYS, LUNG_WINDOW_H, RESULTS, Zone

LUNG_TODAY, CALF_TODAY = Zone(lung=True, hours_since=5), Zone(lung=False, hours_since=5)
LUNG_LONG_AGO = Zone(lung=True, hours_since=LUNG_WINDOW_H + 1)

zones = st.lists(st.builds(Zone, lung=st.booleans(), hours_since=st.floats(0, 720)), max_size=4)
answers = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(list(ANSWERS)))


def rank(result: str) -> int:
    return RESULTS.index(result)


# zones, answers to the three questions, result, rule; the sources stand beside the rules in treatments/triage.py
TABLE = [
    ([LUNG_TODAY], "yes no no", "ambulance", "lung_and_breathing"),
    ([LUNG_TODAY], "unsure no no", "ambulance", "lung_and_breathing"),
    ([CALF_TODAY, LUNG_TODAY], "yes yes yes", "ambulance", "lung_and_breathing"),
    ([Zone(True, LUNG_WINDOW_H)], "yes no no", "ambulance", "lung_and_breathing"),
    ([Zone(True, 0)], "yes no no", "ambulance", "lung_and_breathing"),
    ([LUNG_LONG_AGO], "yes no no", "practitioner_now", "breathing"),
    ([CALF_TODAY], "yes no no", "practitioner_now", "breathing"),
    ([], "yes no no", "practitioner_now", "breathing"),
    ([LUNG_TODAY], "no yes no", "practitioner_now", "nerves"),
    ([LUNG_TODAY], "no unsure no", "practitioner_now", "nerves"),
    ([LUNG_TODAY], "no no yes", "practitioner_now", "swelling"),
    ([LUNG_TODAY], "no no unsure", "practitioner_now", "swelling"),
    ([LUNG_TODAY], "no no no", "call_back", "nothing"),
    ([], "no no no", "call_back", "nothing"),
]


@pytest.mark.parametrize(("needled", "said", "result", "rule"), TABLE)
def test_the_table(needled, said, result, rule):
    verdict = triage.triage(needled, dict(zip(KEYS, said.split(), strict=True)))

    assert (verdict.result, verdict.rule.key, verdict.rule.result) == (result, rule, result)


@given(zones, answers, st.sampled_from(KEYS), st.sampled_from(["yes", "unsure"]))
def test_one_more_yes_never_lowers_the_result(needled, said, key, more):
    assert rank(triage.triage(needled, said | {key: more}).result) >= rank(triage.triage(needled, said).result)


@given(zones, answers, zones)
def test_more_needling_never_lowers_the_result(needled, said, more):
    assert rank(triage.triage(needled + more, said).result) >= rank(triage.triage(needled, said).result)


@given(zones, answers)
def test_not_sure_counts_as_yes(needled, said):
    sure = {key: "yes" if answer == "unsure" else answer for key, answer in said.items()}

    assert triage.triage(needled, said) == triage.triage(needled, sure)


@given(zones, answers)
def test_whatever_is_left_to_ask_could_only_change_what_is_no_ambulance(needled, said):
    left = triage.unanswered(needled, said)
    result = triage.triage(needled, said).result

    assert left == ([] if result == "ambulance" else [key for key in KEYS if key not in said])


def test_the_three_questions_ask_for_every_warning_sign_once():
    asked = [flag for question in triage.QUESTIONS for flag in question.red_flags]

    assert sorted(asked) == sorted(soreness.RED_FLAGS)
    assert triage.red_flags({"nerves": "unsure", "swelling": "no"}) == list(triage.QUESTIONS[1].red_flags)


def test_any_warning_sign_gets_a_practitioner_at_least():
    for said in product(ANSWERS, repeat=3):
        result = triage.triage([], dict(zip(KEYS, said, strict=True))).result
        assert (result == "call_back") is (set(said) == {"no"})


def test_every_rule_and_question_names_its_source_and_only_sourced_rules_call_the_ambulance():
    assert all(rule.source for rule in triage.RULES.values())
    assert all(question.source for question in triage.QUESTIONS)
    assert [rule.key for rule in triage.RULES.values() if rule.result == "ambulance"] == ["lung_and_breathing"]
    assert "unsourced" not in triage.RULES["lung_and_breathing"].source


def test_near_the_lung_the_first_yes_is_enough():
    assert (triage.enough_alone([LUNG_TODAY]), triage.enough_alone([CALF_TODAY, LUNG_LONG_AGO])) == (["breathing"], [])


@pytest.mark.parametrize("result", RESULTS)
def test_what_is_read_aloud_names_the_emergency_number(result):
    words = triage.script(result, number="111", needled="dry needling near the lung, today 10:05")

    assert "111" in words
    assert "{" not in words
    assert ("today 10:05" in words) is (result == "ambulance")


def test_a_yes_to_a_question_is_told_as_a_yes_to_one_of_its_signs():
    told = triage.signs_asked_together(triage.red_flags({"breathing": "yes", "swelling": "unsure"}))

    assert told == [
        "Chest pain or Short of breath or Pain when breathing in, or a new dry cough",
        "A swelling that grows, or bleeding that does not stop or Fever, spreading redness or pus",
    ]
    assert {flag for question in triage.QUESTIONS for flag in question.red_flags} == set(soreness.RED_FLAGS)
