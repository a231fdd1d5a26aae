"""Who consents alone: said in words, by the day where the practice is, never refused."""

from datetime import date

import pytest

from consent.capacity import cares

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(("born", "given_by", "warned"), [
    (date(2010, 11, 25), "patient", True),  # 16 tomorrow
    (date(2010, 11, 24), "patient", False),  # 16 today
    (date(2010, 11, 25), "guardian", False),
    (date(2010, 11, 25), "attorney", True),
    (date(2026, 11, 24), "patient", True),
    (date(1960, 1, 1), "patient", False),
])  # fmt: skip
def test_under_sixteen_without_a_guardian_is_said(born, given_by, warned):
    assert [c.key for c in cares(born=born, on=TODAY, given_by=given_by)] == ["minor_without_guardian"] * warned


def test_somebody_born_on_a_leap_day_is_sixteen_on_the_first_of_march():
    born = date(2012, 2, 29)
    assert len(cares(born=born, on=date(2028, 2, 28), given_by="patient")) == 1
    assert cares(born=born, on=date(2028, 2, 29), given_by="patient") == []


def test_paper_without_its_scan_is_said():
    keys = [[c.key for c in cares(born=date(1960, 1, 1), on=TODAY, given_by="patient", method="paper_scan", scans=n)]
            for n in (0, 1)]  # fmt: skip
    assert keys == [["scan_missing"], []]
