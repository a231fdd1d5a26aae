"""Soreness in the days after: what is expected, when to look, and when to call at once.

Hours and shares: Navarro-Santana 2020 (PMC7602246: settles in 24 to 48 h in most trials) and PMID 26406209 (measured
to 72 h). The score of 7 that asks for a same-day review is this product's own proposal, without a source.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

REVIEW_SCORE = 7
EXPECTED_H, COMMON_H, WATCH_H = 24, 48, 72

# key -> everyday words; any of these after needling is escalated at once (clinical/domain.md section 2)
RED_FLAGS: dict[str, str] = {
    "chest_pain": "Chest pain",
    "breathlessness": "Short of breath",
    "cough_on_breathing": "Pain when breathing in, or a new dry cough",
    "new_weakness": "New weakness or numbness",
    "severe_spinal_pain": "Very bad neck or back pain",
    "growing_swelling": "A swelling that grows, or bleeding that does not stop",
    "fever_redness_pus": "Fever, spreading redness or pus",
    "fainting_again": "Fainted again",
}

# how long it was sore, as a person remembers it -> words; hours as the key
LASTED: list[tuple[str, str]] = [
    ("0", "It was not sore"), ("12", "Half a day"), ("24", "A day"), ("48", "Two days"), ("72", "Three days"),
]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One answered check. `score` is the highest of the areas (0-10), None when no area was asked."""

    hours_since: int | None
    score: int | None
    still_sore: bool | None
    red_flags: Sequence[str] = ()


@dataclass(frozen=True)
class Grade:
    """`key` is expected, common, watch, review, escalate or unknown; `words` go on the screen."""

    key: str
    words: str

    @property
    def asks_for_somebody(self) -> bool:
        """Whether a practitioner has to look at it: not what is expected or common."""
        return self.key in ("watch", "review", "escalate")

    @property
    def asks_for_review(self) -> bool:
        """Whether a practitioner has to look at it the same day."""
        return self.key in ("review", "escalate")


GRADES = {
    "expected": "Expected",
    "common": "Common",
    "watch": "Watch",
    "review": "Review today",
    "escalate": "Red flag: act now",
    "unknown": "Not known",
}


def grade(answer: Answer) -> Grade:
    """How to read an answer. No answer is not known, never zero; any red flag goes before everything else."""
    key = _key(answer)
    return Grade(key, GRADES[key])


def is_sore(answer: Answer) -> bool:
    """As said; where only a score was given, any score above 0. Nothing said is not sore, and no answer either."""
    return answer.still_sore if answer.still_sore is not None else bool(answer.score)


def _key(answer: Answer) -> str:
    if answer.red_flags:
        return "escalate"
    if answer.score is None and answer.still_sore is None:
        return "unknown"
    if answer.score is not None and answer.score >= REVIEW_SCORE:
        return "review"
    if not is_sore(answer) or answer.hours_since is None:
        return "expected"
    for limit, key in ((EXPECTED_H, "expected"), (COMMON_H, "common"), (WATCH_H, "watch")):
        if answer.hours_since <= limit:
            return key
    return "review"


@dataclass(frozen=True)
class Expected:
    """From the patient's own earlier answers: how long soreness lasted (hours) and its peak (0-10)."""

    visits: int
    median_hours: int
    low_hours: int
    high_hours: int
    peak: int


def expected(visits: Sequence[Sequence[Answer]]) -> Expected | None:
    """One inner sequence per earlier visit. None when no visit has an answer with hours and a score."""
    known = [v for v in ([a for a in visit if a.score is not None and a.hours_since] for visit in visits) if v]
    if not known:
        return None
    hours = [_lasted(visit) for visit in known]
    peak = max(a.score or 0 for visit in known for a in visit)
    return Expected(len(known), round(median(hours)), min(hours), max(hours), peak)


def _lasted(visit: Sequence[Answer]) -> int:
    """The last hour at which soreness was reported; the first asked hour when there was none."""
    sore = [a.hours_since or 0 for a in visit if a.still_sore or (a.still_sore is None and a.score)]
    return max(sore) if sore else min(a.hours_since or 0 for a in visit)
