"""Grades of soreness after rule 3, and what to expect from a patient's own answers."""

import pytest

from treatments.soreness import Answer, Expected, expected, grade


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (Answer(24, 3, True), "expected"),
        (Answer(25, 3, True), "common"),
        (Answer(48, 3, True), "common"),
        (Answer(49, 3, True), "watch"),
        (Answer(72, 3, True), "watch"),
        (Answer(73, 3, True), "review"),
        (Answer(100, 0, False), "expected"),
        (Answer(5, 7, True), "review"),
        (Answer(5, 6, True), "expected"),
        (Answer(5, 1, True, ["chest_pain"]), "escalate"),
        (Answer(100, 9, True, ["fever_redness_pus"]), "escalate"),
        (Answer(24, None, None), "unknown"),  # silence is never zero
        (Answer(None, 4, None), "expected"),
        (Answer(80, 2, None), "review"),
        (Answer(80, 0, None), "expected"),
    ],
)
def test_an_answer_is_graded(answer, key):
    assert grade(answer).key == key


def test_expected_soreness_is_the_median_of_the_patients_own_visits():
    visits = [
        [Answer(24, 4, True), Answer(72, 0, False)],
        [Answer(24, 6, True), Answer(72, 2, True)],
        [Answer(30, 3, True)],
    ]

    assert expected(visits) == Expected(3, 30, 24, 72, 6)


def test_visits_without_a_score_say_nothing():
    assert expected([[Answer(24, None, None)], []]) is None
