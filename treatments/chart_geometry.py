"""Points against closed Bézier paths, without a geometry library: paths are flattened once, then asked often.

A path uses absolute M, C and Z only (the chart's schema says so). Flattening with eight steps a curve stays within a
tenth of a chart unit of the true line.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import hypot, inf

Point = tuple[float, float]
Ring = tuple[Point, ...]
Rings = tuple[Ring, ...]

STEPS = 8
_TOKEN = re.compile(r"[MCZ]|-?\d+(?:\.\d+)?")


@lru_cache(maxsize=4096)
def rings_of(path: str) -> Rings:
    """The closed polygons of a path."""
    return tuple(_ring(part) for part in path.split("M") if part)


def _ring(part: str) -> Ring:
    numbers = [float(token) for token in _TOKEN.findall(part) if token not in "MCZ"]
    places = list(zip(numbers[::2], numbers[1::2], strict=True))
    ring = [places[0]]
    for start in range(1, len(places), 3):
        ring += _curve(ring[-1], *places[start : start + 3])
    return tuple(ring)


def _curve(a: Point, b: Point, c: Point, d: Point) -> Iterator[Point]:
    for step in range(1, STEPS + 1):
        t = step / STEPS
        u = 1 - t
        k = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        yield (
            k[0] * a[0] + k[1] * b[0] + k[2] * c[0] + k[3] * d[0],
            k[0] * a[1] + k[1] * b[1] + k[2] * c[1] + k[3] * d[1],
        )


@lru_cache(maxsize=4096)
def bounds(path: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    xs, ys = zip(*(point for ring in rings_of(path) for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def contains(rings: Rings, x: float, y: float) -> bool:
    """Even-odd rule, as the fill of these paths is drawn."""
    inside = False
    for a, b in _segments(rings):
        if (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]:
            inside = not inside
    return inside


def distance(rings: Rings, x: float, y: float) -> float:
    """To the nearest place on the border."""
    return min((_to_segment(a, b, x, y) for a, b in _segments(rings)), default=inf)


def _segments(rings: Rings) -> Iterator[tuple[Point, Point]]:
    for ring in rings:
        yield from pairwise((*ring, ring[0]))


def _to_segment(a: Point, b: Point, x: float, y: float) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - a[0]) * dx + (y - a[1]) * dy) / length))
    return hypot(x - a[0] - t * dx, y - a[1] - t * dy)
