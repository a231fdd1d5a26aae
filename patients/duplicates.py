"""Who a patient may already be. The page, the API and the import ask here before they create anyone.

What is worth comparing is found through indexes: the same birth date, the same phone or e-mail, or names that are
written or said the same. Five queries, whatever the size of the practice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from patients import likeness
from patients.likeness import Likeness
from patients.models import Patient, SearchLink, SearchWord
from patients.search_words import EMAIL, NAME, PHONE, from_the_end, name_words
from patients.spelling import sounds

MOST_COMPARED = 400
MOST_SHOWN = 5


@dataclass(frozen=True)
class Candidate:
    """Somebody already in the list who may be the same person, how likely, and why."""

    patient: Patient
    likeness: Likeness

    @property
    def score(self) -> float:
        return round(self.likeness.score, 2)

    @property
    def reason(self) -> str:
        return self.likeness.reason

    @property
    def sentence(self) -> str:
        born = self.patient.date_of_birth
        return (
            f"{self.patient.full_name}, {born.day} {born:%b %Y}, No. {self.patient.record_number:06d}. {self.reason}."
        )


def likely(
    rows: QuerySet[Patient], patient: Patient, *, at_least: float = likeness.WORTH_ASKING, most: int = MOST_SHOWN
) -> list[Candidate]:
    """The most likely of `rows` (those the person may see), best first. `patient` need not be stored yet."""
    return among(_worth_comparing(rows, patient), patient, at_least=at_least, most=most)


def among(
    rows: Iterable[Patient], patient: Patient, *, at_least: float = likeness.WORTH_ASKING, most: int = MOST_SHOWN
) -> list[Candidate]:
    """The same for rows that were fetched already (an import fetches for a whole slice)."""
    me = likeness.person(patient)
    found = [Candidate(row, likeness.compare(me, likeness.person(row))) for row in rows if row.pk != patient.pk]
    good = [candidate for candidate in found if candidate.likeness.score >= at_least]
    return sorted(good, key=lambda c: (-c.likeness.score, str(c.patient.pk)))[:most]


def _worth_comparing(rows: QuerySet[Patient], patient: Patient) -> list[Patient]:
    standing = rows.filter(merged_into=None)
    born_then = list(standing.filter(date_of_birth=patient.date_of_birth)[:MOST_COMPARED])
    known = {row.pk for row in born_then}
    more = (_same_contact(patient) | _like_names(patient)) - known
    return [*born_then, *standing.filter(pk__in=list(more)[:MOST_COMPARED])] if more else born_then


def _same_contact(patient: Patient) -> set[UUID]:
    wanted = [(PHONE, from_the_end(phone["number"])) for phone in patient.phones]
    if patient.email:
        wanted.append((EMAIL, patient.email.casefold()))
    said = Q()
    for kind, text in wanted:
        said |= Q(kind=kind, text=text)
    return _linked(SearchWord.objects.filter(said, practice=patient.practice_id)) if wanted else set()


def _like_names(patient: Patient) -> set[UUID]:
    """A family name and a given name that are written or said the same, in either order."""
    families = _written_or_said(patient, name_words(patient.family_name, *patient.former_names))
    givens = _written_or_said(patient, name_words(patient.given_names, patient.preferred_name))
    if not families or not givens:
        return set()
    with_family: Any = SearchLink.objects.filter(word__in=families).values("patient_id")
    both = SearchLink.objects.filter(word__in=givens, patient_id__in=with_family)
    return set(both.values_list("patient_id", flat=True)[: MOST_COMPARED * 2])


def _written_or_said(patient: Patient, words: Iterable[str]) -> list[int]:
    texts = set(words)
    said = {sound for word in texts if (sound := sounds(word))}
    rows = SearchWord.objects.filter(Q(text__in=texts) | Q(sounds__in=said), practice=patient.practice_id, kind=NAME)
    return list(rows.values_list("pk", flat=True)[:MOST_COMPARED])


def _linked(words: QuerySet[SearchWord]) -> set[UUID]:
    return set(SearchLink.objects.filter(word__in=words).values_list("patient_id", flat=True)[:MOST_COMPARED])
