"""What answers and alerts forbid: sourced rows stop, unsure counts as yes, a missing area is never nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.restrictions import STOPS, Alerted, restrictions
from consent.screening_form import questions, rows


def yes(key, answer="yes", **more):
    return {"key": key, "answer": answer, **more}


def actions(answers, alerts=()):
    return [(r.key, r.action, r.area, r.side) for r in restrictions(answers, alerts)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (yes("diabetes", "no"), []),
        (yes("needle_phobia"), [("needle_phobia", "hard_stop", "", "")]),
        (yes("needle_phobia", "unsure"), [("needle_phobia", "hard_stop", "", "")]),
        (yes("diabetes"), [("diabetes", "warn_reason", "", "")]),
        (
            yes("lymphoedema_limb", area="upper_arm", side="left"),
            [("lymphoedema_limb", "area_stop", "upper_arm", "left")],
        ),
        (yes("lymphoedema_limb"), [("lymphoedema_limb", "warn_reason", "", "")]),
        (
            yes("anticoagulant"),
            [("anticoagulant", "warn_reason", "", ""), ("bleeding_risk_noncompressible", "site_stop", "", "")],
        ),
        (yes("pregnancy"), [("pregnancy", "warn_reason", "", ""), ("pregnancy_abdomen", "area_stop", "abdomen", "")]),
        # low confidence and common knowledge never stop:
        (yes("pacemaker_electrical"), [("pacemaker_electrical", "warn_reason", "", "")]),
        (yes("malignancy_local", area="thigh"), [("malignancy_local", "warn_reason", "thigh", "")]),
    ],
)
def test_an_answer_restricts_as_the_table_says(answer, expected):
    assert actions([answer]) == expected


@pytest.mark.parametrize(
    ("severity", "action"), [("info", "warn"), ("caution", "warn_reason"), ("danger", "hard_stop")]
)
def test_an_alert_weighs_as_much_as_its_severity(severity, action):
    found = restrictions([], [Alerted("1", "phobia", severity, "Needles")])

    assert found[0].action == action


def test_a_danger_alert_has_to_be_answered():
    found = restrictions([], [Alerted("7", "allergy", "danger", "Chlorhexidine allergy")])

    assert [(r.key, r.action) for r in found] == [("alert_7", "warn_reason")]


def test_no_unsourced_or_low_row_ever_stops():
    everything = [yes(q["key"], area="thigh", side="left") for q in questions()]
    weak = {r.key for r in rows().values() if r.confidence == "low" or r.source == "common clinical knowledge"}

    assert not {r.key for r in restrictions(everything) if r.action in STOPS} & weak


keys = st.sampled_from([q["key"] for q in questions()])


@given(st.lists(st.tuples(keys, st.sampled_from(["yes", "no", "unsure"])), max_size=12), keys)
def test_another_yes_never_takes_a_stop_away(given_answers, more):
    answers = [yes(key, answer) for key, answer in given_answers]
    before = {r for r in restrictions(answers) if r.action in STOPS}

    assert before <= set(restrictions([*answers, yes(more)]))


def test_every_area_an_alert_can_name_is_an_area_of_the_rules():
    from consent.regions import rows as regions
    from patients.models import BodyArea

    assert list(BodyArea.values) == [row["key"] for row in regions() if row["kind"] == "area"]


def test_an_answer_for_an_area_that_no_rule_knows_is_refused():
    from consent.screening_form import problems

    answer = yes("lymphoedema_limb", area="left_arm")
    assert problems([answer]) == {"answers.0.area": "Choose one of the body areas. See /regions?kind=area."}
