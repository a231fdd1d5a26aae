"""A signature as it was drawn, stroke by stroke, in vectors: it can be enlarged and compared."""

from dataclasses import dataclass

from reports.contents import Drawn
from reports.drawing import ink
from reports.drawing.flow import Block
from reports.drawing.sheet import Sheet

TALLEST, WIDEST = 90.0, 270.0
THIN, THICK = 0.6, 1.5  # of a line without and with full pressure


@dataclass
class SignatureStrokes(Block):
    drawn: Drawn
    spoken: str

    def scale(self, measure: float) -> float:
        return min(TALLEST / self.drawn.height, min(measure, WIDEST) / self.drawn.width)

    def height(self, measure: float) -> float:
        return self.drawn.height * self.scale(measure)

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        scale = self.scale(measure)
        with sheet.artifact("Layout"):
            sheet.setStrokeColor(ink.HAIR)
            sheet.setLineWidth(0.5)
            sheet.rect(x, top - self.height(measure), self.drawn.width * scale, self.height(measure))
        with sheet.tag("Figure", alt=f"Drawn signature of {self.spoken}"):
            sheet.saveState()
            sheet.setStrokeColor(ink.INK)
            sheet.setLineCap(1)
            sheet.setLineJoin(1)
            for stroke in self.drawn.strokes:
                self._draw_stroke(sheet, stroke, x, top, scale)
            sheet.restoreState()

    def _draw_stroke(
        self, sheet: Sheet, stroke: tuple[tuple[float, float, float], ...], x: float, top: float, scale: float
    ) -> None:
        """One path a stroke, as thick as the hand pressed on the whole."""
        pressure = sum(point[2] for point in stroke) / len(stroke)
        sheet.setLineWidth(THIN + (THICK - THIN) * pressure)
        path = sheet.beginPath()
        path.moveTo(x + stroke[0][0] * scale, top - stroke[0][1] * scale)
        for right, down, _ in stroke[1:] or stroke:
            path.lineTo(x + right * scale, top - down * scale)
        sheet.drawPath(path, stroke=1, fill=0)
