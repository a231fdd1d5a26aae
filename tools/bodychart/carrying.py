"""From the male body, on which everything is drawn, to the female one.

Both bodies were posed from one mesh, so their vertices correspond: outlines/warp.json lists per part male x, y and female
x, y of those that are visible on both, in tenths of a chart unit. What lies on the male outline is then pulled to the nearest
female outline, so that a muscle that reaches the edge of a limb does so on both.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree

from tools.bodychart.curves import Points

OUTLINES = Path(__file__).parent / "outlines"
DRAWN_ON = "male"
PULL = 9.0  # chart units: the most that a point of the outline is corrected
SPACING = 6


@cache
def outlines(name: str) -> dict[str, Any]:
    return json.loads((OUTLINES / f"{name}.json").read_text())  # type: ignore[no-any-return]


def carrier(part: str, body: str) -> Callable[[Any], Points]:
    """A function from points drawn on the male body to the same places of this body."""
    if body == DRAWN_ON:
        return lambda points: np.asarray(points, float)
    field = _field(part, body)
    return lambda points: field(np.asarray(points, float))


@cache
def _field(part: str, body: str) -> RBFInterpolator:
    rows = np.array(outlines("warp")[part], float).reshape(-1, 4) / 10
    return _interpolator(np.r_[rows, _pulled(part, body, _interpolator(rows))])


def _interpolator(rows: Points) -> RBFInterpolator:
    return RBFInterpolator(rows[:, :2], rows[:, 2:], neighbors=30, smoothing=3, kernel="linear")


def _pulled(part: str, body: str, field: RBFInterpolator) -> Points:
    source, target = _edge(part, DRAWN_ON)[::SPACING], _edge(part, body)
    distance, index = cKDTree(target).query(field(source))
    close = distance < PULL
    return np.c_[source[close], target[index[close]]]


def _edge(part: str, body: str) -> Points:
    """Points of the outline, about one unit apart."""
    points: list[Points] = []
    for flat in outlines(body)[part]["rings"]:
        ring = np.array(flat, float).reshape(-1, 2) / 10
        for a, b in zip(ring, np.roll(ring, -1, 0), strict=True):
            steps = max(1, int(np.linalg.norm(b - a)))
            points += [a + (b - a) * i / steps for i in range(steps)]
    return np.array(points)
