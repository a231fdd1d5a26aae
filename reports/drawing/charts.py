"""The body chart of a clinical record: small in the gutter beside the sentences, or across the page when crowded."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.contents import ClinicalRecord
from reports.drawing import chart
from reports.drawing.chart import Body, Frame
from reports.drawing.flow import Block
from reports.drawing.ink import FOOT
from reports.drawing.sheet import Sheet

GUTTER_FRAMES, GUTTER_DOTS = 3, 10  # more do not go beside the sentences, or are not legible there
CAPTION = 14.0
KEY = "Dotted: pain elsewhere"


def body_of(content: ClinicalRecord) -> Body:
    return Body.of(content.patient, content.points, content.referrals)


def is_crowded(content: ClinicalRecord) -> bool:
    views = [point.view for point in content.points]
    frames = body_of(content).frames(tight=True)
    return len(frames) > GUTTER_FRAMES or max((views.count(v) for v in views), default=0) > GUTTER_DOTS


@dataclass
class Charts(Block):
    """What both have in common: every frame with its title under it, one figure."""

    content: ClinicalRecord
    dot: float = 4.3

    def __post_init__(self) -> None:
        self.body = body_of(self.content)

    def _places(self, measure: float) -> Iterator[tuple[Frame, float, float, float]]:
        """(frame, scale, from the left, from the top)"""
        raise NotImplementedError

    def height(self, measure: float) -> float:
        key = FOOT.leading if self.body.areas else 0.0
        return key + max(down + frame.box[3] * scale + CAPTION for frame, scale, _, down in self._places(measure))

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        words = {site.number: f"{site.side} {site.structure}".strip().lower() for site in self.content.sites}
        with sheet.tag("Figure", alt=self.body.spoken(words, self.content.referrals)):
            for frame, scale, right, down in self._places(measure):
                bottom = top - down - frame.box[3] * scale
                chart.draw(sheet, self.body, frame, x + right, bottom, scale, self.dot)
                title, middle = chart.TITLES.get(frame.view.id, ""), x + right + frame.box[2] * scale / 2
                sheet.line_of_text(middle, bottom - 9, title, FOOT, "centre")
            if self.body.areas:
                sheet.line_of_text(x, top - self.height(measure) + 5, KEY, FOOT)


@dataclass
class Thumbnails(Charts):
    """One view under the other, dots numbered like the sentences."""

    def _places(self, measure: float) -> Iterator[tuple[Frame, float, float, float]]:
        down, frames = 0.0, self.body.frames(tight=True)
        tallest = 150 if len(frames) < GUTTER_FRAMES else 110
        for frame in frames:
            scale = round(min(measure / frame.box[2], tallest / frame.box[3]), 3)
            yield frame, scale, 0.0, down
            down += frame.box[3] * scale + CAPTION


@dataclass
class ChartRows(Charts):
    """Views side by side in rows over the whole width. A row is as tall as four or more of them allow."""

    dot: float = 5.2

    TALLEST, GAP = 200.0, 8.0

    def _places(self, measure: float) -> Iterator[tuple[Frame, float, float, float]]:
        frames = self.body.frames()
        tallest = self.TALLEST if len(frames) <= 6 else self.TALLEST * 0.7
        right = down = 0.0
        for frame in frames:
            scale = round(min(tallest / frame.box[3], measure / 3 / frame.box[2]), 3)
            width = frame.box[2] * scale
            if right and right + width > measure:
                right, down = 0.0, down + tallest + CAPTION
            yield frame, scale, right, down
            right += width + self.GAP
