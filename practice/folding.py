"""Names as a search sees them, the same on SQLite and PostgreSQL."""

import re
import unicodedata
from functools import lru_cache

_WITHIN_WORDS, _BETWEEN_WORDS = re.compile(r"['’`-]"), re.compile(r"[^\w]+")


LONGEST_NAME = 80  # what is longer is an alert or a note: no memory is kept of it


def fold(text: str) -> str:
    """Text for searching: no case, no accents, letters and digits only, single spaces. SQLite folds ASCII only."""
    if text.isascii() and text.isalnum():
        return text.lower()  # most names are one plain word, and a list folds hundreds
    return _folded_name(text) if len(text) <= LONGEST_NAME else _folded(text)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "o").replace("ł", "l"))
    kept = "".join(c for c in plain.casefold() if not unicodedata.combining(c))
    return " ".join(_BETWEEN_WORDS.sub(" ", _WITHIN_WORDS.sub("", kept)).split())


_folded_name = lru_cache(maxsize=20_000)(_folded)  # a search folds the names of the same people with every letter
