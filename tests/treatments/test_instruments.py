"""The instruments of the catalogue: every yardstick with its source, no item text without a licence."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.instruments import instruments, plain

# key, better, limits, yardstick in points, its source (clinical content v1: outcome_measures.csv)
TABLE = [
    ("nprs", "lower", (0, 10), ("2", "2"), "Childs 2005 PMID 15928561"),
    ("vas100", "lower", (0, 100), ("15", "15"), "Ostelo 2008"),
    ("ppt", "higher", (0, 1500), None, ""),
    ("rom", "higher", (-30, 360), None, ""),
    ("psfs", "higher", (0, 10), ("1.9", "2"), "Rysstad 2020"),
    ("ndi", "lower", (0, 50), ("5", "5"), "Vernon via chiro.org; noterro.com"),
    ("odi", "lower", (0, 100), ("10", "10"), "Ostelo 2008"),
    ("rmdq", "lower", (0, 24), ("5", "5"), "Ostelo 2008"),
    ("quickdash", "lower", (0, 100), ("9", "20"), "Sorensen; Rysstad 2020; dash.iwh.on.ca"),
    ("lefs", "higher", (0, 80), ("9", "9"), "Binkley 1999"),
    ("groc15", "higher", (-7, 7), None, ""),
    ("groc11", "higher", (-5, 5), ("2.5", "2.5"), "Kamper 2009; secondary source"),
    ("hit6", "lower", (36, 78), ("2.5", "8"), "Smelt; Castien 2012"),
    ("soreness_nprs", "lower", (0, 10), ("2", "2"), "Childs 2005 PMID 15928561, by analogy with pain"),
]


@pytest.mark.parametrize(("key", "better", "limits", "yardstick", "source"), TABLE, ids=[row[0] for row in TABLE])
def test_an_instrument_is_what_its_source_says(key, better, limits, yardstick, source):
    one = instruments()[key]
    low_high = None if one.mcid_low is None else (plain(one.mcid_low), plain(one.mcid_high))
    assert (one.better, (one.least, one.most), low_high, one.mcid_source) == (better, limits, yardstick, source)


def test_the_catalogue_is_whole_and_no_yardstick_stands_without_a_source():
    assert list(instruments()) == [row[0] for row in TABLE]
    assert [i.key for i in instruments().values() if (i.mcid_low is None) != (not i.mcid_source)] == []


def test_only_what_may_ship_has_items():
    assert [i.key for i in instruments().values() if i.has_items and not i.ships_item_text] == []
    assert [i.key for i in instruments().values() if not i.ships_item_text] == [
        "ndi", "odi", "rmdq", "quickdash", "lefs", "hit6",
    ]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "problem"), [
    ("nprs", "10", None), ("nprs", "11", "Numeric pain rating scale goes from 0 to 10."), ("nprs", "4.5", "Write a whole number."),
    ("nprs", "-1", "Numeric pain rating scale goes from 0 to 10."), ("ndi", "22.5", None), ("groc15", "-7", None),
    ("ndi", "51", "Neck Disability Index goes from 0 to 50."), ("hit6", "35", "Headache Impact Test goes from 36 to 78."),
])  # fmt: skip
def test_a_total_that_cannot_be_says_what_can(key, value, problem):
    assert instruments()[key].problem_with(Decimal(value)) == problem


@given(st.lists(st.integers(0, 10), min_size=3, max_size=5))
def test_the_mean_of_the_activities_is_a_total_that_can_be(scores):
    psfs = instruments()["psfs"]
    total = psfs.total(scores)
    assert psfs.problem_with(total) is None
    assert min(scores) <= total <= max(scores)
    assert abs(total * len(scores) - sum(scores)) <= Decimal("0.05") * len(scores)


@given(st.decimals(-1000, 1000, places=1))
def test_a_number_is_written_without_needless_zeros(value):
    assert Decimal(plain(value)) == value
    assert not plain(value).endswith(".0")
