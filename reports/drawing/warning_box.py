"""The part that must be found again at night: heavy frame, the two actions in the largest words of the box."""

from dataclasses import dataclass

from reportlab.lib.colors import Color

from reports.contents import PatientSummary, Practice, Warning
from reports.drawing import ink
from reports.drawing.flow import Block, Bullets, Columns, Paragraph, Stack
from reports.drawing.ink import Style
from reports.drawing.sheet import Sheet
from reports.drawing.summary_type import Type
from reports.drawing.words import Run, tie


@dataclass
class WarningBox(Block):
    content: PatientSummary
    type_: Type

    PAD, BAR = 10.0, 6.0

    def __post_init__(self) -> None:
        self.title = Paragraph("Warning signs", self.type_.heading, "H2")
        urgent = self._side(self.content.urgent, ink.STOP)
        soon = self._side(self.content.soon, ink.INK, numbers(self.content.practice))
        self.columns = Columns([urgent, soon], (0.55, 0.45), gap=18)

    def _side(self, warning: Warning, colour: Color, call: tuple[Run, ...] = ()) -> Stack:
        body = self.type_.body
        blocks: list[Block] = [
            Paragraph(warning.action, Style(ink.BOLD, body.size * 1.35, body.size * 1.8, colour), "H3")
        ]
        if call:
            blocks.append(Paragraph(call, body))
        if warning.signs:
            blocks.append(Bullets(warning.signs, body, gap=1))
        if warning.note:
            blocks.append(Paragraph(warning.note, self.type_.soft, before=4))
        return Stack(blocks)

    def _inner(self, measure: float) -> float:
        return measure - 2 * self.PAD - self.BAR

    def height(self, measure: float) -> float:
        inner = self._inner(measure)
        return self.title.height(inner) + self.columns.height(inner) + 2 * self.PAD - 5

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        height, inner = self.height(measure), self._inner(measure)
        with sheet.artifact("Layout"):
            sheet.setFillColor(ink.STOP)
            sheet.setStrokeColor(ink.STOP)
            sheet.setLineWidth(1.3)
            sheet.rect(x, top - height, measure, height, stroke=1, fill=0)
            sheet.rect(x, top - height, self.BAR, height, stroke=0, fill=1)
        left, y = x + self.BAR + self.PAD, top - self.PAD + 4
        self.title.draw(sheet, left, y, inner)
        self.columns.draw(sheet, left, y - self.title.height(inner), inner)


def numbers(practice: Practice) -> tuple[Run, ...]:
    """The numbers to call, as far as the practice has them."""
    runs: list[Run] = []
    if practice.phone:
        runs.append(Run(tie(practice.phone), True))
    if practice.after_hours_phone:
        runs += [Run("\nAfter hours " if runs else "After hours "), Run(tie(practice.after_hours_phone), True)]
    return tuple(runs)
