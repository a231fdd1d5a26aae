"""Under which words a patient is found: names, phone numbers from their end, e-mail. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from practice.folding import fold

LONGEST_WORD = 80
NAME, PHONE, EMAIL = "n", "p", "e"


@lru_cache(maxsize=20_000)  # names repeat, within a practice and from one keystroke to the next
def name_words(*names: str) -> tuple[str, ...]:
    """Every way of writing the words of some names: `Smith-Jones` is smith, jones and smithjones; `Mary Ann` also
    maryann; `O'Neill` also neill."""
    found: list[str] = []
    for name in names:
        tokens = name.split()
        for token in tokens:
            found += [fold(token).replace(" ", ""), *_parts(token)]
        if 2 <= len(tokens) <= 4:
            found.append(fold(name).replace(" ", ""))
    return tuple(word[:LONGEST_WORD] for word in dict.fromkeys(found) if word)


def _parts(token: str) -> list[str]:
    """What stands between hyphens and apostrophes; a single letter says nothing."""
    parts = fold(_with_spaces(token)).split()
    return [part for part in parts if len(part) > 1] if len(parts) > 1 else []


def _with_spaces(token: str) -> str:
    return token.translate(dict.fromkeys(map(ord, "-'’`"), " "))


def from_the_end(number: str) -> str:
    """The digits of a phone number, last first: an ending is a beginning then."""
    return "".join(c for c in number if c.isdigit())[::-1]


def search_key(patient: Any) -> str:
    """All words of a patient, each with its kind, in one text: what changed is seen by comparing two of these."""
    names = name_words(patient.family_name, patient.given_names, patient.preferred_name, *patient.former_names)
    phones: Iterable[Mapping[str, str]] = patient.phones
    words = [(NAME, word) for word in names]
    words += [(PHONE, from_the_end(phone["number"])[:LONGEST_WORD]) for phone in phones]
    if patient.email:
        words.append((EMAIL, patient.email.casefold()[:LONGEST_WORD]))
    return " ".join(f"{kind}:{word}" for kind, word in dict.fromkeys(words))


def words_of(key: str) -> set[tuple[str, str]]:
    """The (kind, word) pairs of a search key."""
    return {(kind, word) for kind, _, word in (part.partition(":") for part in key.split()) if word}
