"""What the practice's figures are made of: a table with its denominator and what was left out. Pure.

A group of fewer than five is named as such and no mean is built from it: it says nothing about the practice and may say something
about one patient.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO

from treatments.adverse import Rate, rate

FEW = 5
Cell = str | int | float | None


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    few: bool = False  # its denominator is under FEW


@dataclass(frozen=True)
class Figure:
    """`counted` is the denominator in words, `left_out` what was not counted and why."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    counted: str
    left_out: str
    source: str = ""

    @property
    def few(self) -> bool:
        return any(row.few for row in self.rows)


def shares(names: Sequence[tuple[str, int]], total: int) -> tuple[Row, ...]:
    """Each count with its share of the total in whole percent."""
    return tuple(Row(name, (count, percent(count, total)), total < FEW) for name, count in names)


def percent(count: int, total: int) -> str:
    """`34 %`; an en dash for a share of nothing or of so few that a share misleads."""
    return "–" if total < FEW else f"{round(100 * count / total)} %"


def interval(count: int, total: int) -> str:
    """`28 to 41 %`: Wilson's 95 % interval of a share."""
    found = rate(count, total)
    if total < FEW or found.low is None or found.high is None:
        return "–"
    return f"{round(found.low / 10)} to {round(found.high / 10)} %"


def mean(value: float | None, count: int) -> str:
    return "–" if value is None or count < FEW else f"{value:.1f}"


def per_1000(found: Rate) -> tuple[Cell, Cell]:
    """The rate and its interval."""
    if found.per_1000 is None:
        return "–", "–"
    return f"{found.per_1000:g}", f"{found.low:g} to {found.high:g}"


@dataclass
class Told:
    """All figures of one period."""

    figures: list[Figure] = field(default_factory=list)

    def figure(self, key: str) -> Figure | None:
        return next((f for f in self.figures if f.key == key), None)


def as_csv(figure: Figure, period: str) -> str:
    """The figure with its period, denominator and what was left out: a number without them is no number."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(_lines(figure, period))
    return text.getvalue()


def _lines(figure: Figure, period: str) -> Iterable[Sequence[Cell]]:
    yield [figure.title]
    yield ["Period", period]
    yield [*figure.columns, "Note"]
    for row in figure.rows:
        yield [row.label, *("" if c is None else c for c in row.cells), f"fewer than {FEW}" if row.few else ""]
    yield ["Counted", figure.counted]
    yield ["Left out", figure.left_out]
    if figure.source:
        yield ["Source", figure.source]
