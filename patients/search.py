"""One search box: names in any order and spelling, birth dates, phone endings, record numbers, e-mail, any mix.

The search key of a patient holds folded words, so that SQLite and PostgreSQL find the same. Each word that was typed
narrows by `contains`; when nothing is left, near misses are found by dropping letters. Two queries at most, and at
most CANDIDATES rows are ranked: the cost does not grow with what is shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Q, QuerySet

from patients import dates
from patients.models import Patient
from practice.folding import fold

CANDIDATES = 200
SHOWN = 20
LONGEST = 100


@dataclass(frozen=True)
class Match:
    """A patient and why they are in the list."""

    patient: Patient
    score: float
    why: str


def find(rows: QuerySet[Patient], text: str, *, today: date, limit: int = SHOWN) -> list[Match]:
    """The best matches, best first. Nothing typed finds nothing."""
    text = text.replace("\x00", " ")[:LONGEST].strip()
    if not text:
        return []
    words, born = _read(text, today)
    if not words and born is None:
        return []
    exact = list(_narrow(rows, words, born)[:CANDIDATES])
    matches = [Match(p, _score(p, words, born), _why(p, words, born)) for p in exact]
    if not matches and words:
        near = rows.filter(_near(words))[:CANDIDATES]
        scored = [(p, _closeness(p, words)) for p in near]
        matches = [Match(p, score, "spelled differently") for p, score in scored if score >= 0.6]
    ranked = sorted(matches, key=lambda m: (-m.score, m.patient.family_name, m.patient.given_names))
    return ranked[:limit]


def _read(text: str, today: date) -> tuple[list[str], date | None]:
    """The words to look for, and a whole date of birth when one is written."""
    pattern = (
        r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[ /.-]\d{1,2}[ /.-](?:\d{4}|\d{2})\b|\d{1,2} ?[a-zA-Z]{3,9} ?(?:\d{4}|\d{2})\b"
    )
    if found := re.search(pattern, text):
        try:
            born = dates.read(found.group(), today=today)
        except dates.NotADate:
            return _words(text), None
        return _words(text[: found.start()] + " " + text[found.end() :]), born
    return _words(text), None


def _words(text: str) -> list[str]:
    if "@" in text:
        return [text.casefold().strip()]
    joined = re.sub(r"(?<=\d)[ ()-]+(?=\d)", "", text)
    return [w.lstrip("0") if w.isdigit() and len(w) > 4 else w for w in fold(joined).split()][:8]


def _narrow(rows: QuerySet[Patient], words: Sequence[str], born: date | None) -> QuerySet[Patient]:
    for word in words:
        rows = rows.filter(_says(word))
    return rows.filter(date_of_birth=born) if born else rows


def _says(word: str) -> Q:
    if word.isdigit() and len(word) == 2:
        return Q(date_of_birth__year__in=[1900 + int(word), 2000 + int(word)]) | Q(search_key__contains=word)
    return Q(search_key__contains=word)


def _score(patient: Patient, words: Sequence[str], born: date | None) -> float:
    tokens = patient.search_key.split()
    scores = [_word_score(word, tokens, patient) for word in words]
    recent = 0.2 if patient.last_session_at else 0
    return sum(scores) + (5 if born else 0) + recent


def _word_score(word: str, tokens: list[str], patient: Patient) -> float:
    if word == str(patient.record_number):
        return 4
    if word in tokens:
        return 3
    if any(token.startswith(word) for token in tokens[:4]):
        return 2
    return 1


def _why(patient: Patient, words: Sequence[str], born: date | None) -> str:
    reasons = []
    if born:
        reasons.append("date of birth")
    names = fold(f"{patient.family_name} {patient.given_names}")
    for word in words:
        if word == str(patient.record_number):
            reasons.append("record number")
        elif patient.preferred_name and word in fold(patient.preferred_name) and word not in names:
            reasons.append(f"known as {patient.preferred_name}")
        elif word.isdigit():
            reasons.append("year of birth" if len(word) in (2, 4) and _in_year(patient, word) else "phone")
        elif "@" in word or word not in names:
            reasons.append("e-mail")
    return ", ".join(dict.fromkeys(reasons))


def _in_year(patient: Patient, word: str) -> bool:
    return str(patient.date_of_birth.year).endswith(word)


def _near(words: Sequence[str]) -> Q:
    """Any half of any longer word: a single slip leaves one half whole."""
    halves = [half for word in words if len(word) >= 4 and not word.isdigit() for half in _halves(word)]
    wanted = Q(pk__in=[])
    for half in halves:
        wanted |= Q(search_key__contains=half)
    return wanted


def _halves(word: str) -> tuple[str, str]:
    middle = max(len(word) // 2, 2)
    return word[:middle], word[middle:]


def _closeness(patient: Patient, words: Sequence[str]) -> float:

    names = fold(f"{patient.family_name} {patient.given_names} {patient.preferred_name}").split()

    def best(word: str) -> float:
        if word.isdigit():
            return 1.0 if word in patient.search_key else 0.0
        return max((SequenceMatcher(None, word, name[: len(word) + 1]).ratio() for name in names), default=0)

    scores = [best(word) for word in words]
    return sum(scores) / len(scores) if min(scores, default=0) >= 0.55 else 0


def duplicates(rows: QuerySet[Patient], candidate: Patient) -> list[dict[str, Any]]:
    """Who this new patient may already be: same birth date and a like name, or the same name and a like birth date."""
    words = fold(f"{candidate.family_name} {candidate.given_names}").split()
    same_day = Q(date_of_birth=candidate.date_of_birth)
    same_name = Q(family_name__iexact=candidate.family_name, given_names__iexact=candidate.given_names)
    found: list[dict[str, Any]] = []
    for patient in rows.filter(same_day | same_name)[:CANDIDATES]:
        likeness = _closeness(patient, words)
        born = patient.date_of_birth == candidate.date_of_birth
        if likeness >= 0.75:
            reason = "Same birth date" if born else "Same name, another birth date"
            spelled = "" if likeness > 0.98 else ", name spelled a little differently"
            found.append(
                {"patient": patient, "score": round(likeness * (1 if born else 0.7), 2), "reason": reason + spelled}
            )
    return sorted(found, key=lambda entry: -entry["score"])[:5]
