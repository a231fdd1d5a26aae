"""One search box: names in any order and spelling, birth dates, phone endings, record numbers, e-mail, any mix.

What was typed is read (search_reading), candidates come from the index in one statement (search_candidates), and are
ranked here by how well each word is met, with the reason in words. One query, whatever the size of the practice; one
more where a merge leads to a record that was not found itself, or where the caller says which columns are read.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from patients import search_reading
from patients.marks import marked
from patients.models import Patient
from patients.result_rows import LISTED, seen_words
from patients.search_candidates import candidates
from patients.search_reading import Typed, joined, phone_ending, years_of
from patients.search_words import from_the_end, name_words
from patients.spelling import begins_like
from practice.models import Practice

SHOWN = 12
LEAST = 0.45  # of 1: what is less alike is nobody who was meant
FIELDS = (("family_name", 1.0), ("given_names", 0.98), ("preferred_name", 0.96))
FORMER = 0.88
RECENT_DAYS, RECENT = 60, 0.02


@dataclass(frozen=True)
class Match:
    """A patient, why they are in the list, and when they were seen last and by whom."""

    patient: Patient
    score: float
    why: str
    typed: Typed
    seen: str

    @property
    def name_parts(self) -> list[tuple[str, bool]]:
        """The listed name in parts; what was typed is marked."""
        return marked(self.patient.listed_name, self.typed.names)

    @property
    def born_parts(self) -> list[tuple[str, bool]]:
        """The birth date in parts; what of it was typed is marked."""
        born = self.patient.date_of_birth
        whole = self.typed.born == born
        year = any(str(born.year).endswith(digits) for digits in self.typed.digits if len(digits) in (2, 4))
        return [(f"{born.day} {born:%b} ", whole), (str(born.year), whole or year)]


@dataclass(frozen=True)
class Met:
    """How well one thing that was typed is met, and what has to be said about it."""

    score: float
    why: str = ""


NOT_MET = Met(0.0)


@dataclass(frozen=True)
class Ranked:
    """A record that answers what was typed: how well, and why."""

    record: Patient
    score: float
    why: str

    @property
    def place(self) -> tuple[float, float, str, str, str]:
        """Best first; of equals who was here lately, then by name."""
        seen = self.record.last_session_at
        names = self.record.family_name, self.record.given_names
        return -self.score, -seen.timestamp() if seen else 0.0, *names, str(self.record.pk)


def find(
    text: str, *, practice: Practice, today: date, limit: int = SHOWN, among: QuerySet[Patient] | None = None
) -> list[Match]:
    """The best matches among the practice's patients, best first; a merged record leads to the one that stands.
    Nothing typed finds nothing. Each patient is read as far as a row of a list shows (search_candidates.READ), or, with
    `among`, from those rows and with their columns."""
    typed = search_reading.read(text, today=today)
    records = [] if typed.is_empty else candidates(practice.pk, typed, today=today)
    best: dict[UUID, Ranked] = {}
    for record in records:
        ranked = _ranked(record, typed, today, practice)
        known = best.get(record.whole_id)
        if ranked.score >= LEAST and (known is None or known.score < ranked.score):
            best[record.whole_id] = ranked
    found = _standing(records, best, practice) if among is None else _read(among, best)
    matches = [
        Match(patient, ranked.score, ranked.why, typed, seen_words(patient, practice=practice, today=today))
        for ranked in sorted(best.values(), key=lambda ranked: ranked.place)
        if (patient := found.get(ranked.record.whole_id))
    ]
    return matches[:limit]


def _standing(records: Iterable[Patient], wanted: Iterable[UUID], practice: Practice) -> dict[UUID, Patient]:
    """The records that stand: as they came with the candidates; only where a merge leads elsewhere they are asked for."""
    found = {record.pk: record for record in records if record.merged_into_id is None}
    rows = Patient.objects.filter(practice=practice).only(*LISTED)
    return found | _read(rows, [pk for pk in wanted if pk not in found])


def _read(rows: QuerySet[Patient], wanted: Collection[UUID]) -> dict[UUID, Patient]:
    return rows.select_related("last_session_by").in_bulk(wanted) if wanted else {}


def _ranked(record: Patient, typed: Typed, today: date, practice: Practice) -> Ranked:
    met = [
        *_names(record, typed),
        *(_digits(record, digits, today) for digits in typed.digits if digits != typed.together),
    ]
    met += [_email(record, email) for email in typed.emails]
    if typed.born:
        met.append(_number_or_born(record, typed, typed.born, today))
    if typed.day_and_month:
        same = (record.date_of_birth.day, record.date_of_birth.month) == typed.day_and_month
        met.append(Met(1.0, "birthday") if same else NOT_MET)
    score = sum(m.score for m in met) / len(met)
    reasons = [m.why for m in met if m.why]
    if record.merged_into_id is not None:
        reasons.insert(0, f"merged from No. {record.record_number:06d}, {record.full_name}")
    elif record.last_session_at and (today - practice.local_date(record.last_session_at)).days <= RECENT_DAYS:
        score += RECENT
    return Ranked(record, score, ", ".join(dict.fromkeys(reasons)))


def _names(record: Patient, typed: Typed) -> list[Met]:
    """Each typed word against each of their names; a word that was typed as two counts for both."""
    said = [(name_words(getattr(record, field)), weight, field) for field, weight in FIELDS]
    said.append((name_words(*record.former_names), FORMER, "former_names"))
    met = [_best(word, said, record) for word in typed.names]
    for word, first, second in joined(typed.names):
        both = _best(word, said, record)
        if both.score > (met[first].score + met[second].score) / 2:
            met[first] = met[second] = both
    return met


def _best(word: str, said: Sequence[tuple[Sequence[str], float, str]], record: Patient) -> Met:
    best, best_field, likeness = 0.0, "", 0.0
    for words, weight, field in said:
        for name in words:
            like = begins_like(word, name) if len(word) > 1 else (0.9 if name.startswith(word) else 0.0)
            if like * weight > best:
                best, best_field, likeness = like * weight, field, like
    if not best and record.email.casefold().startswith(word) and len(word) > 3:
        return Met(0.8, "e-mail")
    plain = any(name.startswith(word) for words, _, field in said[:2] for name in words)  # seen in the name itself
    return Met(best, "" if plain else _name_told(best_field, likeness, record)) if best else NOT_MET


def _name_told(field: str, likeness: float, record: Patient) -> str:
    """Only what cannot be seen from the name itself."""
    if field == "preferred_name":
        return f"known as {record.preferred_name}"
    if field == "former_names":
        return f"formerly {', '.join(record.former_names)}"
    return "spelled differently" if likeness < 0.9 else ""


def _digits(record: Patient, digits: str, today: date) -> Met:
    if digits.lstrip("0") == str(record.record_number):
        return Met(1.0, "record number")
    born, years = record.date_of_birth, years_of(digits, today)
    if born.year in years:
        return Met(0.98, "year of birth")
    if len(digits) >= 3 and any(from_the_end(p["number"]).startswith(phone_ending(digits)) for p in record.phones):
        return Met(0.97, "phone" if len(digits) > 6 else f"phone ends {digits}")
    if any(_one_digit_apart(f"{year:04d}", f"{born.year:04d}") for year in years):
        return Met(0.55, f"born {born.year}, not {digits}")
    return NOT_MET


def _number_or_born(record: Patient, typed: Typed, born: date, today: date) -> Met:
    """Digits such as 040255 are a number or a date, never both; a number is one person's and comes first."""
    as_born = _born(record, born)
    if not typed.together:
        return as_born
    as_number = _digits(record, typed.together, today)
    return as_number if as_number.score >= as_born.score else Met(as_born.score * 0.99, as_born.why)


def _born(record: Patient, typed: date) -> Met:
    born = record.date_of_birth
    if born == typed:
        return Met(1.0, "date of birth")
    if born.year == typed.year and (born.day, born.month) == (typed.month, typed.day):
        return Met(0.8, "day and month the other way round")
    if _one_digit_apart(born.strftime("%d%m%Y"), typed.strftime("%d%m%Y")):
        return Met(0.75, "birth date one slip apart")
    if abs((born - typed).days) == 1:
        return Met(0.75, "born a day apart")
    return Met(0.4, "year of birth") if born.year == typed.year else NOT_MET


def _one_digit_apart(one: str, other: str) -> bool:
    """One digit another, or two neighbours swapped."""
    at = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    swapped = len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]] and one[at[1]] == other[at[0]]
    return len(at) == 1 or swapped


def _email(record: Patient, email: str) -> Met:
    return Met(1.0, "e-mail") if record.email.casefold().startswith(email) else NOT_MET
