"""Facts and tables: plain cells, horizontal rules only, the head repeated on every page a table reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reports.drawing import ink
from reports.drawing.flow import Continued, Halves
from reports.drawing.ink import Style
from reports.drawing.sheet import Align, Sheet
from reports.drawing.text import Line, Lines, Text, height_of, lines_of

Row = tuple[Text, ...]


def cut_row(row: Sequence[Text], style: Style, widths: Sequence[float], room: float) -> tuple[Row, Row] | None:
    """A row too tall for a page in two: as many lines of every cell as there is room for, and the rest."""
    fit = int(room // style.leading)
    cells = [lines_of(text, style, width) for text, width in zip(row, widths, strict=True)]
    if fit < 1 or max(map(len, cells)) <= fit:
        return None
    return tuple(Lines(c[:fit] or _NOTHING) for c in cells), tuple(Lines(c[fit:] or _NOTHING) for c in cells)


_NOTHING = (Line((), 0.0),)


@dataclass
class Facts(Continued):
    """Labels and values in columns: an identification or session block."""

    pairs: tuple[tuple[Text, Text], ...]
    columns: int = 2
    label_width: float = 84.0
    row_gap: float = 2.0

    LABEL, VALUE = ink.SMALL_SOFT, ink.SMALL
    GAP = 18.0

    def drop(self) -> float:
        return self.VALUE.drop

    def _column(self, measure: float) -> float:
        return (measure - self.GAP * (self.columns - 1)) / self.columns

    def _rows(self, measure: float) -> Iterator[tuple[tuple[tuple[Text, Text], ...], float]]:
        """Rows read across: (pairs of the row, height)."""
        room = self._column(measure) - self.label_width
        for i in range(0, len(self.pairs), self.columns):
            row = self.pairs[i : i + self.columns]
            labels = max(height_of(name, self.LABEL, self.label_width - 4) for name, _ in row)
            yield row, max(labels, *(height_of(value, self.VALUE, room) for _, value in row))

    def height(self, measure: float) -> float:
        rows = [height for _, height in self._rows(measure)]
        return sum(rows) + self.row_gap * (len(rows) - 1)

    def least(self, measure: float) -> float:
        return sum(height for _, height in list(self._rows(measure))[:2]) + self.row_gap

    def split(self, measure: float, room: float) -> Halves:
        fit, left = 0, room
        for _, height in self._rows(measure):
            left -= height
            if left < -0.01:
                break
            left, fit = left - self.row_gap, fit + self.columns
        if not fit:
            return self._split_first(measure, room)
        if fit >= len(self.pairs):
            return None
        return replace(self, pairs=self.pairs[:fit]), replace(self.rest(), pairs=self.pairs[fit:])

    def _split_first(self, measure: float, room: float) -> Halves:
        row = self.pairs[: self.columns]
        width = self._column(measure) - self.label_width
        halves = cut_row([value for _, value in row], self.VALUE, [width] * len(row), room)
        if halves is None:
            return None
        begun = tuple((name, value) for (name, _), value in zip(row, halves[0], strict=True))
        left = tuple(("", value) for value in halves[1])
        return replace(self, pairs=begun), replace(self.rest(), pairs=left + self.pairs[self.columns :])

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        if self.started:
            with sheet.inside(self.started[0]):
                self._draw_rows(sheet, x, top, measure)
            return
        with sheet.group("L", attributes="/A<</O/List/ListNumbering/None>>"):
            self.started.append(sheet.node)
            self._draw_rows(sheet, x, top, measure)

    def _draw_rows(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        column = self._column(measure)
        for row, height in self._rows(measure):
            for index, (name, value) in enumerate(row):
                left = x + index * (column + self.GAP)
                with sheet.group("LI"):
                    if name:
                        with sheet.tag("Lbl"):
                            sheet.paragraph(left, top, name, self.LABEL, self.label_width - 4)
                    with sheet.tag("LBody"):
                        sheet.paragraph(left + self.label_width, top, value, self.VALUE, column - self.label_width)
            top -= height + self.row_gap


@dataclass(frozen=True)
class Column:
    title: str
    share: float
    align: Align = "left"


@dataclass
class Table(Continued):
    """`summary` is plain ASCII and tells a screen reader what the rows are."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    summary: str
    gap: float = 6.0

    STYLE, HEAD = ink.CELL, ink.CELL_HEAD
    PADDING = 2.6

    def _gaps(self) -> list[float]:
        """Space before each column: wider where a right-aligned one meets a left-aligned one."""
        meets = [(last.align, this.align) == ("right", "left") for last, this in pairwise(self.columns)]
        return [0.0, *(self.gap * (2.1 if wide else 1) for wide in meets)]

    def widths(self, measure: float) -> list[float]:
        free = measure - sum(self._gaps())
        shares = sum(column.share for column in self.columns)
        return [free * column.share / shares for column in self.columns]

    def _row_height(self, cells: Row, widths: list[float], style: Style) -> float:
        tallest = max(len(lines_of(cell, style, width)) for cell, width in zip(cells, widths, strict=True))
        return tallest * style.leading + 2 * self.PADDING

    def _heights(self, measure: float) -> list[float]:
        widths = self.widths(measure)
        return [self._row_height(row, widths, self.STYLE) for row in self.rows]

    def _head_height(self, measure: float) -> float:
        return self._row_height(tuple(column.title for column in self.columns), self.widths(measure), self.HEAD)

    def height(self, measure: float) -> float:
        return self._head_height(measure) + sum(self._heights(measure))

    def least(self, measure: float) -> float:
        """Two rows; a table of three stays whole."""
        return self._head_height(measure) + sum(self._heights(measure)[: 3 if len(self.rows) == 3 else 2])

    def split(self, measure: float, room: float) -> Halves:
        """No last row travels alone."""
        room -= self._head_height(measure)
        fit, left = 0, room
        for height in self._heights(measure):
            left -= height
            if left < 0:
                break
            fit += 1
        if not fit:
            return self._split_first(measure, room)
        if fit == len(self.rows):
            return None
        if fit == len(self.rows) - 1 and fit > 2:
            fit -= 1
        return replace(self, rows=self.rows[:fit]), replace(self.rest(), rows=self.rows[fit:])

    def _split_first(self, measure: float, room: float) -> Halves:
        halves = cut_row(self.rows[0], self.STYLE, self.widths(measure), room - 2 * self.PADDING)
        if halves is None:
            return None
        return replace(self, rows=(halves[0],)), replace(self.rest(), rows=(halves[1], *self.rows[1:]))

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        if self.started:
            with sheet.inside(self.started[0]):
                with sheet.artifact("Pagination"):
                    top = self._draw_head(sheet, x, top, measure, tagged=False)
                    sheet.rule(x, top, x + measure, ink.INK, 0.8)
                self._draw_rows(sheet, x, top, measure)
            return
        with sheet.group("Table", attributes=f"/A<</O/Table/Summary({self.summary})>>"):
            self.started.append(sheet.node)
            with sheet.group("TR"):
                top = self._draw_head(sheet, x, top, measure, tagged=True)
            with sheet.artifact("Layout"):
                sheet.rule(x, top, x + measure, ink.INK, 0.8)
            self._draw_rows(sheet, x, top, measure)

    def _draw_head(self, sheet: Sheet, x: float, top: float, measure: float, *, tagged: bool) -> float:
        """Heads of one or more lines stand on the rule; answers the bottom."""
        bottom = top - self._head_height(measure)
        for column, left, width in self._places(x, measure):
            lines = lines_of(column.title, self.HEAD, width)
            y = bottom + self.PADDING + len(lines) * self.HEAD.leading
            if tagged:
                with sheet.tag("TH", attributes="/A<</O/Table/Scope/Column>>"):
                    sheet.lines_of_text(left, y, lines, self.HEAD, column.align, width)
            else:
                sheet.lines_of_text(left, y, lines, self.HEAD, column.align, width)
        return bottom

    def _draw_rows(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        places = list(self._places(x, measure))
        for row, height in zip(self.rows, self._heights(measure), strict=True):
            with sheet.group("TR"):
                for (column, left, width), cell in zip(places, row, strict=True):
                    with sheet.tag("TD"):
                        sheet.paragraph(left, top - self.PADDING, cell, self.STYLE, width, column.align)
            top -= height
            with sheet.artifact("Layout"):
                sheet.rule(x, top, x + measure, ink.HAIR, 0.5)

    def _places(self, x: float, measure: float) -> Iterator[tuple[Column, float, float]]:
        for column, gap, width in zip(self.columns, self._gaps(), self.widths(measure), strict=True):
            x += gap
            yield column, x, width
            x += width
