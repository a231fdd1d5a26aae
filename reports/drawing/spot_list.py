"""Where the needles were: the body with its dots, and the dots again as words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reports.contents import PatientSummary, Spot
from reports.drawing import chart, ink
from reports.drawing.chart import Body, Frame
from reports.drawing.dots import badge
from reports.drawing.flow import Block, Columns, Paragraph, Stack
from reports.drawing.ink import Style
from reports.drawing.sheet import Sheet
from reports.drawing.summary_type import Type
from reports.drawing.words import Run

CAPTION = Style(ink.REGULAR, 9, 11, ink.INK_SOFT)
KEY = "Dotted: where you felt it elsewhere"
SIDE_BY_SIDE = 8.0
MANY_SPOTS = 6  # beyond these the list gives the plain words only
BADGES = 3  # in a row


@dataclass
class Drawing(Block):
    """The needed views of the body side by side, as large as the width and `tallest` allow."""

    content: PatientSummary
    tallest: float

    def __post_init__(self) -> None:
        self.body = Body.of(self.content.patient, self.content.points, self.content.referrals)
        self.frames = self.body.frames() if self.tallest else []

    def _high(self, measure: float) -> float:
        """All views are equally tall, whatever their own units."""
        shape = sum(frame.box[2] / frame.box[3] for frame in self.frames)
        return min(self.tallest, (measure - SIDE_BY_SIDE * (len(self.frames) - 1)) / shape)

    def _scaled(self, measure: float) -> Iterator[tuple[Frame, float]]:
        high = self._high(measure)
        for frame in self.frames:
            yield frame, int(high / frame.box[3] * 1000) / 1000

    def width(self, measure: float) -> float:
        """What it takes of the width it may have; nothing without a dot."""
        if not self.frames:
            return 0.0
        wide = sum(frame.box[2] * scale for frame, scale in self._scaled(measure))
        return wide + SIDE_BY_SIDE * (len(self.frames) - 1) + 0.01

    def height(self, measure: float) -> float:
        if not self.frames:
            return 0.0
        key = CAPTION.leading if self.body.areas else 0
        return max(frame.box[3] * scale for frame, scale in self._scaled(measure)) + 15 + key

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        words = {number: spot.where for spot in self.content.spots for number in spot.numbers}
        if not self.frames:
            return
        with sheet.tag("Figure", alt=self.body.spoken(words, self.content.referrals)):
            if self.body.areas:
                sheet.line_of_text(x, top - self.height(measure) + 3, KEY, CAPTION)
            for frame, scale in self._scaled(measure):
                self._draw_frame(sheet, frame, x, top, scale)
                x += frame.box[2] * scale + SIDE_BY_SIDE

    def _draw_frame(self, sheet: Sheet, frame: Frame, x: float, top: float, scale: float) -> None:
        bottom = top - frame.box[3] * scale
        chart.draw(sheet, self.body, frame, x, bottom, scale)
        title = chart.TITLES.get(frame.view.id, "")
        sheet.line_of_text(x + frame.box[2] * scale / 2, bottom - 12, title, CAPTION, "centre")


@dataclass
class SpotList(Block):
    """The dots again as words; badges are the same as on the drawing."""

    spots: Sequence[Spot]
    type_: Type
    plain: bool = False  # without the anatomical names
    radius: float = 7.2

    GAP = 5.0

    def _indent(self) -> float:
        most = max(len(spot.numbers) for spot in self.spots)
        return min(most, BADGES) * self._step() + 6

    def _step(self) -> float:
        return 2 * self.radius + 2

    def _rows(self, measure: float) -> Iterator[tuple[Spot, Stack, float]]:
        face = replace(self.type_.body, font=ink.REGULAR if self.plain else ink.BOLD)
        for spot in self.spots:
            said = Stack([Paragraph(spot.where, face)])
            if spot.anatomical and not self.plain:
                said.blocks.append(Paragraph(spot.anatomical, self.type_.soft))
            badges = (len(spot.numbers) - 1) // BADGES * self._step()  # rows beyond the first
            yield spot, said, max(said.height(measure - self._indent()), badges + self.type_.body.leading) + self.GAP

    def height(self, measure: float) -> float:
        return sum(height for *_, height in self._rows(measure)) - self.GAP

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        indent = self._indent()
        with sheet.group("L", attributes="/A<</O/List/ListNumbering/Decimal>>"):
            for spot, said, height in self._rows(measure):
                with sheet.group("LI"):
                    with sheet.tag("Lbl"):
                        self._draw_badges(sheet, spot, x, top - self.type_.body.leading / 2 - 0.3)
                    with sheet.group("LBody"):
                        said.draw(sheet, x + indent, top, measure - indent)
                top -= height

    def _draw_badges(self, sheet: Sheet, spot: Spot, x: float, y: float) -> None:
        for index, number in enumerate(spot.numbers):
            row, column = divmod(index, BADGES)
            badge(sheet, x + self.radius + column * self._step(), y - row * self._step(), str(number), self.radius)


def spot_columns(spots: Sequence[Spot], type_: Type, count: int) -> Block:
    """A long list side by side, read down the columns."""
    each = -(-len(spots) // count)
    parts = [spots[i : i + each] for i in range(0, len(spots), each)]
    return Columns([SpotList(part, type_, plain=True) for part in parts], (1.0,) * len(parts), gap=14)


def spot_sentence(spots: Sequence[Spot], style: Style) -> Paragraph:
    """The last resort of a page that must be one: the list as running text."""
    runs: list[Run] = []
    for index, spot in enumerate(spots):
        end = "." if index == len(spots) - 1 else "; "
        runs += [Run(", ".join(map(str, spot.numbers)), True), Run(f" {spot.where}{end}")]
    return Paragraph(tuple(runs), style)
