"""The shapes of one part on one body: its outline, its creases, its muscles cut to fit each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely.geometry import LineString, Point, Polygon, box
from shapely.ops import unary_union

from tools.bodychart.carrying import carrier, outlines
from tools.bodychart.curves import Points, largest, smooth_polygon, spline
from tools.bodychart.pictures import Part, Picture, drawing

ON_THE_MIDLINE = {"orbicularis_oris"}
FAR = 2000


@dataclass
class Muscle:
    key: str
    layer: str
    shape: Polygon
    ends: Points | None


def outline_of(part: Part, body: str) -> tuple[Polygon, list[Points]]:
    """The body of a part and its crease lines, in chart units."""
    stored = outlines(body)[part.name]

    def points(flat: list[float]) -> Points:
        return np.array(flat, float).reshape(-1, 2) / 10 + np.array(part.offset)

    skin = unary_union([Polygon(spline(points(ring), steps=4)).buffer(0) for ring in stored["rings"]])
    lines = _inside([points(line) for line in stored["creases"]], skin) if part.creases else []
    hidden = box(*part.hidden) if part.hidden else Polygon()
    return skin, [line for line in lines if not hidden.contains(Point(line.mean(0)))]


def _inside(lines: list[Points], skin: Polygon, margin: float = 2.5, shortest: float = 8) -> list[Points]:
    """Creases without the stretches that run along the outline."""
    edge = skin.boundary.buffer(margin)
    rests = [LineString(line).difference(edge) for line in lines if len(line) > 3]
    pieces = [piece for rest in rests for piece in getattr(rest, "geoms", [rest])]
    return [np.array(p.coords) for p in pieces if p.length > shortest and len(p.coords) > 3]


def marks_of(part: Part, body: str) -> list[tuple[str, bool, Points]]:
    """Landmark lines: name, closed, curve."""
    move = _mover(part, body)
    return [
        (m["name"], m["closed"], spline(move(m["points"]), closed=m["closed"])) for m in drawing(part.name)["marks"]
    ]


def muscles_of(part: Part, body: str) -> list[Muscle]:
    move = _mover(part, body)
    return [
        Muscle(m["muscle"], m["layer"], smooth_polygon(move(m["points"])), move(m["poles"]) if "poles" in m else None)
        for m in drawing(part.name)["muscles"]
    ]


def _mover(part: Part, body: str) -> Any:
    carry = carrier(part.name, body)
    return lambda points: carry(points) + np.array(part.offset)


def fitted(muscles: list[Muscle], skin: Polygon, picture: Picture) -> list[Muscle]:
    """Cut to the body, superficial ones also by those above them, with rounded corners; what is left too small is dropped."""
    gap, smallest = picture.gap, 8 * picture.zoom
    whole = skin.buffer(-gap)
    half = whole
    if picture.paired:
        whole = whole.intersection(box(0, -50, FAR, FAR))
        half = whole.intersection(box(gap * 0.8, -50, FAR, FAR))
    kept, above = [], Polygon()
    for muscle in reversed(muscles):
        room = whole if muscle.key in ON_THE_MIDLINE else half
        cut = muscle.shape.intersection(room)
        if muscle.layer != "deep":
            cut = _rounded(largest(cut.difference(above.buffer(gap))), room, gap)
            above = above.union(muscle.shape)
        shape = largest(cut) if cut else None
        if shape is not None and shape.area >= smallest:
            kept.append(Muscle(muscle.key, muscle.layer, shape, muscle.ends))
    return kept[::-1]


def _rounded(shape: Polygon | None, room: Polygon, gap: float) -> Polygon | None:
    if not shape:
        return None
    return largest(shape.buffer(-0.8 * gap).buffer(1.6 * gap).buffer(-0.8 * gap).intersection(room))
