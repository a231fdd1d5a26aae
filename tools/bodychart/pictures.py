"""The pictures of the chart, and the drawings they are made of.

Coordinates: x to the viewer's right, y down; a standing body is 960 units high (crown at 20, soles at 980), x = 0 its
midline, in side views the middle of its depth. `zoom` enlarges the others. Sides are the patient's: at x > 0 lies the left in
`anterior`, the right in `posterior`. The head's own picture is the lateral one three times enlarged, moved by (10, -45).
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DRAWINGS = Path(__file__).parent / "drawings"
OPPOSITE = {"left": "right", "right": "left", "midline": "midline"}
# of the head's own picture: too small to be drawn on a whole body
ONLY_ENLARGED = {"nasalis", "levator_labii_superioris", "depressor_anguli_oris", "mentalis", "omohyoid", "longus_colli",
                 "splenius_cervicis", "ear_fold", "nostril"}  # fmt: skip
Letters = tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Part:
    """One outline with its drawing, moved by `offset` inside the picture."""

    name: str
    offset: tuple[float, float] = (0, 0)
    creases: bool = False
    hidden: tuple[float, float, float, float] | None = None  # creases centred in this box are left out


@dataclass(frozen=True)
class Picture:
    """`side`: the patient's side drawn at x > 0 in a paired picture, else the side that it shows."""

    id: str
    title: str
    box: tuple[int, int, int, int]
    side: str
    parts: tuple[Part, ...]
    paired: bool = False
    twin: str = ""  # the same picture of the other side
    zoom: int = 1
    letters: Letters = field(default=())

    @property
    def gap(self) -> float:
        """Between neighbouring muscles."""
        return 0.9 if self.zoom == 1 else 1.6


def _sides(x: float, y: float, side: str) -> Letters:
    return (side[0].upper(), x, y), (OPPOSITE[side][0].upper(), -x, y)


WHOLE = (-285, 8, 570, 984)
HANDS = (-420, 0, 840, 515)
PICTURES = (
    Picture("anterior", "Anterior", WHOLE, "left", (Part("anterior", creases=True, hidden=(0, 122, 40, 160)),), paired=True,
            letters=_sides(210, 60, "left")),
    Picture("posterior", "Posterior", WHOLE, "right", (Part("posterior", creases=True),), paired=True,
            letters=_sides(210, 60, "right")),
    Picture("lateral_left", "Left side", (-90, 8, 410, 984), "left", (Part("lateral_trunk"), Part("lateral_arm", (60, 0))),
            twin="lateral_right", letters=(("L", 260, 60), ("A", -70, 60), ("P", 140, 60))),
    Picture("head_neck_lateral_left", "Head and neck, left side", (-125, 0, 500, 615), "left", (Part("head"),), zoom=3,
            twin="head_neck_lateral_right", letters=(("L", 340, 40), ("A", -105, 300), ("P", 340, 300))),
    Picture("leg_medial_left", "Left leg, medial side", (-130, 470, 210, 522), "left", (Part("leg_medial"),),
            twin="leg_medial_right", letters=(("L", 60, 490), ("A", 50, 700), ("P", -118, 650))),
    Picture("hand_palmar", "Hands, palmar side", HANDS, "left", (Part("hand_palmar", (75, 0)),), paired=True, zoom=4,
            letters=_sides(330, 60, "left")),
    Picture("hand_dorsal", "Hands, dorsal side", HANDS, "right", (Part("hand_dorsal", (75, 0)),), paired=True, zoom=4,
            letters=_sides(330, 60, "right")),
    Picture("foot_plantar", "Feet, sole", (-220, 10, 440, 470), "left", (Part("foot_plantar"),), paired=True, zoom=3,
            letters=_sides(195, 440, "left")),
    Picture("foot_dorsal", "Feet, back of the foot", (-220, 0, 440, 470), "left", (Part("foot_dorsal"),), paired=True, zoom=3,
            letters=_sides(195, 60, "left")),
)  # fmt: skip


@cache
def drawing(part: str) -> dict[str, list[dict[str, Any]]]:
    """The control points of a part: `muscles` (later ones lie on top) and `marks`. The lateral trunk begins with the head."""
    own: dict[str, list[dict[str, Any]]] = json.loads((DRAWINGS / f"{part}.json").read_text())
    if part != "lateral_trunk":
        return own
    head = drawing("head")
    muscles = [_on_the_body(m) for m in head["muscles"] if m["muscle"] not in ONLY_ENLARGED]
    marks = [_on_the_body(m) | {"name": f"head_{m['name']}"} for m in head["marks"] if m["name"] not in ONLY_ENLARGED]
    return {"muscles": muscles + own["muscles"], "marks": marks + own["marks"]}


def _on_the_body(entry: dict[str, Any]) -> dict[str, Any]:
    """From the enlarged head to the whole body seen from the side."""
    places = {key: [((x - 10) / 3, (y + 45) / 3) for x, y in entry[key]] for key in ("points", "poles") if key in entry}
    return entry | places
