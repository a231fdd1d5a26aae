"""What stands on every page of a clinical record: whose it is, which one, which page; and where it came from."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from reports.contents import ClinicalRecord
from reports.drawing import ink
from reports.drawing.ink import Paper, Style
from reports.drawing.letterhead import BETWEEN, draw_foot, draw_missing, foot_height
from reports.drawing.sheet import Sheet
from reports.drawing.text import height_of, lines_of
from reports.drawing.void import REASON, draw_void

NAME = "Dry needling: clinical record of one session"
TITLE = Style(ink.BOLD, 12.5, 16)
PRACTICE = Style(ink.BOLD, 9.5, 12, ink.ACCENT)
LABEL = Style(ink.NARROW, 7.25, 9, ink.INK_SOFT)
VALUE = Style(ink.BOLD, 9.5, 12)
VALUE_LONG = Style(ink.NARROW_BOLD, 8.5, 10.5)
SESSION = Style(ink.NARROW, 8.25, 11)
MARGIN, ABOVE, BELOW = 45.0, 34.0, 48.0
HEIGHT = 61.0
WIDTHS = (150.0, 84.0, 52.0, 171.0, 48.0)  # patient, born, record, session, page
NOTE = "Body drawing: muscle borders are schematic."


@dataclass(frozen=True)
class Frame:
    """Head and foot of one record. They grow with long names, the same on every page."""

    content: ClinicalRecord
    paper: Paper = field(default=ink.A4)

    @property
    def left(self) -> float:
        return MARGIN

    @property
    def right(self) -> float:
        return self.paper.width - MARGIN

    @property
    def measure(self) -> float:
        return self.right - self.left

    @property
    def top(self) -> float:
        return self.paper.height - ABOVE

    @property
    def room(self) -> float:
        """For the text of a page."""
        return self.top - self.head - BELOW - foot_height(self._foot, self.measure)

    @cached_property
    def head(self) -> float:
        return HEIGHT + self._more_name + self._void

    @property
    def _more_name(self) -> float:
        """What the identity takes beyond one line."""
        return max(height_of(value, style, width - 8) - style.leading for _, value, style, width in self._cells("", ""))

    @property
    def _void(self) -> float:
        return 4 + height_of(self._reason, REASON, self.measure) if self.content.void else 0.0

    @property
    def _reason(self) -> str:
        return f"VOID: {self.content.void}"

    @property
    def _foot(self) -> str:
        practice = self.content.practice
        origin = ", ".join(filter(None, (practice.name, practice.address, practice.phone)))
        return BETWEEN.join(
            filter(None, (self.content.document, origin, NOTE if self.content.points or self.content.referrals else ""))
        )

    def _cells(self, page: str, pages: str) -> list[tuple[str, str, Style, float]]:
        patient = self.content.patient
        texts = (
            ("Patient", patient.name),
            ("Born", patient.born),
            ("Record", patient.record_number),
            ("Session", self.content.session),
            ("Page", f"{page} of {pages}"),
        )
        return [
            (label, value, SESSION if label == "Session" else fitting(value, width - 8), width)
            for (label, value), width in zip(texts, WIDTHS, strict=True)
        ]

    def draw(self, sheet: Sheet, page: int, pages: int) -> None:
        """Content on page one, a repeated artifact afterwards."""
        if self.content.void:
            draw_void(sheet, self.paper)
        if page == 1:
            with sheet.tag("H1"):
                self._draw_title(sheet)
            with sheet.tag("P"):
                self._draw_identity(sheet, page, pages)
        else:
            with sheet.artifact("Pagination"):
                self._draw_title(sheet)
                self._draw_identity(sheet, page, pages)

    def _draw_title(self, sheet: Sheet) -> None:
        sheet.line_of_text(self.left, self.top - 11, NAME, TITLE)

    def _draw_identity(self, sheet: Sheet, page: int, pages: int) -> None:
        self._draw_practice(sheet)
        sheet.rule(self.left, self.top - 19, self.right, ink.INK, 1)
        x = self.left
        for label, value, style, width in self._cells(str(page), str(pages)):
            sheet.line_of_text(x, self.top - 30, label, LABEL)
            sheet.paragraph(x, self.top - 42 + style.drop, value, style, width - 8)
            x += width
        bottom = self.top - 49 - self._more_name
        sheet.rule(self.left, bottom, self.right, ink.INK, 0.6)
        if self.content.void:
            sheet.paragraph(self.left, bottom - 13 + REASON.drop, self._reason, REASON, self.measure)

    def _draw_practice(self, sheet: Sheet) -> None:
        """In two smaller lines when it is long; the foot says it in full."""
        name, room = self.content.practice.name, self.measure - 262
        if len(lines_of(name, PRACTICE, room)) == 1:
            sheet.line_of_text(self.right, self.top - 11, name, PRACTICE, "right")
            return
        style = replace(PRACTICE, font=ink.NARROW_BOLD, size=7.5, leading=8.5)
        lines = lines_of(name, style, room)[:2]
        sheet.lines_of_text(self.right - room, self.top + 0.5, lines, style, "right", room)

    def draw_foot(self, sheet: Sheet) -> None:
        draw_foot(sheet, self.left, self.right, 26, self._foot)
        draw_missing(sheet, self.left, 41 + foot_height(self._foot, self.measure))


def fitting(text: str, measure: float) -> Style:
    """The usual style, or a narrower one for what would need a second line."""
    return VALUE if len(lines_of(text, VALUE, measure)) == 1 else VALUE_LONG
