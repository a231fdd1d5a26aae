"""How a patient usually takes needling, in four lines that a locum reads in five seconds. Pure.

Everything is from this patient's own record; what was never asked is said so, and is not "no".
"""

from dataclasses import dataclass
from datetime import date

from treatments.soreness import Expected


@dataclass(frozen=True)
class Caution:
    """A current alert about fear of needles or fainting, as the header has it."""

    kind: str
    severity: str
    text: str


@dataclass(frozen=True)
class Reactor:
    """`bruise_asked` answers said whether there was a bruise, `bruised` of them yes. `tolerance`: what the latest sessions
    noted, newest first."""

    sessions: int
    cautions: tuple[Caution, ...]
    faints: int
    last_faint: date | None
    bruised: int
    bruise_asked: int
    usual: Expected | None
    tolerance: tuple[tuple[date, str], ...]

    def lines(self) -> list[tuple[str, str, str]]:
        """Label, words, level: reason where somebody has to take care, else empty."""
        return [
            ("Faints", self.faint_words(), "reason" if self.faints else ""),
            ("Usually sore", self.soreness_words(), "reason" if self.usual and self.usual.peak >= 7 else ""),
            ("Bruises", self.bruise_words(), ""),
            ("Tolerance", self.tolerance_words(), ""),
        ]

    def faint_words(self) -> str:
        if not self.faints:
            return f"None recorded in {_count(self.sessions, 'session', 'sessions')}"
        times = "Once" if self.faints == 1 else f"{self.faints} times"
        return f"{times}, last {day_words(self.last_faint)}" if self.last_faint else times

    def soreness_words(self) -> str:
        usual = self.usual
        if usual is None:
            return "No answer yet"
        hours = f"{usual.low_hours} to {usual.high_hours} h" if usual.low_hours != usual.high_hours else "each time"
        visits = _count(usual.visits, "visit", "visits")
        return f"{usual.median_hours} h, peak {usual.peak} of 10 ({hours}, {visits})"

    def bruise_words(self) -> str:
        if not self.bruise_asked:
            return "Not asked yet"
        return f"{self.bruised} of {_count(self.bruise_asked, 'answer', 'answers')}"

    def tolerance_words(self) -> str:
        return "; ".join(f"{text} ({day_words(day)})" for day, text in self.tolerance) or "Nothing noted"


def day_words(day: date) -> str:
    """`3 Mar 2026`."""
    return f"{day.day} {day:%b %Y}"


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
