"""What the signature pad sends: parsed, bounded and fingerprinted. Pure: no database, no request.

A stroke is a list of points `{"x", "y", "t", "pressure"}`: x and y in pad units (0 to width or height), t in
milliseconds since the first touch and never going back within a stroke, pressure 0 to 1 (0.5 where the device has
none).
"""

import hashlib
import json
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

MAX_STROKES = 200
MAX_POINTS = 5000
MAX_SIDE = 4000.0
MAX_MILLISECONDS = 10 * 60 * 1000
LEAST_LENGTH = 20.0  # pad units of line in all: less is a slip of the hand
SLACK = 2.0  # a finger may leave the pad by this much


class UnreadableSignature(ValueError):
    """Says what to change, beside the field it happened in (`signature.strokes.3`)."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    t: int
    pressure: float


@dataclass(frozen=True)
class Signature:
    """A drawn signature in canonical form: coordinates to a tenth, pressure to a hundredth."""

    width: float
    height: float
    strokes: tuple[tuple[Point, ...], ...]

    def as_data(self) -> dict[str, Any]:
        """What is stored: the same keys as were sent, in canonical values."""
        strokes = [[{"x": p.x, "y": p.y, "t": p.t, "pressure": p.pressure} for p in stroke] for stroke in self.strokes]
        return {"width": self.width, "height": self.height, "strokes": strokes}

    def sha256(self) -> str:
        text = json.dumps(self.as_data(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def path(self) -> str:
        """An SVG path through all points, one sub-path per stroke."""
        return " ".join("M" + " L".join(f"{p.x:g} {p.y:g}" for p in stroke) for stroke in self.strokes)


def parse(data: Any) -> Signature:
    """The signature, or UnreadableSignature saying where and what. Nothing else is ever raised."""
    if not isinstance(data, dict) or set(data) != {"width", "height", "strokes"}:
        raise UnreadableSignature("signature", "Send width, height and strokes.")
    width, height = (_side(data[name], name) for name in ("width", "height"))
    strokes = data["strokes"]
    if not isinstance(strokes, list) or not strokes:
        raise UnreadableSignature("signature.strokes", "Sign in the box, or choose spoken consent.")
    if len(strokes) > MAX_STROKES or sum(len(s) if isinstance(s, list) else 1 for s in strokes) > MAX_POINTS:
        raise UnreadableSignature(
            "signature.strokes", f"At most {MAX_STROKES} strokes and {MAX_POINTS} points. Clear the box and sign again."
        )
    parsed = tuple(_stroke(stroke, i, width, height) for i, stroke in enumerate(strokes))
    if sum(_length(stroke) for stroke in parsed) < LEAST_LENGTH:
        raise UnreadableSignature("signature.strokes", "This is only a dot. Sign in the box with your usual signature.")
    return Signature(width, height, parsed)


def _side(value: Any, name: str) -> float:
    number = _number(value)
    if number is None or not 50 <= number <= MAX_SIDE:
        raise UnreadableSignature(f"signature.{name}", f"The pad's {name} is a number from 50 to {MAX_SIDE:g}.")
    return round(number, 1)


def _stroke(stroke: Any, index: int, width: float, height: float) -> tuple[Point, ...]:
    field = f"signature.strokes.{index}"
    if not isinstance(stroke, list) or not stroke:
        raise UnreadableSignature(field, "A stroke is a list of points.")
    points = tuple(_point(point, field, width, height) for point in stroke)
    if any(later.t < earlier.t for earlier, later in pairwise(points)):
        raise UnreadableSignature(field, "The times of a stroke do not go back.")
    return points


def _point(point: Any, field: str, width: float, height: float) -> Point:
    if not isinstance(point, dict) or not {"x", "y", "t"} <= set(point) <= {"x", "y", "t", "pressure"}:
        raise UnreadableSignature(field, "A point has x, y, t and pressure.")
    x, y, t, pressure = (_number(point.get(name, 0.5)) for name in ("x", "y", "t", "pressure"))
    if x is None or y is None or not (-SLACK <= x <= width + SLACK and -SLACK <= y <= height + SLACK):
        raise UnreadableSignature(field, "A point lies outside the pad.")
    if t is None or not 0 <= t <= MAX_MILLISECONDS:
        raise UnreadableSignature(field, "A time is in milliseconds, from 0 to ten minutes.")
    if pressure is None or not 0 <= pressure <= 1:
        raise UnreadableSignature(field, "Pressure is a number from 0 to 1.")
    return Point(round(x, 1), round(y, 1), round(t), round(pressure, 2))


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _length(stroke: tuple[Point, ...]) -> float:
    return sum(math.hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(stroke))
