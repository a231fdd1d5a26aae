"""Places of rows in order: as few as possible change."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.ordering import GAP, HIGHEST, in_place, places_for

CASES = {
    "nothing there": ([], []),
    "all new": ([None, None], [100, 200]),
    "nothing moved": ([100, 200, 300], [100, 200, 300]),
    "one more at the end": ([100, 200, None], [100, 200, 300]),
    "the last comes first": ([300, 100, 200], [49, 100, 200]),
    "the first goes last": ([200, 300, 100], [200, 300, 400]),
    "two between neighbours": ([100, None, None, 200], [100, 133, 166, 200]),
    "the middle one was taken out": ([100, 300], [100, 300]),
    "numbered without gaps, last first": ([6, 1, 2, 3], [0, 1, 2, 3]),
    "no room between neighbours": ([1, 3, 2, 4], [100, 200, 300, 400]),
    "no room for one more": ([1, None, 2], [100, 200, 300]),
    "no room above": ([HIGHEST - 1, None], [100, 200]),
}


@pytest.mark.parametrize(("stored", "wanted"), CASES.values(), ids=CASES)
def test_places(stored, wanted):
    assert places_for(stored) == wanted


ORDERS = st.lists(st.one_of(st.none(), st.integers(0, HIGHEST)), max_size=100)


@given(ORDERS)
def test_places_always_rise_and_fit_the_column(stored):
    placed = places_for(stored)
    assert len(placed) == len(stored)
    assert all(a < b for a, b in pairwise(placed))
    assert all(0 <= place <= HIGHEST for place in placed)


@given(st.permutations(range(1, 13)), st.data())
def test_one_moved_row_is_the_only_one_that_changes(order, data):
    stored = [GAP * n for n in range(1, 13)]
    row = stored.pop(data.draw(st.integers(0, 11)))
    stored.insert(data.draw(st.integers(0, 11)), row)
    changed = [a for a, b in zip(places_for(stored), stored, strict=True) if a != b]
    assert len(changed) <= 1


@given(st.lists(st.integers(0, 50), max_size=9, unique=True))
def test_no_longer_run_stands_in_place(places):
    found = sorted(in_place(places))
    kept = [places[index] for index in found]
    assert kept == sorted(kept)
    longest = 0
    for mask in range(2 ** len(places)):
        run = [p for i, p in enumerate(places) if mask >> i & 1]
        longest = max(longest, len(run) if run == sorted(run) else 0)
    assert len(kept) == longest
