"""Finds pairs of records that may be one person, in a whole practice or around what changed.

Nobody is compared with everybody: only those who share a key (the birth date, a phone, an e-mail, or names that sound
the same with a birth date at most a slip apart). 200,000 patients take minutes of one core (benchmarks/duplicates.py).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from uuid import UUID

from django.db.models import QuerySet

from patients import duplicates
from patients.likeness import WORTH_A_LOOK, Person, compare, person
from patients.models import Patient
from patients.spelling import sounds

COMPARED = ("practice", "family_name", "former_names", "given_names", "preferred_name", "date_of_birth", "sex_at_birth",
            "phones", "email", "postcode")  # fmt: skip
MOST_IN_A_BLOCK = 300  # a number shared by more is the practice's own or a placeholder: it tells nobody apart
AT_ONCE = 2000

Pair = tuple[UUID, UUID]


def in_everybody(rows: QuerySet[Patient]) -> dict[Pair, float]:
    """Every likely pair among `rows`, with its score. One pass over the table, the rest in memory."""
    people = {row.pk: person(row) for row in rows.only(*COMPARED).iterator(AT_ONCE)}
    return likely_pairs(people)


def around(rows: QuerySet[Patient], changed: Iterable[Patient]) -> dict[Pair, float]:
    """The likely pairs that one of `changed` is in."""
    found: dict[Pair, float] = {}
    for patient in changed:
        for candidate in duplicates.likely(rows, patient, at_least=WORTH_A_LOOK, most=20):
            found[in_order(patient.pk, candidate.patient.pk)] = candidate.likeness.score
    return found


def likely_pairs(people: dict[UUID, Person]) -> dict[Pair, float]:
    blocks: dict[Hashable, list[UUID]] = defaultdict(list)
    for pk, one in people.items():
        for key in keys(one):
            blocks[key].append(pk)
    found: dict[Pair, float] = {}
    seen: set[Pair] = set()
    for members in blocks.values():
        if 1 < len(members) <= MOST_IN_A_BLOCK:
            for pair in _pairs(members):
                if pair in seen:
                    continue
                seen.add(pair)
                score = compare(people[pair[0]], people[pair[1]]).score
                if score >= WORTH_A_LOOK:
                    found[pair] = score
    return found


def keys(one: Person) -> set[Hashable]:
    """What somebody who is the same person would share, one slip allowed."""
    born = one.born
    shared: set[Hashable] = {("born", born)}
    shared |= {("phone", phone) for phone in one.phones}
    if one.email:
        shared.add(("email", one.email))
    for family in _said(one.family | one.former):
        for given in _said(one.given):
            names = min(family, given), max(family, given)  # also the other way round
            shared |= {("year", *names, born.year), ("day", *names, born.day, born.month)}
    return shared


def _said(words: Iterable[str]) -> set[str]:
    return {sounds(word) or word for word in words}


def _pairs(members: list[UUID]) -> Iterator[Pair]:
    for i, one in enumerate(members):
        for other in members[i + 1 :]:
            if one != other:
                yield in_order(one, other)


def in_order(one: UUID, other: UUID) -> Pair:
    return (one, other) if one < other else (other, one)
