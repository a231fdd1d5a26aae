"""The practice's head and the foot of a page, shared by what leaves the practice."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.contents import Practice
from reports.drawing import ink
from reports.drawing.ink import FOOT, NOTICE, Style
from reports.drawing.sheet import Sheet
from reports.drawing.text import Line, height_of, lines_of
from reports.drawing.words import tie

NAME = Style(ink.BOLD, 15, 18, ink.ACCENT)
NAME_LONG = Style(ink.NARROW_BOLD, 11.5, 14, ink.ACCENT)
CONTACT = Style(ink.NARROW, 8.5, 11.5, ink.INK_SOFT)
NAMED_CODES = 6
FOOT_RULE = 11.0  # above the baseline
BETWEEN = tie("   ·  ") + " "  # a line breaks after it, never before


@dataclass(frozen=True)
class Letterhead:
    """Name left, contact right, one rule. Grows when name or address need more than two lines."""

    practice: Practice
    measure: float

    def _name(self) -> tuple[tuple[Line, ...], Style]:
        room = self.measure * 0.55
        style = NAME if len(lines_of(self.practice.name, NAME, room)) == 1 else NAME_LONG
        return lines_of(self.practice.name, style, room), style

    def _contact(self) -> list[Line]:
        practice = self.practice
        room, reach = self.measure * 0.43, [tie(text) for text in (practice.phone, practice.email) if text]
        together = tie("   ·   ".join(reach))
        if len(lines_of(together, CONTACT, room)) == 1:
            reach = [together]
        return [line for text in (practice.address, *reach) if text for line in lines_of(text, CONTACT, room)]

    def height(self) -> float:
        lines, style = self._name()
        return max(30.0, 12 + len(lines) * style.leading, 7 + len(self._contact()) * CONTACT.leading)

    def draw(self, sheet: Sheet, x: float, top: float) -> None:
        lines, style = self._name()
        with sheet.tag("P"):
            sheet.lines_of_text(x, top - 17 + style.drop, lines, style)
        if contact := self._contact():
            with sheet.tag("P"):
                sheet.lines_of_text(x, top - 8.5 + CONTACT.drop, contact, CONTACT, "right", self.measure)
        with sheet.artifact("Layout"):
            sheet.rule(x, top - self.height(), x + self.measure, ink.ACCENT, 1.2)


def draw_foot(sheet: Sheet, left: float, right: float, y: float, text: str, page: str = "") -> None:
    """Running foot: what this paper is, and the page. Its last line stands at y, more lines grow upwards."""
    room = right - left - (60 if page else 0)
    lines = lines_of(text, FOOT, room)
    top = y + FOOT.drop + (len(lines) - 1) * FOOT.leading
    with sheet.artifact("Pagination"):
        sheet.rule(left, top - FOOT.drop + FOOT_RULE, right, ink.HAIR, 0.5)
        sheet.lines_of_text(left, top, lines, FOOT)
        if page:
            sheet.line_of_text(right, top - FOOT.drop, page, FOOT, "right")


def foot_height(text: str, measure: float) -> float:
    """What a foot takes more than one line."""
    return height_of(text, FOOT, measure) - FOOT.leading


def draw_missing(sheet: Sheet, x: float, y: float) -> None:
    """Says which characters of this page the faces lack; a paper never drops a letter silently."""
    if sheet.missing:
        with sheet.tag("P"):
            sheet.line_of_text(x, y, notice(sorted(sheet.missing)), NOTICE)


def notice(missing: Sequence[str]) -> str:
    codes = ", ".join(f"U+{ord(character):04X}" for character in missing[:NAMED_CODES])
    more = f" and {len(missing) - NAMED_CODES} more" if len(missing) > NAMED_CODES else ""
    return f"\ufffd stands for a character this paper cannot print ({codes}{more}). The record holds the full text."
