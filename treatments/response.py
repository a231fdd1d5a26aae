"""How a patient's muscles answered to needling: dose beside soreness and the pain at the next visit. Pure.

Soreness is what the patient said for that muscle (0-10); nothing said is None, never zero. An answer belongs to the hour it is
nearest to: 24 h up to hour 48, 72 h up to hour 120.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

FIRST_UNTIL_H, SECOND_UNTIL_H = 48, 120
SINCE_WHEN = ((FIRST_UNTIL_H, "first"), (SECOND_UNTIL_H, "second"))


@dataclass(frozen=True)
class Dose:
    """What one muscle got in one session. None where it was not recorded; `depth_mm` is the deepest."""

    needles: int
    passes: int | None
    twitches: int | None
    depth_mm: int | None

    def __add__(self, other: "Dose") -> "Dose":
        depths = [d for d in (self.depth_mm, other.depth_mm) if d is not None]
        return Dose(
            self.needles + other.needles,
            _sum(self.passes, other.passes),
            _sum(self.twitches, other.twitches),
            max(depths, default=None),
        )


@dataclass(frozen=True)
class Said:
    """One answered check: hours since the needling, and the scores by (structure, side)."""

    hours: int
    scores: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Visit:
    """One muscle in one session. `pain_before` and `next_pain` are the pain on arrival, then and at the next visit of the
    course; `waits` names the hours (first, second) of which a check is still to be answered."""

    session: Any
    at: datetime
    day: date
    dose: Dose
    sore_first: int | None = None
    sore_second: int | None = None
    waits: frozenset[str] = frozenset()
    pain_before: int | None = None
    next_pain: int | None = None
    has_next: bool = False

    @property
    def peak(self) -> int | None:
        said = [s for s in (self.sore_first, self.sore_second) if s is not None]
        return max(said, default=None)

    @property
    def change(self) -> int | None:
        """Pain at the next visit minus pain at this one; negative is less pain."""
        if self.pain_before is None or self.next_pain is None:
            return None
        return self.next_pain - self.pain_before


@dataclass(frozen=True)
class Muscle:
    """The visits of one structure, newest first; never empty."""

    structure: str
    side: str
    name: str
    visits: tuple[Visit, ...]

    @property
    def sentence(self) -> str:
        return sentence(self.visits[0])

    @property
    def oldest_first(self) -> list[Visit]:
        return list(reversed(self.visits))


def sentence(visit: Visit) -> str:
    """`Last time 8 passes, 6 twitches: soreness 7, no gain.`"""
    return f"Last time {dose_words(visit.dose)}: {soreness_words(visit)}, {gain_words(visit)}."


def dose_words(dose: Dose) -> str:
    """Only what was recorded."""
    parts = []
    if dose.passes is not None:
        parts.append(_count(dose.passes, "pass", "passes"))
    if dose.twitches is not None:
        parts.append(_count(dose.twitches, "twitch", "twitches"))
    return ", ".join(parts) or _count(dose.needles, "needle", "needles")


def soreness_words(visit: Visit) -> str:
    if visit.peak is None:
        return "soreness not answered yet" if visit.waits else "soreness not known"
    return f"soreness {visit.peak}"


def gain_words(visit: Visit) -> str:
    """From the pain on arrival at the next visit."""
    change = visit.change
    if change is None:
        return "gain not known" if visit.has_next else "next visit to come"
    if change == 0:
        return "no gain"
    return f"pain {abs(change)} {'less' if change < 0 else 'more'} at the next visit"


def signed(change: int | None) -> str:
    """`−1`, `0`, `+2`; an en dash where nothing is known."""
    if change is None:
        return "–"
    return f"{'−' if change < 0 else '+' if change > 0 else ''}{abs(change)}"


def with_answers(visit: Visit, place: tuple[str, str], said: Iterable[Said]) -> Visit:
    """The visit with what was said about that muscle; of several answers near one hour the latest counts."""
    found: dict[str, int] = {}
    for answer in sorted(said, key=lambda a: a.hours):
        score, when = answer.scores.get(place), moment(answer.hours)
        if score is not None and when:
            found[when] = score
    return replace(visit, sore_first=found.get("first"), sore_second=found.get("second"))


def moment(hours: int) -> str:
    """first (about 24 h), second (about 72 h), or nothing for later ones."""
    return next((name for limit, name in SINCE_WHEN if hours <= limit), "")


def by_muscle(rows: Sequence[tuple[str, str, str, Visit]]) -> list[Muscle]:
    """Rows (structure, side, name, visit), one a site, as muscles: sites of one session become one dose. The most recently
    needled first, then by name."""
    names: dict[tuple[str, str], str] = {}
    visits: dict[tuple[str, str], dict[Any, Visit]] = {}
    for structure, side, name, visit in rows:
        place = (structure, side)
        names[place] = name
        there = visits.setdefault(place, {})
        before = there.get(visit.session)
        there[visit.session] = replace(visit, dose=before.dose + visit.dose) if before else visit
    found = [
        Muscle(*place, names[place], tuple(sorted(there.values(), key=lambda v: v.at, reverse=True)))
        for place, there in visits.items()
    ]
    return sorted(found, key=lambda m: (-m.visits[0].at.timestamp(), m.name))


def _sum(one: int | None, other: int | None) -> int | None:
    known = [n for n in (one, other) if n is not None]
    return sum(known) if known else None


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
