"""Smooth curves through control points, and cubic Bezier paths fitted to them. All lengths in chart units."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from shapely.geometry import LineString, Polygon
from shapely.ops import polylabel

Points: TypeAlias = np.ndarray  # (n, 2)
ROUNDS = 4  # of moving the parameters before a stretch is split
HOPELESS = 6  # times the error: splitting helps more than another round
SHARP = 42  # degrees that a corner of an outline turns at least


# ---- splines ------------------------------------------------------------------------------------------------------------
def spline(points: Sequence[Sequence[float]] | Points, *, closed: bool = True, steps: int = 12) -> Points:
    """Centripetal Catmull-Rom curve through the control points."""
    control = np.asarray(points, float)
    count = len(control)
    around: Callable[[int], int] = (lambda i: i % count) if closed else (lambda i: min(max(i, 0), count - 1))
    stretches = range(count if closed else count - 1)
    curve = [_stretch(*(control[around(i + j)] for j in (-1, 0, 1, 2)), steps) for i in stretches]
    return np.vstack(curve if closed else [*curve, control[-1:]])


def _stretch(p0: Points, p1: Points, p2: Points, p3: Points, steps: int) -> Points:
    t0, t1, t2, t3 = np.cumsum(
        [0] + [max(np.linalg.norm(b - a), 1e-6) ** 0.5 for a, b in ((p0, p1), (p1, p2), (p2, p3))]
    )
    t = np.linspace(t1, t2, steps, endpoint=False)[:, None]
    a1 = ((t1 - t) * p0 + (t - t0) * p1) / (t1 - t0)
    a2 = ((t2 - t) * p1 + (t - t1) * p2) / (t2 - t1)
    a3 = ((t3 - t) * p2 + (t - t2) * p3) / (t3 - t2)
    b1 = ((t2 - t) * a1 + (t - t0) * a2) / (t2 - t0)
    b2 = ((t3 - t) * a2 + (t - t1) * a3) / (t3 - t1)
    return ((t2 - t) * b1 + (t - t1) * b2) / (t2 - t1)


def largest(shape: object) -> Polygon | None:
    """The largest polygon of any geometry, None when there is none."""
    parts = [g for g in getattr(shape, "geoms", [shape]) if g.geom_type == "Polygon" and not g.is_empty]
    return max(parts, key=lambda g: g.area) if parts else None


def smooth_polygon(points: Sequence[Sequence[float]] | Points) -> Polygon | None:
    return largest(Polygon(spline(points)).buffer(0))


def label_point(shape: Polygon) -> Points:
    """Well inside: the centre of the largest circle that fits."""
    return np.array(polylabel(shape, 0.3).coords[0])


# ---- fitting ------------------------------------------------------------------------------------------------------------
def at(cubic: Points, t: Points) -> Points:
    """Points of one cubic at its parameters."""
    t = np.asarray(t, float)[..., None]
    return (1 - t) ** 3 * cubic[0] + 3 * (1 - t) ** 2 * t * cubic[1] + 3 * (1 - t) * t**2 * cubic[2] + t**3 * cubic[3]


def fit(points: Points, error: float, start: Points | None = None, end: Points | None = None) -> list[Points]:
    """Cubics that stay within `error` of the polyline: one where it is enough, else split at the worst place."""
    points = np.asarray(points, float)
    start = _unit(points[min(2, len(points) - 1)] - points[0]) if start is None else start
    end = _unit(points[max(-3, -len(points))] - points[-1]) if end is None else end
    if len(points) < 3:
        third = np.linalg.norm(points[-1] - points[0]) / 3
        return [np.array([points[0], points[0] + start * third, points[-1] + end * third, points[-1]])]
    cubic, worst = _best(points, error, start, end)
    if cubic is not None:
        return [cubic]
    split = min(max(worst, 1), len(points) - 2)
    tangent = _unit(points[split - 1] - points[min(split + 1, len(points) - 1)])
    return fit(points[: split + 1], error, start, tangent) + fit(points[split:], error, -tangent, end)


def _best(points: Points, error: float, start: Points, end: Points) -> tuple[Points | None, int]:
    """The cubic that is near enough, or None and where it is farthest away."""
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
    u, worst = length / length[-1], 0
    for _ in range(ROUNDS):
        cubic = _least_squares(points, u, start, end)
        miss = np.linalg.norm(at(cubic, u) - points, axis=1)
        worst = int(miss.argmax())
        if miss[worst] < error:
            return cubic, worst
        if miss[worst] > error * HOPELESS:
            break
        u = _nearer(cubic, points, u)
    return None, worst


def _unit(vector: Points) -> Points:
    length = np.linalg.norm(vector)
    return vector / length if length > 1e-9 else vector


def _least_squares(points: Points, u: Points, start: Points, end: Points) -> Points:
    """One cubic with fixed tangents at its ends: least squares on the lengths of its two handles."""
    b = np.array([(1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3])
    a1, a2 = b[1][:, None] * start, b[2][:, None] * end
    normal = np.array([[np.sum(a1 * a1), np.sum(a1 * a2)], [np.sum(a1 * a2), np.sum(a2 * a2)]])
    rest = points - (b[0] + b[1])[:, None] * points[0] - (b[2] + b[3])[:, None] * points[-1]
    chord = np.linalg.norm(points[-1] - points[0])
    try:
        handles = np.linalg.solve(normal, [np.sum(a1 * rest), np.sum(a2 * rest)])
    except np.linalg.LinAlgError:
        handles = np.full(2, chord / 3)
    if handles.min() < 1e-3 * chord or handles.max() > 3 * chord:
        handles = np.full(2, chord / 3)
    return np.array([points[0], points[0] + handles[0] * start, points[-1] + handles[1] * end, points[-1]])


def _nearer(cubic: Points, points: Points, u: Points) -> Points:
    """One Newton step of the parameters towards the nearest points of the curve."""
    first = 3 * (cubic[1:] - cubic[:-1])
    second = 2 * (first[1:] - first[:-1])
    t = u[:, None]
    d1 = (1 - t) ** 2 * first[0] + 2 * (1 - t) * t * first[1] + t**2 * first[2]
    d2 = (1 - t) * second[0] + t * second[1]
    gap = at(cubic, u) - points
    slope = np.sum(d1 * d1, 1) + np.sum(gap * d2, 1)
    slope[np.abs(slope) < 1e-9] = 1e-9
    return np.clip(u - np.sum(gap * d1, 1) / slope, 0, 1)


# ---- paths --------------------------------------------------------------------------------------------------------------
def closed_path(ring: Points, error: float = 0.25) -> str:
    """`M ... C ... Z` around a ring; vertices that turn sharply stay sharp."""
    ring = np.asarray(ring, float)
    ring = ring if np.allclose(ring[0], ring[-1]) else np.r_[ring, ring[:1]]
    ring = _spaced(np.array(LineString(ring).segmentize(1.0).coords)[:-1])
    corners = _corners(ring)
    cubics = []
    for a, b in pairwise([*corners, corners[0] + len(ring)]):
        cubics += fit(ring[[i % len(ring) for i in range(a, b + 1)]], error)
    return _commands(cubics) + "Z"


def open_path(line: Points, error: float = 0.35) -> str:
    return _commands(fit(np.asarray(line, float), error))


def _spaced(ring: Points) -> Points:
    """Without points that lie on their neighbour."""
    kept = [0]
    for i in range(1, len(ring)):
        if np.linalg.norm(ring[i] - ring[kept[-1]]) > 0.05:
            kept.append(i)
    return ring[kept]


def _corners(ring: Points, reach: int = 3) -> list[int]:
    back, ahead = ring - np.roll(ring, reach, 0), np.roll(ring, -reach, 0) - ring
    cosine = np.sum(back * ahead, 1) / (np.linalg.norm(back, axis=1) * np.linalg.norm(ahead, axis=1) + 1e-9)
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    count = len(ring)
    around = [max(angle[(i + j) % count] for j in range(-reach, reach + 1)) for i in range(count)]
    return [i for i in range(count) if angle[i] > SHARP and angle[i] == around[i]] or [int(angle.argmax())]


def _commands(cubics: Sequence[Points]) -> str:
    head = "M" + " ".join(_number(v) for v in cubics[0][0])
    return head + "".join("C" + " ".join(_number(v) for p in c[1:] for v in p) for c in cubics)


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def polylines(path: str, steps: int = 8) -> list[Points]:
    """The rings of a path again, as points."""
    rings = []
    for piece in path.replace("Z", "").split("M")[1:]:
        head, *curves = piece.split("C")
        points = [np.array(head.split(), float)]
        for curve in curves:
            cubic = np.vstack([points[-1], np.array(curve.split(), float).reshape(3, 2)])
            points += list(at(cubic, np.linspace(0, 1, steps + 1)[1:]))
        rings.append(np.array(points))
    return rings
