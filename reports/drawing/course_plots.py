"""Pictures of a course of care: pain over the visits, the other scores, and which muscle was needled when.

Drawn with the marks a black-and-white printer keeps apart: filled and hollow dots, full and broken lines, and the number
beside every dot as long as there is room for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reportlab.lib.colors import HexColor

from reports.contents import Band, MuscleRow, Visit
from reports.drawing import ink
from reports.drawing.flow import Block, Continued, Halves
from reports.drawing.ink import Style
from reports.drawing.sheet import Align, Sheet
from treatments.plots import Bar, Dot, Line, Plot, Words

BAND = HexColor("#dfe6e8")
SPOT = HexColor("#c4dbe2")
TICK = Style(ink.NARROW, 7.75, 10, ink.INK_SOFT)
TICK_BOLD = Style(ink.NARROW_BOLD, 8, 10)
KEY = Style(ink.BOLD, 8.5, 11, ink.ACCENT)
KEY_SOFT = Style(ink.REGULAR, 8.5, 11, ink.ACCENT)
HEAD = Style(ink.NARROW_BOLD, 8.25, 11)
CELL = Style(ink.NARROW, 8.75, 11)
NUMBERED, LABELLED = 12, 17  # visits: with a number at every dot, with a label at every column
MOST_COLUMNS = 16  # of one grid; more visits begin another
Place = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Where a pain value (0 to 10) and a visit stand on the page."""

    left: float
    right: float
    bottom: float
    top: float
    visits: int

    @property
    def step(self) -> float:
        return (self.right - self.left) / max(self.visits, 1)

    def y(self, value: float) -> float:
        return self.bottom + (self.top - self.bottom) * value / 10

    def x(self, index: int) -> float:
        return self.left + self.step * (index + 0.5)


@dataclass
class PainPlot(Block):
    """Pain before and right after each visit; a value nobody asked for leaves a gap, it is never a zero."""

    visits: tuple[Visit, ...]
    band: Band | None = None

    TALL, GUTTER, FOOT, KEYS = 176.0, 26.0, 30.0, 108.0

    def height(self, measure: float) -> float:
        return self.TALL

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        right, bottom = x + measure - self.KEYS, top - self.TALL + self.FOOT
        scale = Scale(x + self.GUTTER, right, bottom, top - 6, len(self.visits))
        before = [visit.before for visit in self.visits]
        after = [visit.after for visit in self.visits]
        with sheet.tag("Figure", alt=self._spoken()):
            self._draw_band(sheet, scale, before)
            self._draw_axes(sheet, scale)
            self._draw_series(sheet, scale, before, hollow=False)
            self._draw_series(sheet, scale, after, hollow=True)
            self._draw_keys(sheet, scale, before, after)

    def _draw_band(self, sheet: Sheet, scale: Scale, before: Sequence[int | None]) -> None:
        first = next((value for value in before if value is not None), None)
        if first is None or self.band is None or first < self.band.least:
            return
        upper, lower = scale.y(first - self.band.least), scale.y(max(first - self.band.most, 0))
        sheet.setFillColor(BAND)
        sheet.rect(scale.left, lower, scale.right - scale.left, upper - lower, stroke=0, fill=1)
        for y in (upper, lower):
            sheet.rule(scale.left, y, scale.right, ink.LINE, 0.5)
        middle = (upper + lower) / 2
        sheet.rule(scale.right, middle, scale.right + 7, ink.INK_SOFT, 0.5)
        for line, text in enumerate(("change that", "matters (MCID)")):
            sheet.line_of_text(scale.right + 10, middle + 2 - line * 9.5, text, TICK)

    def _draw_axes(self, sheet: Sheet, scale: Scale) -> None:
        for value in range(0, 11, 2):
            y, ground = scale.y(value), value == 0
            sheet.rule(scale.left, y, scale.right, ink.INK if ground else ink.HAIR, 0.8 if ground else 0.5)
            sheet.line_of_text(scale.left - 7, y - 2.8, str(value), TICK, "right")
        every = 1 + len(self.visits) // LABELLED
        for index, visit in list(enumerate(self.visits))[::every]:
            sheet.line_of_text(scale.x(index), scale.bottom - 12, visit.label, TICK_BOLD, "centre")
            sheet.line_of_text(scale.x(index), scale.bottom - 22, visit.date, TICK, "centre")

    def _draw_series(self, sheet: Sheet, scale: Scale, values: Sequence[int | None], *, hollow: bool) -> None:
        places = [(scale.x(i), scale.y(v)) if v is not None else None for i, v in enumerate(values)]
        self._draw_lines(sheet, places, hollow=hollow)
        radius = max(min(3.4, scale.step * 0.35), 1.2)
        for value, place in zip(values, places, strict=True):
            if place:
                self._draw_dot(sheet, place, value or 0, radius, hollow=hollow)

    def _draw_lines(self, sheet: Sheet, places: Sequence[Place | None], *, hollow: bool) -> None:
        sheet.setStrokeColor(ink.ACCENT)
        sheet.setLineWidth(1.1 if hollow else 1.8)
        sheet.setDash([3, 2.4] if hollow else [])
        for one, next_one in pairwise(places):
            if one and next_one:
                sheet.line(*one, *next_one)
        sheet.setDash([])

    def _draw_dot(self, sheet: Sheet, place: Place, value: int, radius: float, *, hollow: bool) -> None:
        sheet.setStrokeColor(ink.ACCENT)
        sheet.setFillColor(ink.WHITE if hollow else ink.ACCENT)
        sheet.setLineWidth(1.2)
        sheet.circle(*place, radius, stroke=1, fill=1)
        if len(self.visits) <= NUMBERED:
            above = not hollow or value == 0
            sheet.line_of_text(place[0], place[1] + (6.5 if above else -12), str(value), TICK_BOLD, "centre")

    def _draw_keys(self, sheet: Sheet, scale: Scale, before: Sequence[int | None], after: Sequence[int | None]) -> None:
        """Beside the last dots; one under the other where these lie too near, and clear of the band's words."""
        ends = [next((v for v in reversed(values) if v is not None), None) for values in (before, after)]
        floor = scale.top + 20
        for end, words, style in zip(ends, ("before treatment", "right after"), (KEY, KEY_SOFT), strict=True):
            if end is not None:
                y = min(scale.y(end) - 2.8, floor - 11)
                sheet.line_of_text(scale.right + 10, y, words, style)
                floor = y

    def _spoken(self) -> str:
        told = [f"visit {v.label}, {v.date}: before {_said(v.before)}, after {_said(v.after)}" for v in self.visits]
        return f"Line plot of pain from 0 to 10. {'; '.join(told)}."


