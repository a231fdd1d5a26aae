"""The places of rows that people put in order: as few as possible change when one is added, moved or taken out."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

GAP = 100  # room between neighbours, so that a row fits between two others without touching them
HIGHEST = 32_767  # what both databases keep in the column


def in_place(places: Sequence[int | None]) -> set[int]:
    """Indexes of the most entries that already stand in rising order; the others are the ones that moved.

    `places` are the old places in the new order, None for what is new.
    """
    tails: list[int] = []  # the lowest place that ends a run of each length, and where it stands
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for index, place in enumerate(places):
        if place is None:
            continue
        length = bisect_left(tails, place)
        tails[length:] = [place, *tails[length + 1 :]]
        ends[length:] = [index, *ends[length + 1 :]]
        before[index] = ends[length - 1] if length else None
    last = ends[-1] if ends else None
    found = set()
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def places_for(stored: Sequence[int | None]) -> list[int]:
    """A rising place for every row in its new order. `stored` is the place each has now, None for a new one; what
    need not move keeps its place. Only when there is no room left, all are placed anew."""
    kept = in_place(stored)
    placed: list[int] = []
    waiting = 0
    for index, place in enumerate(stored):
        if index not in kept or place is None:
            waiting += 1
            continue
        placed += [*_between(placed[-1] if placed else -1, place, waiting), place]
        waiting = 0
    last = placed[-1] if placed else 0
    placed += [last + GAP * step for step in range(1, waiting + 1)]
    return placed if _rises(placed) else [GAP * step for step in range(1, len(stored) + 1)]


def _between(low: int, high: int, count: int) -> list[int]:
    return [low + (high - low) * step // (count + 1) for step in range(1, count + 1)]


def _rises(places: Sequence[int]) -> bool:
    return not places or (all(a < b for a, b in pairwise(places)) and places[0] >= 0 and places[-1] <= HIGHEST)
