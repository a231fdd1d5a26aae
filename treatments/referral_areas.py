"""Where a referral region lies on the body chart: schematic ellipses, like the muscle borders.

Pure. The table has the patient's right; the left is its mirror picture. Chart units of one view.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

PLACES = Path(__file__).parent / "data" / "referral_areas.csv"


@dataclass(frozen=True)
class Area:
    view: str
    x: float
    y: float
    rx: float
    ry: float

    def mirrored(self) -> "Area":
        return replace(self, x=-self.x, view=self.view.replace("_right", "_left"))


@cache
def places() -> dict[str, tuple[Area, ...]]:
    """Every referral region with its places on the patient's right, the plainest first."""
    found: dict[str, tuple[Area, ...]] = {}
    with PLACES.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            area = Area(row["view"], *(float(row[name]) for name in ("x", "y", "rx", "ry")))
            found[row["region"]] = (*found.get(row["region"], ()), area)
    return found


def sided(region: str, side: str) -> Iterator[Area]:
    """The places of a region on one side; `midline` means both."""
    for area in places().get(region, ()):
        if side != "left":
            yield area
        if side != "right":
            yield area.mirrored()


def on_views(views: Iterable[str]) -> list[dict[str, Any]]:
    """For the browser: {region, side, view, x, y, rx, ry} of everything that these views show."""
    shown = set(views)
    sides = ("right", "left")
    return [
        {"region": region, "side": side} | asdict(area)
        for region in places()
        for side in sides
        for area in sided(region, side)
        if area.view in shown
    ]
