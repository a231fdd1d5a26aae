"""A void record stays readable, but no page of it can be taken for a valid one."""

from reports.drawing import ink
from reports.drawing.ink import Paper, Style
from reports.drawing.sheet import Sheet

REASON = Style(ink.BOLD, 9.5, 12, ink.STOP)
SIZE, ANGLE = 210, 52


def draw_void(sheet: Sheet, paper: Paper) -> None:
    """The word across the page, in outline so that nothing under it is lost."""
    with sheet.artifact("Background"):
        sheet.saveState()
        sheet.translate(paper.width / 2, paper.height / 2)
        sheet.rotate(ANGLE)
        sheet.setStrokeColor(ink.LINE)
        sheet.setLineWidth(1)
        sheet.setFont(ink.BOLD, SIZE)
        sheet.drawCentredString(0, -75, "VOID", mode=1)
        sheet.restoreState()
