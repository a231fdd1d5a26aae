from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from reports.drawing.dots import apart, at_the_edge, spread

FRAME = (100.0, 50.0, 160.0, 200.0)
inside = st.tuples(st.floats(100, 260), st.floats(50, 250))


def gaps(places):
    return [((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in combinations(places, 2)]


def test_lonely_dots_stay_where_they_are():
    assert spread([(0, 0), (50, 50)], 14) == [(0, 0), (50, 50)]


def test_two_dots_in_one_place_are_both_seen():
    assert min(gaps(spread([(10, 10), (10, 10)], 14))) >= 13.9


@given(st.lists(inside, min_size=1, max_size=20))
def test_dots_at_the_edge_do_not_cover_each_other_and_stay_in_the_frame(points):
    radius = 5.0
    placed = at_the_edge(points, FRAME, radius)
    assert all(gap >= 2 * radius for gap in gaps(placed))
    for x, y in placed:
        assert FRAME[0] + radius <= x <= FRAME[0] + FRAME[2] - radius
        assert FRAME[1] + radius <= y <= FRAME[1] + FRAME[3]


@given(st.lists(inside, min_size=1, max_size=20))
def test_the_same_points_give_the_same_places(points):
    assert at_the_edge(points, FRAME, 5.0) == at_the_edge(points, FRAME, 5.0)
    assert spread(points, 14) == spread(points, 14)


@given(st.lists(st.floats(0, 500), max_size=30))
def test_apart_keeps_order_and_distance(wanted):
    wanted = sorted(wanted, reverse=True)
    heights = apart(wanted, 10)
    assert all(upper - lower >= 10 - 1e-6 for upper, lower in pairwise(heights))