def _said(value: int | None) -> str:
    return "not asked" if value is None else str(value)


@dataclass
class SeriesPlot(Block):
    """A score over time as the record's own page draws it, in ink: the shapes and their numbers come from there."""

    plot: Plot

    def _scale(self, measure: float) -> float:
        return measure / self.plot.width

    def height(self, measure: float) -> float:
        return self.plot.height * self._scale(measure)

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        scale = self._scale(measure)
        with sheet.tag("Figure", alt=self.plot.words):
            for shape in self.plot.shapes:
                match shape:
                    case Bar():
                        sheet.setFillColor(BAND)
                        low = top - (shape.y + shape.height) * scale
                        sheet.rect(
                            x + shape.x * scale, low, shape.width * scale, shape.height * scale, stroke=0, fill=1
                        )
                    case Line():
                        places = [(x + px * scale, top - py * scale) for px, py in shape.points]
                        _draw_line(sheet, shape.kind, places)
                    case Dot():
                        hollow = shape.kind == "dot2"
                        sheet.setStrokeColor(ink.ACCENT)
                        sheet.setFillColor(ink.WHITE if hollow else ink.ACCENT)
                        sheet.setLineWidth(1.1)
                        sheet.circle(x + shape.x * scale, top - shape.y * scale, 2.9, stroke=1, fill=1)
                    case Words():
                        style = TICK_BOLD if shape.kind == "val" else TICK
                        align: Align = {"start": "left", "end": "right"}.get(shape.anchor, "centre")  # type: ignore[assignment]
                        sheet.line_of_text(x + shape.x * scale, top - shape.y * scale, shape.text, style, align)


def _draw_line(sheet: Sheet, kind: str, places: Sequence[Place]) -> None:
    axis = kind == "axis"
    sheet.setStrokeColor(ink.HAIR if axis else ink.ACCENT)
    sheet.setLineWidth(0.5 if axis else 1.1 if kind == "line2" else 1.7)
    sheet.setDash([3, 2.4] if kind == "line2" else [])
    for one, next_one in pairwise(places):
        sheet.line(*one, *next_one)
    sheet.setDash([])


