"""Outcome scores over a course of care: what changed, held against the instrument's yardstick. Pure.

The smallest change that patients call worthwhile (MCID) is a yardstick, not a verdict: it comes from groups of patients, and
sources differ. It is always said with its source, and never as success or failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from treatments.instruments import Instrument, plain

NOT_A_VERDICT = "A yardstick, not a verdict."
NO_YARDSTICK = "The catalogue has no sourced yardstick for it."


@dataclass(frozen=True)
class Point:
    """One score. `value` None: nothing was answered, which is a gap and never zero."""

    at: datetime
    day: date
    value: Decimal | None
    timing: str = "between"


@dataclass(frozen=True)
class Series:
    """Scores of one instrument at one place, oldest first. `origin` is scores (entered so) or sessions (measured there)."""

    instrument: Instrument
    points: tuple[Point, ...]
    side: str = ""
    location: str = ""
    origin: str = "scores"

    @property
    def title(self) -> str:
        """`Range of motion: Abduction, right`."""
        place = ", ".join(filter(None, [self.location, self.side]))
        return f"{self.instrument.name}: {place}" if place else self.instrument.name

    @property
    def direction(self) -> str:
        """`0 to 50, lower is better`."""
        one = self.instrument
        unit = f" {one.unit}" if one.unit else ""
        return f"{plain(one.least)} to {plain(one.most)}{unit}, {one.better} is better"

    @property
    def course(self) -> list[Point]:
        """The answered points that can be compared over visits: those after a session only where there are no others."""
        answered = [p for p in self.points if p.value is not None]
        return [p for p in answered if p.timing != "after"] or answered

    @property
    def has_both(self) -> bool:
        """Measured before and after sessions: two lines, which want names."""
        timings = {p.timing for p in self.points if p.value is not None}
        return "after" in timings and len(timings) > 1

    @property
    def latest(self) -> Decimal | None:
        return self.course[-1].value if self.course else None


@dataclass(frozen=True)
class Change:
    """`difference` is last minus first. `way`: better, worse, same. `size` against the yardstick: smaller, between (the
    sources' limits), reached, or unknown where there is no yardstick."""

    first: Decimal
    last: Decimal
    difference: Decimal
    way: str
    size: str
    words: str


def judge(instrument: Instrument, first: Decimal, last: Decimal) -> Change:
    """How two scores of one instrument differ. For an instrument that measures change, the last value says it itself."""
    difference = last if instrument.measures == "change" else last - first
    way = _way(instrument, difference)
    size = _size(instrument, abs(difference))
    return Change(first, last, difference, way, size, _words(instrument, first, last, difference, way, size))


def change_of(series: Series) -> Change | None:
    """From the first to the last of a series; None while there is nothing to compare."""
    course = series.course
    least = 1 if series.instrument.measures == "change" else 2
    if len(course) < least:
        return None
    first, last = course[0].value, course[-1].value
    return judge(series.instrument, first, last) if first is not None and last is not None else None


def band(instrument: Instrument, baseline: Decimal) -> tuple[Decimal, Decimal] | None:
    """Around the first score (around "the same" for an instrument that measures change): what is too small to count on."""
    if instrument.mcid_low is None:
        return None
    middle = Decimal(0) if instrument.measures == "change" else baseline
    low = max(instrument.least, middle - instrument.mcid_low)
    return low, min(instrument.most, middle + instrument.mcid_low)


def _way(instrument: Instrument, difference: Decimal) -> str:
    if not difference:
        return "same"
    return "better" if (difference < 0) == instrument.lower_is_better else "worse"


def _size(instrument: Instrument, distance: Decimal) -> str:
    if instrument.mcid_low is None or instrument.mcid_high is None:
        return "unknown"
    if distance < instrument.mcid_low:
        return "smaller"
    return "reached" if distance >= instrument.mcid_high else "between"


def _words(instrument: Instrument, first: Decimal, last: Decimal, difference: Decimal, way: str, size: str) -> str:
    return f"{_what_changed(instrument, first, last, difference, way)} {yardstick(instrument, size)}"


def _what_changed(instrument: Instrument, first: Decimal, last: Decimal, difference: Decimal, way: str) -> str:
    if instrument.measures == "change":
        return f"{plain(last)}: {way if difference else 'the same'}, as the patient says."
    if way == "same":
        return f"No change: {plain(first)}, then {plain(last)}."
    amount = plain(abs(difference))
    unit = instrument.unit or ("point" if amount == "1" else "points")
    return f"{amount} {unit} {way}: {plain(first)}, then {plain(last)}."


def yardstick(instrument: Instrument, size: str) -> str:
    """What the size of a change means, with the source it comes from."""
    if instrument.mcid_low is None or instrument.mcid_high is None:
        return NO_YARDSTICK
    low, high = plain(instrument.mcid_low), plain(instrument.mcid_high)
    sticks = low if low == high else f"{low} to {high}"
    said = {
        "smaller": f"Smaller than the yardstick of {sticks}",
        "between": f"Inside the range of {sticks} on which the sources differ",
        "reached": f"Reaches the yardstick of {sticks}",
    }
    return f"{said[size]} ({instrument.mcid_source})."


def arrange(rows: Sequence[tuple[Instrument, str, str, Point]], *, origin: str = "scores") -> list[Series]:
    """Rows (instrument, side, location, point) as one series per instrument and place, each oldest first; the place as
    the first row writes it."""
    found: dict[tuple[str, str, str], list[Point]] = {}
    known: dict[str, Instrument] = {}
    for instrument, side, location, point in rows:
        known[instrument.key] = instrument
        found.setdefault((instrument.key, side, location.strip().casefold()), []).append(point)
    written = {(i.key, s, loc.strip().casefold()): loc.strip() for i, s, loc, _ in reversed(rows)}
    return [
        Series(known[key], tuple(sorted(points, key=lambda p: (p.at, p.timing == "after"))), side,
               written[(key, side, place)], origin)
        for (key, side, place), points in found.items()
    ]  # fmt: skip
