"""Fibre lines of a muscle: between its two ends, interpolated between its two borders. Chart units."""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from shapely.geometry import LineString, Polygon

from tools.bodychart.curves import Points

MOST = 7
SAMPLES = 40  # points of a border
SHORTEST = 6


def fibre_lines(shape: Polygon, ends: Points | None, spacing: float) -> list[Points]:
    """Lines about `spacing` apart; none in a shape that is too small. Without `ends` the farthest points are the ends."""
    ring = np.array(shape.exterior.coords)[:-1]
    borders = _borders(ring, *(_farthest(ring) if ends is None else ends))
    if borders is None:
        return []
    one, two = borders
    apart = np.median(np.linalg.norm(one - two, axis=1))
    count = int(np.clip(round(apart / spacing) - 1, 1, MOST))
    inner = shape.buffer(-0.6)
    lines = [_line(one, two, number, count, inner) for number in range(1, count + 1)]
    return [np.array(line.coords) for line in lines if line.length > SHORTEST]


def _line(one: Points, two: Points, number: int, count: int, inner: Polygon) -> LineString:
    cut = 3 + 2 * (number % 2)  # every other line begins later, as drawn by hand
    line = (one + (two - one) * number / (count + 1))[cut : SAMPLES - cut]
    piece = LineString(line).intersection(inner)
    return max(getattr(piece, "geoms", [piece]), key=lambda part: part.length)


def _borders(ring: Points, first: Points, last: Points) -> tuple[Points, Points] | None:
    """The two sides of the ring between its ends, smoothed."""
    i, j = sorted(int(np.linalg.norm(ring - np.array(end), axis=1).argmin()) for end in (first, last))
    if j - i < 3 or len(ring) - (j - i) < 3:
        return None
    sides = _resample(ring[i : j + 1]), _resample(np.r_[ring[j:], ring[: i + 1]][::-1])
    one, two = (gaussian_filter1d(side, 2, axis=0, mode="nearest") for side in sides)
    return one, two


def _resample(line: Points) -> Points:
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    places = np.linspace(0, length[-1], SAMPLES)
    return np.c_[np.interp(places, length, line[:, 0]), np.interp(places, length, line[:, 1])]


def _farthest(ring: Points) -> tuple[Points, Points]:
    sample = ring[:: max(1, len(ring) // 80)]
    distance = np.linalg.norm(sample[:, None] - sample[None], axis=2)
    i, j = np.unravel_index(distance.argmax(), distance.shape)
    return sample[i], sample[j]