@dataclass
class MuscleGrid(Continued):
    """Rows of muscles, columns of visits: the dot's area grows with the passes, the number says it."""

    muscles: tuple[MuscleRow, ...]
    labels: tuple[str, ...]
    most: int  # passes in one muscle at one visit, over all grids: dots of two grids can be compared

    ROW, TOP, NAME, TOTAL = 21.0, 15.0, 150.0, 46.0

    def height(self, measure: float) -> float:
        return self.TOP + self.ROW * len(self.muscles)

    def least(self, measure: float) -> float:
        return self.TOP + self.ROW * min(len(self.muscles), 3)

    def split(self, measure: float, room: float) -> Halves:
        """No last row travels alone."""
        fit = min(int((room - self.TOP) // self.ROW), len(self.muscles) - 2)
        if fit < 2:
            return None
        return replace(self, muscles=self.muscles[:fit]), replace(self.rest(), muscles=self.muscles[fit:])

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        if self.started:
            with sheet.inside(self.started[0]):
                with sheet.artifact("Pagination"):
                    self._draw_head(sheet, x, top, measure, tagged=False)
                self._draw_rows(sheet, x, top, measure)
            return
        with sheet.group("Table", attributes="/A<</O/Table/Summary(Passes per muscle and visit)>>"):
            self.started.append(sheet.node)
            with sheet.group("TR"):
                self._draw_head(sheet, x, top, measure, tagged=True)
            with sheet.artifact("Layout"):
                sheet.rule(x, top - self.TOP, x + measure, ink.INK, 0.8)
            self._draw_rows(sheet, x, top, measure)

    def _step(self, measure: float) -> float:
        return (measure - self.NAME - self.TOTAL) / len(self.labels)

    def _draw_head(self, sheet: Sheet, x: float, top: float, measure: float, *, tagged: bool) -> None:
        step, y = self._step(measure), top - 10
        cells: list[tuple[float, str, Align]] = [(x, "Passes per visit", "left")]
        cells += [(x + self.NAME + (i + 0.5) * step, label, "centre") for i, label in enumerate(self.labels)]
        for place, text, align in [*cells, (x + measure, "Total", "right")]:
            if tagged:
                with sheet.tag("TH", attributes="/A<</O/Table/Scope/Column>>"):
                    sheet.line_of_text(place, y, text, HEAD, align)
            else:
                sheet.line_of_text(place, y, text, HEAD, align)
        if not tagged:
            sheet.rule(x, top - self.TOP, x + measure, ink.INK, 0.8)

    def _draw_rows(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        for index, muscle in enumerate(self.muscles):
            self._draw_row(sheet, x, top - self.TOP - index * self.ROW, measure, muscle)

    def _draw_row(self, sheet: Sheet, x: float, top: float, measure: float, muscle: MuscleRow) -> None:
        step, middle = self._step(measure), top - self.ROW / 2
        known = [passes for passes in muscle.passes if passes is not None]
        with sheet.group("TR"):
            with sheet.tag("TH", attributes="/A<</O/Table/Scope/Row>>"):
                lines = _in_two(muscle.name, self.NAME - 6)
                for number, line in enumerate(lines):
                    sheet.line_of_text(x, middle - 3 + (len(lines) - 1) * 4.5 - number * 9, line, CELL)
            for i, passes in enumerate(muscle.passes):
                with sheet.tag("TD"):
                    self._draw_passes(sheet, x + self.NAME + (i + 0.5) * step, middle, passes, step)
            with sheet.tag("TD"):
                sheet.line_of_text(x + measure, middle - 3, str(sum(known)) if known else "–", HEAD, "right")
        with sheet.artifact("Layout"):
            sheet.rule(x, top - self.ROW, x + measure, ink.HAIR, 0.5)

    def _draw_passes(self, sheet: Sheet, x: float, y: float, passes: int | None, step: float) -> None:
        if passes == 0:
            sheet.line_of_text(x, y - 3, "·", CELL, "centre")
            return
        if passes is not None:
            widest = min(9.2, step * 0.48)
            sheet.setFillColor(SPOT)
            sheet.circle(x, y, widest * max((passes / self.most) ** 0.5, 0.5), stroke=0, fill=1)
        sheet.line_of_text(x, y - 3, "–" if passes is None else str(passes), HEAD, "centre")


def _in_two(name: str, room: float) -> list[str]:
    """A long name in two lines; the rest of an endless one is left out here, it stands whole in the record."""
    from reports.drawing.text import lines_of

    lines = [" ".join(piece.text for piece in line.pieces) for line in lines_of(name, CELL, room)]
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1]} …"]


def grids(muscles: tuple[MuscleRow, ...], labels: tuple[str, ...]) -> list[MuscleGrid]:
    """One grid for up to sixteen visits, then another; a muscle that was not needled in these visits is left out."""
    most = max((p for m in muscles for p in m.passes if p), default=1)
    made = []
    for begin in range(0, len(labels), MOST_COLUMNS):
        span = slice(begin, begin + MOST_COLUMNS)
        rows = tuple(MuscleRow(m.name, m.passes[span]) for m in muscles if any(p != 0 for p in m.passes[span]))
        if rows:
            made.append(MuscleGrid(rows, labels[span], most))
    return made
