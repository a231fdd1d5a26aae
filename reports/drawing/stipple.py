"""Where pain was felt elsewhere: stippled areas, told apart from needled muscles without any colour.

The places are schematic, like the muscle borders: an ellipse for each referral region of the clinical content, on the
patient's right; the left is its mirror picture.
"""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from reports.contents import Referral
from reports.drawing import ink
from reports.drawing.sheet import Sheet

PLACES = Path(__file__).with_name("referral_areas.csv")
GRAIN, APART = 0.95, 3.0  # points on paper: the size of a grain, and from one to the next
EDGE = 0.55


@dataclass(frozen=True)
class Area:
    """An ellipse in chart units of one view."""

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


def areas_of(referrals: Iterable[Referral], shown: Collection[str]) -> tuple[Area, ...]:
    """The places of the referrals on the views that are shown anyway; one that none of them has brings its own."""
    areas: dict[Area, None] = {}
    for referral in referrals:
        options = list(_sided(referral))
        on_shown = [area for area in options if area.view in shown]
        areas |= dict.fromkeys(on_shown or [area for area in options if area.view == options[0].view])
    return tuple(areas)


def _sided(referral: Referral) -> Iterator[Area]:
    for area in places().get(referral.region, ()):
        if referral.side != "left":
            yield area
        if referral.side != "right":
            yield area.mirrored()


def draw(sheet: Sheet, areas: Iterable[Area], scale: float) -> None:
    """Grains in rows, drawn as dashed lines with round caps. Chart units; the body's outline already clips."""
    for area in areas:
        sheet.saveState()
        edge = sheet.beginPath()
        edge.ellipse(area.x - area.rx, area.y - area.ry, 2 * area.rx, 2 * area.ry)
        sheet.clipPath(edge, stroke=0)
        sheet.setStrokeColor(ink.INK)
        sheet.setLineCap(1)
        sheet.setLineWidth(GRAIN / scale)
        _draw_grains(sheet, area, APART / scale)
        sheet.restoreState()
        sheet.setStrokeColor(ink.INK)
        sheet.setLineWidth(EDGE / scale)
        sheet.setDash([1.6 / scale, 1.6 / scale])
        sheet.ellipse(area.x - area.rx, area.y - area.ry, area.x + area.rx, area.y + area.ry)
        sheet.setDash([])


def _draw_grains(sheet: Sheet, area: Area, gap: float) -> None:
    sheet.setDash([0, gap])
    row, y = 0, area.y - area.ry
    while y < area.y + area.ry:
        begin = area.x - area.rx - (gap / 2 if row % 2 else 0)
        sheet.line(begin, y, area.x + area.rx, y)
        row, y = row + 1, y + gap * 0.75
