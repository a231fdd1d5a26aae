"""Blocks that know their height, draw themselves, tag themselves and can be split between pages.

Measuring and drawing are separate, so pages are counted before the first one is drawn ("page 2 of 3").
"""

from dataclasses import dataclass, field, replace
from typing import Self, TypeAlias

from reports.drawing import ink
from reports.drawing.ink import Style
from reports.drawing.sheet import Align, Sheet
from reports.drawing.structure import Node
from reports.drawing.text import Line, Lines, Text, height_of, lines_of
from reports.drawing.words import Run

Halves: TypeAlias = "tuple[Block, Block] | None"


@dataclass
class Block:
    """Something of a known height for a given width. `before` is the space above, dropped at the top of a page;
    `keep` says that it stays with the block below."""

    before: float = field(default=0.0, kw_only=True)
    keep: bool = field(default=False, kw_only=True)

    def height(self, measure: float) -> float:
        raise NotImplementedError

    def least(self, measure: float) -> float:
        """What must fit at the foot of a page for the block to begin there."""
        return self.height(measure)

    def split(self, measure: float, room: float) -> Halves:
        """The part that fits and the rest, or None."""
        return None

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        raise NotImplementedError

    def drop(self) -> float:
        """From its top to its first baseline, so that a label beside it stands on the same line."""
        return ink.BODY.drop


@dataclass
class Continued(Block):
    """A block that can be split. `started` holds its structure element, once the first part is drawn."""

    started: list[Node] = field(default_factory=list, kw_only=True)

    def rest(self) -> Self:
        """What follows on the next page, still the same element."""
        return replace(self, before=0.0)


