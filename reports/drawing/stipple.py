"""Where pain was felt elsewhere: stippled areas, told apart from needled muscles without any colour.

The places are treatments/referral_areas.py's: schematic, an ellipse for each referral region of the clinical content.
"""

from collections.abc import Collection, Iterable

from reports.contents import Referral
from reports.drawing import ink
from reports.drawing.sheet import Sheet
from treatments.referral_areas import Area, sided

GRAIN, APART = 0.95, 3.0  # points on paper: the size of a grain, and from one to the next
EDGE = 0.55


def areas_of(referrals: Iterable[Referral], shown: Collection[str]) -> tuple[Area, ...]:
    """The places of the referrals on the views that are shown anyway; one that none of them has brings its own."""
    areas: dict[Area, None] = {}
    for referral in referrals:
        options = list(sided(referral.region, referral.side))
        on_shown = [area for area in options if area.view in shown]
        areas |= dict.fromkeys(on_shown or [area for area in options if area.view == options[0].view])
    return tuple(areas)


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
