"""Three days as a bar: what is usual, and where this patient's own soreness ended before."""

from dataclasses import dataclass, replace

from reportlab.lib.colors import HexColor

from reports.contents import Soreness
from reports.drawing import ink
from reports.drawing.faces import width
from reports.drawing.flow import Block
from reports.drawing.sheet import Sheet
from reports.drawing.summary_type import Type

SHADES = (HexColor("#ffffff"), HexColor("#e6ecee"), HexColor("#c3ced2"), ink.INK)
DAYS = (("Day 1", "normal"), ("Day 2", "easing off"), ("Day 3", "nearly gone"), ("Still sore?", "Call us"))
SPOKEN = "Day 1: soreness is normal. Day 2: easing off. Day 3: nearly gone. Still sore after three days: call us."
LONGEST = 90  # hours; what lasted longer ends there


@dataclass
class SorenessScale(Block):
    soreness: Soreness | None
    type_: Type

    BAR = 17.0

    def height(self, measure: float) -> float:
        return (self._above() if self.soreness else 0) + self.BAR + self.type_.soft.leading + 4

    def _above(self) -> float:
        return self.type_.soft.leading + 13

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        with sheet.tag("Figure", alt=self._spoken()):
            if self.soreness:
                self._draw_own(sheet, self.soreness, x, top, measure)
                top -= self._above()
            self._draw_days(sheet, x, top, measure / len(DAYS))

    def _draw_days(self, sheet: Sheet, x: float, top: float, day: float) -> None:
        for index, (name, word) in enumerate(DAYS):
            left, last = x + index * day, index == len(DAYS) - 1
            sheet.setFillColor(SHADES[index])
            sheet.setStrokeColor(ink.INK)
            sheet.setLineWidth(0.6)
            sheet.rect(left, top - self.BAR, day, self.BAR, stroke=1, fill=1)
            label = replace(self.type_.soft, font=ink.BOLD, colour=ink.WHITE if last else ink.INK)
            under = replace(self.type_.soft, font=ink.BOLD if last else ink.REGULAR, colour=ink.INK)
            sheet.line_of_text(left + day / 2, top - self.BAR + 5.2, name, label, "centre")
            sheet.line_of_text(left + day / 2, top - self.BAR - under.leading + 1, word, under, "centre")

    def _draw_own(self, sheet: Sheet, own: Soreness, x: float, top: float, measure: float) -> None:
        hours = (own.low_hours, own.median_hours, own.high_hours)
        low, middle, high = (x + max(0, min(hour, LONGEST)) / 24 * measure / len(DAYS) for hour in hours)
        y = top - self.type_.soft.leading - 6
        sheet.setStrokeColor(ink.ACCENT)
        sheet.setLineWidth(2.2)
        sheet.setLineCap(1)
        sheet.line(low, y, high, y)
        sheet.setLineCap(0)
        sheet.setFillColor(ink.ACCENT)
        sheet.setStrokeColor(ink.WHITE)
        sheet.setLineWidth(1)
        sheet.circle(middle, y, 4.2, fill=1, stroke=1)
        text = f"Yours ended after about {own.median_hours} hours"
        style = replace(self.type_.soft, font=ink.BOLD, colour=ink.ACCENT)
        rightmost = x + measure - width(text, style.font, style.size)
        sheet.line_of_text(max(x, min(low - 20, rightmost)), y + 8, text, style)

    def _spoken(self) -> str:
        own = self.soreness
        if own is None:
            return SPOKEN
        ended = f"Your own soreness ended after about {own.median_hours} hours"
        return f"{SPOKEN} {ended}, between {own.low_hours} and {own.high_hours}."
