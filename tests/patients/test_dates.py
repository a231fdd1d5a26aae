from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.dates import NotADate, problem_with_birth, read

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("12/3/80", date(1980, 3, 12)),
        ("12 mar 1980", date(1980, 3, 12)),
        ("12 March 1980", date(1980, 3, 12)),
        ("14 3 1987", date(1987, 3, 14)),
        ("14.03.1987", date(1987, 3, 14)),
        ("1987-03-14", date(1987, 3, 14)),
        ("14031987", date(1987, 3, 14)),
        ("29/2/88", date(1988, 2, 29)),
        ("1/1/26", date(2026, 1, 1)),
        ("1/1/27", date(1927, 1, 1)),
    ],
)
def test_a_date_is_read_as_people_write_it(text, born):
    assert read(text, today=TODAY) == born


@pytest.mark.parametrize(
    ("text", "says"),
    [("31/2/1980", "There is no 31 Feb in that year."), ("29 feb 1987", "There is no 29 Feb in that year."),
     ("1980", "Write day, month and year, such as 14 3 1987."), ("yesterday", "Write day, month and year, such as 14 3 1987."),
     ("1/13/1980", "Write day, month and year, such as 14 3 1987."), ("", "Write day, month and year, such as 14 3 1987.")],
)  # fmt: skip
def test_what_is_no_date_says_the_cure(text, says):
    with pytest.raises(NotADate, match=says):
        read(text, today=TODAY)


def test_births_lie_in_the_past_and_in_a_lifetime():
    assert problem_with_birth(date(2026, 11, 25), today=TODAY) == "This date lies in the future."
    assert problem_with_birth(TODAY, today=TODAY) is None
    assert problem_with_birth(date(1880, 1, 1), today=TODAY) == "Nobody is older than 130 years. Check the year."


@given(st.text(max_size=30))
def test_nothing_but_its_own_error_is_raised(text):
    try:
        read(text, today=TODAY)
    except NotADate as error:
        assert str(error).endswith(".")
