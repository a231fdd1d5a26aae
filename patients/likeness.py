"""How likely two records are one person, with the reasons in words. Pure: no database, no request.

Each thing that is compared has an outcome, each outcome a weight; the weights add up and become a number between 0
and 1. Evidence in the sense of record linkage (Fellegi and Sunter 1969): an outcome weighs the more, the rarer it is
among strangers. The weights are this project's own, set on made-up duplicates (benchmarks/duplicates.py).
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from patients.search_words import from_the_end, name_words
from patients.spelling import alike
from practice.folding import fold

STRANGERS = -6.5  # where two people begin who have nothing to compare
WORTH_ASKING = 0.35  # shown before a patient is created: a question costs little there
WORTH_A_LOOK = 0.6  # listed for somebody to decide

UNKNOWN = "unknown"  # one of the two does not say; weighs nothing
WEIGHTS: dict[str, dict[str, float]] = {
    "born": {"same": 5.0, "slip": 2.0, "other": -4.0},
    "family": {"same": 3.0, "alike": 2.0, "former": 2.6, "other": -3.0},
    "given": {"same": 2.5, "alike": 1.5, "other": -6.0},
    "names": {"swapped": 4.5},
    "phone": {"same": 3.0, "other": -0.5},
    "email": {"same": 3.5, "other": -0.3},
    "sex": {"same": 0.2, "other": -1.5},
    "postcode": {"same": 0.7, "other": -0.3},
}
WORDS = {
    ("born", "same"): "same birth date",
    ("born", "slip"): "birth date one slip apart",
    ("born", "other"): "another birth date",
    ("family", "former"): "a former name",
    ("names", "swapped"): "names the other way round",
    ("phone", "same"): "same phone",
    ("email", "same"): "same e-mail",
    ("sex", "other"): "another sex at birth",
}


@dataclass(frozen=True)
class Person:
    """What is compared of one record: folded words, digits, nothing that identifies it."""

    family: frozenset[str]
    former: frozenset[str]
    given: frozenset[str]
    born: date
    sex: str = ""
    phones: frozenset[str] = frozenset()
    email: str = ""
    postcode: str = ""

    def fingerprint(self) -> str:
        """Changes when, and only when, something that is compared changes."""
        said = [sorted(self.family), sorted(self.former), sorted(self.given), self.born.isoformat(), self.sex,
                sorted(self.phones), self.email, self.postcode]  # fmt: skip
        return hashlib.sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True)
class Likeness:
    score: float  # 0 to 1
    outcomes: Mapping[str, str]

    @property
    def reason(self) -> str:
        """In words for the person who decides: `Same birth date, name spelled a little differently`."""
        told = [_told(field, outcome) for field, outcome in self.outcomes.items() if field not in ("family", "given")]
        told.insert(1, _names_told(self.outcomes))
        text = ", ".join(word for word in told if word)
        return text[:1].upper() + text[1:]


def person(row: Any) -> Person:
    """Of a patient, stored or not."""
    return Person(
        family=frozenset(name_words(row.family_name)),
        former=frozenset(name_words(*row.former_names)),
        given=frozenset(name_words(row.given_names, row.preferred_name)),
        born=row.date_of_birth,
        sex="" if row.sex_at_birth == "unknown" else row.sex_at_birth,
        phones=frozenset(from_the_end(phone["number"]) for phone in row.phones),
        email=row.email.casefold(),
        postcode=fold(row.postcode),
    )


def compare(a: Person, b: Person) -> Likeness:
    """The same both ways; never less when the two say more of the same."""
    outcomes = {"born": _born(a.born, b.born)} | _names(a, b)
    outcomes |= {
        "phone": _shared(a.phones, b.phones),
        "email": _equal(a.email, b.email),
        "sex": _equal(a.sex, b.sex),
        "postcode": _equal(a.postcode, b.postcode),
    }
    return Likeness(_score(outcomes), outcomes)


def pair_fingerprint(a: Person, b: Person) -> str:
    return hashlib.sha256("".join(sorted((a.fingerprint(), b.fingerprint()))).encode()).hexdigest()


def _score(outcomes: Mapping[str, str]) -> float:
    total = STRANGERS + sum(WEIGHTS[field].get(outcome, 0.0) for field, outcome in outcomes.items())
    return round(1 / (1 + math.exp(-total)), 4)


def _names(a: Person, b: Person) -> dict[str, str]:
    """Family and given names, or both the other way round, whichever says more."""
    straight = {"family": _family(a, b), "given": _best(a.given, b.given)}
    if _best(a.family, b.given) == "same" and _best(a.given, b.family) == "same":
        as_they_stand = sum(WEIGHTS[field].get(outcome, 0.0) for field, outcome in straight.items())
        if as_they_stand < WEIGHTS["names"]["swapped"]:
            return {"names": "swapped"}
    return straight


def _family(a: Person, b: Person) -> str:
    now = _best(a.family, b.family)
    if now == "same":
        return now
    before = {_best(a.family, b.former), _best(a.former, b.family), _best(a.former, b.former)}
    return "former" if "same" in before else now


def _best(some: Iterable[str], others: Iterable[str]) -> str:
    mine, theirs = frozenset(some), frozenset(others)
    if not mine or not theirs:
        return UNKNOWN
    if mine & theirs:
        return "same"
    if any(alike(one, other) for one in mine for other in theirs):
        return "alike"
    short = any(_short_for(one, other) for one in mine for other in theirs)
    return "alike" if short else "other"


def _short_for(one: str, other: str) -> bool:
    """An initial, or a short form that the longer name begins with: Tom, Thomas no; Alex, Alexander yes."""
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    return long.startswith(short) and (len(short) == 1 or len(short) >= 3)


def _born(a: date, b: date) -> str:
    if a == b:
        return "same"
    return "slip" if _one_slip(a, b) else "other"


def _one_slip(a: date, b: date) -> bool:
    """Day and month the other way round, one digit another, or two neighbouring digits swapped."""
    if a.year == b.year and (a.day, a.month) == (b.month, b.day):
        return True
    one, other = a.strftime("%d%m%Y"), b.strftime("%d%m%Y")
    at = [i for i in range(8) if one[i] != other[i]]
    if len(at) == 1:
        return True
    return len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]] and one[at[1]] == other[at[0]]


def _shared(some: frozenset[str], others: frozenset[str]) -> str:
    if not some or not others:
        return UNKNOWN
    return "same" if some & others else "other"


def _equal(one: str, other: str) -> str:
    if not one or not other:
        return UNKNOWN
    return "same" if one == other else "other"


def _told(field: str, outcome: str) -> str:
    return WORDS.get((field, outcome), "")


def _names_told(outcomes: Mapping[str, str]) -> str:
    family, given = outcomes.get("family", ""), outcomes.get("given", "")
    if "other" in (family, given):
        return "another family name" if family == "other" else "another given name"
    if family == "former":
        return WORDS["family", "former"]
    if "alike" in (family, given):
        return "name spelled a little differently"
    return "same family name" if given == UNKNOWN else "same name" if family == "same" else ""
