"""Short names of muscles for narrow columns, each different from the others in its table. Pure."""

from collections.abc import Iterable

SMALL_WORDS = {"of", "the", "and"}


def short_names(names: Iterable[str]) -> dict[str, str]:
    """`upper trapezius` is UT, `infraspinatus` IN; names that would share one take further letters, then a number."""
    given: dict[str, str] = {}
    for name in dict.fromkeys(names):
        given[name] = next(short for short in _candidates(name) if short not in given.values())
    return given


def _candidates(name: str) -> Iterable[str]:
    words = [word for word in name.replace(",", " ").replace("-", " ").split() if word.lower() not in SMALL_WORDS]
    letters = "".join(words) or "?"
    if len(words) > 1:
        yield "".join(word[0] for word in words).upper()
    for length in range(2, min(len(letters), 5) + 1):
        yield letters[:length].upper()
    start = letters[:2].upper()
    number = 2
    while True:
        yield f"{start}{number}"
        number += 1
