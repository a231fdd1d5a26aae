from hypothesis import given
from hypothesis import strategies as st

from treatments.chart_geometry import bounds, contains, distance, rings_of

SQUARE = "M0 0C0 0 10 0 10 0C10 0 10 10 10 10C10 10 0 10 0 10C0 10 0 0 0 0Z"
RING = SQUARE + "M4 4C4 4 6 4 6 4C6 4 6 6 6 6C6 6 4 6 4 6C4 6 4 4 4 4Z"
ROUND = "M-10 0C-10 -5.523 -5.523 -10 0 -10C5.523 -10 10 -5.523 10 0C10 5.523 5.523 10 0 10C-5.523 10 -10 5.523 -10 0Z"


def test_bounds_of_a_square():
    assert bounds(SQUARE) == (0, 0, 10, 10)


def test_a_hole_is_outside():
    assert contains(rings_of(RING), 2, 2)
    assert not contains(rings_of(RING), 5, 5)


@given(st.floats(0.1, 9.9), st.floats(0.1, 9.9))
def test_points_in_the_square_are_inside(x, y):
    assert contains(rings_of(SQUARE), x, y)


@given(st.floats(10.1, 90), st.floats(-90, 90))
def test_points_beside_the_square_are_outside_at_their_distance(x, y):
    assert not contains(rings_of(SQUARE), x, y)
    straight = x - 10 if 0 <= y <= 10 else ((x - 10) ** 2 + (min(abs(y), abs(y - 10))) ** 2) ** 0.5
    assert abs(distance(rings_of(SQUARE), x, y) - straight) < 1e-6


@given(st.floats(0, 6.28), st.floats(0, 9.8))
def test_curves_are_flattened_within_a_tenth(angle, radius):
    from math import cos, sin

    assert contains(rings_of(ROUND), radius * cos(angle), radius * sin(angle))
