"""Names as a search sees them, the same on SQLite and PostgreSQL."""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=50_000)  # a search folds the names of the same people again with every letter
def fold(text: str) -> str:
    """Text for searching: no case, no accents, letters and digits only, single spaces. SQLite folds ASCII only."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "o").replace("ł", "l"))
    kept = "".join(c for c in plain.casefold() if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", re.sub(r"['’`-]", "", kept)).split())