@dataclass
class Paragraph(Continued):
    text: Text
    style: Style = ink.BODY
    role: str = "P"
    align: Align = "left"
    broken: dict[float, tuple[Line, ...]] = field(default_factory=dict, init=False, repr=False)

    def lines(self, measure: float) -> tuple[Line, ...]:
        if measure not in self.broken:
            self.broken[measure] = lines_of(self.text, self.style, measure)
        return self.broken[measure]

    def height(self, measure: float) -> float:
        return len(self.lines(measure)) * self.style.leading

    def drop(self) -> float:
        return self.style.drop

    def least(self, measure: float) -> float:
        count = len(self.lines(measure))
        return (count if count < 4 else 2) * self.style.leading

    def split(self, measure: float, room: float) -> Halves:
        """Two lines at least on either page."""
        lines = self.lines(measure)
        fit = min(int((room + 0.01) // self.style.leading), len(lines) - 2)
        if fit < 2:
            return None
        return replace(self, text=Lines(lines[:fit])), replace(self.rest(), text=Lines(lines[fit:]))

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        if self.started:
            with sheet.marked(self.started[0]):
                sheet.lines_of_text(x, top, self.lines(measure), self.style, self.align, measure)
            return
        with sheet.tag(self.role):
            self.started.append(sheet.node)
            sheet.lines_of_text(x, top, self.lines(measure), self.style, self.align, measure)


def heading(text: str, level: int = 2, style: Style = ink.LABEL, before: float = 14.0) -> Paragraph:
    return Paragraph(text, style, f"H{level}", before=before, keep=True)


@dataclass
class Bullets(Continued):
    """A list. `marks` are printed in place of the bullets, in bold."""

    items: tuple[Text, ...]
    style: Style = ink.BODY
    indent: float = 12.0
    gap: float = 2.5
    marks: tuple[str, ...] = ()

    def height(self, measure: float) -> float:
        return sum(self._heights(measure)) + self.gap * (len(self.items) - 1)

    def least(self, measure: float) -> float:
        return sum(self._heights(measure)[:2]) + self.gap

    def _heights(self, measure: float) -> list[float]:
        return [height_of(item, self.style, measure - self.indent) for item in self.items]

    def split(self, measure: float, room: float) -> Halves:
        fit, left = 0, room
        for height in self._heights(measure):
            left -= height
            if left < -0.01:
                break
            left, fit = left - self.gap, fit + 1
        if not fit:
            return self._split_first(measure, room)
        if fit == len(self.items):
            return None
        return self._part(self.items[:fit], self.marks[:fit]), self.rest()._part(self.items[fit:], self.marks[fit:])

    def _split_first(self, measure: float, room: float) -> Halves:
        """An item that is taller than a page goes on without its mark."""
        lines = lines_of(self.items[0], self.style, measure - self.indent)
        fit = min(int(room // self.style.leading), len(lines) - 1)
        if fit < 1:
            return None
        items, marks = (Lines(lines[fit:]), *self.items[1:]), ("", *self._marks()[1:])
        return self._part((Lines(lines[:fit]),), self.marks[:1]), self.rest()._part(items, marks)

    def _part(self, items: tuple[Text, ...], marks: tuple[str, ...]) -> Self:
        return replace(self, items=items, marks=marks)

    def _marks(self) -> tuple[str, ...]:
        return self.marks or ("•",) * len(self.items)

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        if self.started:
            with sheet.inside(self.started[0]):
                self._draw_items(sheet, x, top, measure)
            return
        kind = "Decimal" if self.marks else "Disc"
        with sheet.group("L", attributes=f"/A<</O/List/ListNumbering/{kind}>>"):
            self.started.append(sheet.node)
            self._draw_items(sheet, x, top, measure)

    def _draw_items(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        style = replace(self.style, font=self.style.bold) if self.marks else self.style
        for mark, item, height in zip(self._marks(), self.items, self._heights(measure), strict=True):
            with sheet.group("LI"):
                if mark:
                    with sheet.tag("Lbl"):
                        sheet.paragraph(x, top, mark, style, self.indent)
                with sheet.tag("LBody"):
                    sheet.paragraph(x + self.indent, top, item, self.style, measure - self.indent)
            top -= height + self.gap


@dataclass
class Stack(Block):
    """Blocks one under the other, never split."""

    blocks: list[Block]

    def height(self, measure: float) -> float:
        return sum(b.height(measure) + (b.before if i else 0) for i, b in enumerate(self.blocks))

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        for index, block in enumerate(self.blocks):
            top -= block.before if index else 0
            block.draw(sheet, x, top, measure)
            top -= block.height(measure)


@dataclass
class Columns(Block):
    """Blocks side by side; shares are parts of the width, read from left to right."""

    blocks: list[Block]
    shares: tuple[float, ...]
    gap: float = 24.0

    def widths(self, measure: float) -> list[float]:
        free = measure - self.gap * (len(self.blocks) - 1)
        return [free * share / sum(self.shares) for share in self.shares]

    def height(self, measure: float) -> float:
        return max(b.height(w) for b, w in zip(self.blocks, self.widths(measure), strict=True))

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        for block, width in zip(self.blocks, self.widths(measure), strict=True):
            block.draw(sheet, x, top, width)
            x += width + self.gap


CONTINUED = ", continued"


@dataclass
class Aside(Block):
    """A label (and a small drawing) in the left gutter, a block beside it; the rest of a split block is labelled
    "continued"."""

    label: str
    block: Block
    gutter: float = 92.0
    drawing: Block | None = None
    section: str = ""  # what is continued, when it is not the label
    continued: str = ""

    STYLE = ink.LABEL
    GAP = 10.0

    def _gutter_height(self) -> float:
        label = height_of(self.label, self.STYLE, self.gutter - self.GAP) if self.label else 0.0
        return label + (4 + self.drawing.height(self.gutter - self.GAP) if self.drawing else 0.0)

    def height(self, measure: float) -> float:
        return max(self.block.height(measure - self.gutter), self._gutter_height())

    def least(self, measure: float) -> float:
        return max(self.block.least(measure - self.gutter), self._gutter_height())

    def split(self, measure: float, room: float) -> Halves:
        parts = self.block.split(measure - self.gutter, room) if room >= self._gutter_height() else None
        if not parts:
            return None
        section = self.label or self.section
        rest = replace(self, block=parts[1], label="", section=section, continued=f"{section}{CONTINUED}", before=0.0)
        rest.drawing = None
        return replace(self, block=parts[0]), rest

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        y, room, baseline = top, self.gutter - self.GAP, top - self.block.drop()
        if self.label:
            with sheet.tag("H2"):
                y = sheet.paragraph(x, baseline + self.STYLE.drop, self.label, self.STYLE, room)
        elif self.continued:
            with sheet.artifact("Pagination"):
                sheet.paragraph(x, baseline + ink.SMALL_SOFT.drop, self.continued, ink.SMALL_SOFT, room)
        if self.drawing:
            self.drawing.draw(sheet, x, y - 4, room)
        self.block.draw(sheet, x + self.gutter, top, measure - self.gutter)


def bold(text: str) -> tuple[Run, ...]:
    return (Run(text, True),)
