"""Versions as plain values: differences that can be taken back, and saves that belong together."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.versions import PLACE, SITE, Change, Save, State, Version, differences, grouped, sites_at, stretches

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ANNA, BEN = UUID(int=1), UUID(int=2)
ONE, TWO, THREE = (UUID(int=n) for n in (11, 12, 13))


def backwards(state: State, changes: list[Change]) -> State:
    """The state before the changes: what a reader could work out from the differences alone."""
    own, sites, old_places = dict(state.session), {key: dict(row) for key, row in state.sites.items()}, {}
    for change in changes:
        if change.site is None:
            own[change.field] = change.old
        elif change.field == PLACE:
            old_places[change.site] = change.old
        elif change.field == SITE and change.new is None:
            sites[change.site] = {name: value for name, value in change.old.items() if name != PLACE}
            old_places[change.site] = change.old[PLACE]
        elif change.field == SITE:
            del sites[change.site]
        else:
            sites[change.site][change.field] = change.old
    order = [key for key in sites if key not in old_places]
    for key, place in sorted(old_places.items(), key=lambda item: item[1]):
        order.insert(place - 1, key)
    return State(own, {key: sites[key] for key in order})


ROWS = st.fixed_dictionaries({"depth_mm": st.none() | st.integers(0, 3), "note": st.sampled_from(["", "a", "b"])})
SITES = st.dictionaries(st.sampled_from([UUID(int=n) for n in range(8)]), ROWS, max_size=8).flatmap(
    lambda found: st.permutations(list(found.items())).map(dict)
)
OWN = st.fixed_dictionaries(
    {"plan": st.sampled_from(["", "rest", "heat"]), "adjuncts": st.lists(st.just("hvla"), max_size=2)}
)
STATES = st.builds(State, OWN, SITES)


@given(STATES, STATES)
def test_differences_taken_back_give_the_old_state(old, new):
    before = backwards(new, differences(old, new))
    assert before == old
    assert list(before.sites) == list(old.sites)


@given(STATES)
def test_a_state_does_not_differ_from_itself(state):
    assert differences(state, state) == []


@given(STATES, STATES, STATES)
def test_the_net_difference_of_a_group_is_that_of_its_ends(first, second, third):
    saves = [Save(n, START, ANNA, "draft saved") for n in (2, 3)]
    (group,) = grouped([Version(saves[0], first, second), Version(saves[1], second, third)])
    assert backwards(third, group.changes) == first


A, B = {"depth_mm": 20}, {"depth_mm": 30}
CASES = {
    "a field": (State({"plan": ""}), State({"plan": "rest"}), [Change(None, "plan", "", "rest")]),
    "a site's field": (State({}, {ONE: A}), State({}, {ONE: B}), [Change(ONE, "depth_mm", 20, 30)]),
    "a site added": (State(), State({}, {ONE: A}), [Change(ONE, SITE, None, A)]),
    "a site removed": (State({}, {ONE: A, TWO: B}), State({}, {ONE: A}), [Change(TWO, SITE, {**B, PLACE: 2}, None)]),
    "the first removed moves nobody": (
        State({}, {ONE: A, TWO: B, THREE: A}), State({}, {TWO: B, THREE: A}), [Change(ONE, SITE, {**A, PLACE: 1}, None)],
    ),
    "the last moved to the front": (
        State({}, {ONE: A, TWO: A, THREE: A}), State({}, {THREE: A, ONE: A, TWO: A}), [Change(THREE, PLACE, 3, 1)],
    ),
    "one put in front moves nobody": (State({}, {ONE: A}), State({}, {TWO: B, ONE: A}), [Change(TWO, SITE, None, B)]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "changes"), CASES.values(), ids=CASES)
def test_differences(old, new, changes):
    assert differences(old, new) == changes


def save(minutes: float, by: UUID = ANNA, why: str = "draft saved") -> Save:
    return Save(int(minutes * 60) + 1, START + timedelta(minutes=minutes), by, why)


@pytest.mark.parametrize(
    ("saves", "sizes"),
    [
        ([], []),
        ([save(0, why="draft begun"), save(1), save(2)], [3]),
        ([save(0), save(10)], [2]),
        ([save(0), save(10.001 + 1 / 60)], [1, 1]),
        ([save(0), save(9), save(18), save(27)], [4]),
        ([save(0), save(1, BEN), save(2)], [1, 1, 1]),
        ([save(0), save(1, why="signed"), save(2, why="reopened within the grace"), save(3), save(4)], [1, 1, 1, 2]),
        ([save(0), save(1, why="signed"), save(2, why="void")], [1, 1, 1]),
    ],
)
def test_a_pause_another_person_or_another_act_begins_a_new_group(saves, sizes):
    assert [len(stretch) for stretch in stretches(saves)] == sizes


def row(at: float, key: UUID, kind: str, position: int = 100, **values) -> dict:
    moment = START + timedelta(minutes=at)
    return {"history_date": moment, "history_type": kind, "id": key, "position": position, **values}


def keys(saves: list[Save], rows: list[dict]) -> list[list[UUID]]:
    return [list(sites) for sites in sites_at(saves, rows, lambda row: row)]


def test_a_site_row_belongs_to_the_save_before_it():
    saves = [save(0), save(1), save(2)]
    rows = [row(0, ONE, "+"), row(0.01, TWO, "+", 200), row(1.01, ONE, "-"), row(2, THREE, "+", 50)]
    assert keys(saves, rows) == [[ONE, TWO], [TWO], [THREE, TWO]]


def test_a_clock_set_back_between_two_saves_mixes_nothing_up():
    saves = [save(0), save(5), save(2), save(6)]
    rows = [row(0, ONE, "+"), row(5.1, TWO, "+", 200), row(2.1, THREE, "+", 300), row(6.1, ONE, "-")]
    assert keys(saves, rows) == [[ONE], [ONE, TWO], [ONE, TWO, THREE], [TWO, THREE]]


def test_a_clock_set_back_inside_a_save_loses_nothing():
    saves = [save(0), save(5), save(6)]
    rows = [row(0, ONE, "+"), row(5.1, TWO, "+", 200), row(1, THREE, "+", 300), row(-1, ONE, "-")]
    assert keys(saves, rows) == [[ONE], [TWO, THREE], [TWO, THREE]]


def test_a_site_that_was_removed_can_come_back():
    rows = [row(0, ONE, "+"), row(1, ONE, "-"), row(2, ONE, "+")]
    assert keys([save(0), save(1), save(2)], rows) == [[ONE], [], [ONE]]
