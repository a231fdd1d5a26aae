"""What a plot consists of, whoever draws it: the page as SVG, the documents as PDF. Pure.

Coordinates grow to the right and downwards, in units of one CSS pixel at `width`. `kind` names how a shape looks: the page has a
rule for it, the PDF a pen. Lines differ by dash and dot and not by colour alone, and every number stands in text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Bar:
    """`kind`: band (the yardstick) or bar (a count)."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """`kind`: axis, line1 (full) or line2 (dashed). A gap is the end of one line and the begin of the next."""

    kind: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Dot:
    """`kind`: dot1 (filled, of line1) or dot2 (open, of line2)."""

    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Gap:
    """A dotted box where an answer is missing, with the words that say so, one a line."""

    x: float
    y: float
    width: float
    height: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """`kind`: val (a number, strong) or note. `anchor`: start, middle or end."""

    kind: str
    x: float
    y: float
    text: str
    anchor: str = "middle"


Shape = Bar | Line | Dot | Gap | Words


@dataclass(frozen=True)
class Plot:
    """`words` says what is shown, for who cannot see it; the numbers stand in a table beside."""

    width: float
    height: float
    words: str
    shapes: tuple[Shape, ...]

    def of(self, shape: type) -> list[Shape]:
        return [s for s in self.shapes if isinstance(s, shape)]


@dataclass(frozen=True)
class Scale:
    """Values to heights: `bottom` is where `least` lies."""

    least: float
    most: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        """Values beyond the limits are drawn at the limit; their number is in text anyway."""
        share = (value - self.least) / ((self.most - self.least) or 1)
        return round(self.bottom - min(1.0, max(0.0, share)) * (self.bottom - self.top), 1)


def columns(count: int, left: float, right: float) -> list[float]:
    """The middles of `count` columns of equal width."""
    step = (right - left) / max(count, 1)
    return [round(left + step * (i + 0.5), 1) for i in range(count)]


def unbroken(
    values: Sequence[float | None], xs: Sequence[float], scale: Scale
) -> list[tuple[tuple[float, float], ...]]:
    """The stretches of a line between its gaps: no answer is a gap, never zero."""
    stretches: list[tuple[tuple[float, float], ...]] = []
    current: list[tuple[float, float]] = []
    for value, x in zip(values, xs, strict=True):
        if value is None:
            stretches.append(tuple(current))
            current = []
        else:
            current.append((x, scale.y(value)))
    return [s for s in [*stretches, tuple(current)] if s]


def line(kind: str, values: Sequence[float | None], xs: Sequence[float], scale: Scale) -> list[Shape]:
    """A line of a kind (1 or 2) with its dots, broken where there is no answer."""
    stretches = unbroken(values, xs, scale)
    lines: list[Shape] = [Line(f"line{kind}", s) for s in stretches if len(s) > 1]
    return lines + [Dot(f"dot{kind}", x, y) for s in stretches for x, y in s]


def thinned(count: int, room: int) -> set[int]:
    """Which of the labels are written, so that they do not touch: always the first and the last."""
    if count <= room:
        return set(range(count))
    step = -(-(count - 1) // max(room - 1, 1))
    return {i for i in range(0, count - 1, step) if count - 1 - i >= step} | {0, count - 1}


def svg(plot: Plot) -> str:
    """The plot as SVG; every word is escaped."""
    inside = "".join(_drawn(shape) for shape in plot.shapes)
    return (
        f'<svg class="plot" viewBox="0 0 {_n(plot.width)} {_n(plot.height)}" role="img" '
        f'aria-label="{escape(plot.words)}">{inside}</svg>'
    )


def _drawn(shape: Shape) -> str:
    match shape:
        case Bar():
            return (
                f'<rect class="{shape.kind}" x="{_n(shape.x)}" y="{_n(shape.y)}" '
                f'width="{_n(shape.width)}" height="{_n(shape.height)}"/>'
            )
        case Line():
            return f'<polyline class="{shape.kind}" points="{_points(shape.points)}"/>'
        case Dot():
            return f'<circle class="{shape.kind}" cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="4.5"/>'
        case Gap():
            return _gap(shape)
        case Words():
            return _text(shape.kind, shape.x, shape.y, shape.text, shape.anchor)


def _gap(gap: Gap) -> str:
    box = (
        f'<rect class="gap" x="{_n(gap.x)}" y="{_n(gap.y)}" width="{_n(gap.width)}" height="{_n(gap.height)}" rx="3"/>'
    )
    top = gap.y + gap.height / 2 - 7 * (len(gap.words) - 1) + 4
    middle = gap.x + gap.width / 2
    return box + "".join(_text("note", middle, top + 14 * i, word, "middle") for i, word in enumerate(gap.words))


def _text(kind: str, x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    return f"{round(number, 1):g}"
