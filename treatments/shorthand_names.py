"""What a line of shorthand may name: structures by code, key, name or other name, and areas of referred pain."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from practice.folding import fold
from treatments.narrative import spoken

FEW = 6
# Folding forgets signs, so a sign must not stand in a name: `inf >` is not `inf`.
A_NAME = re.compile(r"\(?\w+(?:['’./-]\w+)*[.,)]*(?:\s+\(?\w+(?:['’./-]\w+)*[.,)]*)*")


@dataclass(frozen=True)
class Named:
    """A structure as it can be written."""

    key: str
    name: str
    laterality: str = "paired"
    codes: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    kind: str = "muscle"

    @property
    def spoken(self) -> str:
        return spoken(self.name)

    @property
    def code(self) -> str:
        """The shortest way to write it."""
        return self.codes[0] if self.codes else self.key

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.codes, self.key, self.name, self.spoken, *self.synonyms)


class Vocabulary:
    """The structures and referral areas that a text may name. A name that two structures share names none of them."""

    def __init__(self, structures: Iterable[Named], areas: Mapping[str, str]) -> None:
        self.structures = {named.key: named for named in structures}
        self.areas = dict(areas)
        self._by_code = {same(code): named.key for named in self.structures.values() for code in named.codes}
        self._by_word: dict[str, set[str]] = {}
        for named in self.structures.values():
            for word in named.words:
                self._by_word.setdefault(same(word), set()).add(named.key)
        self._areas = {same(word): key for key, label in areas.items() for word in (key, label)}

    def structure(self, words: str) -> Named | None:
        """A short code means its structure even where it is also another name of a second one."""
        if not A_NAME.fullmatch(words):
            return None
        keys = self._by_word.get(same(words), set())
        key = self._by_code.get(same(words)) or (next(iter(keys)) if len(keys) == 1 else None)
        return self.structures[key] if key else None

    def sharing(self, words: str) -> list[Named]:
        """The structures that all have this name."""
        return self._sorted(self._by_word.get(same(words), ()))

    def beginning(self, begun: str) -> list[Named]:
        """Where a code, or a word of a name, begins so: the code itself, then muscles, codes first."""
        wanted = same(begun)
        found = [key for key, named in self.structures.items() if wanted and begins(wanted, *named.words)]
        return sorted(self._sorted(found), key=lambda named: self._distance(wanted, named))

    def _distance(self, wanted: str, named: Named) -> tuple[bool, bool, bool, bool]:
        starts = any(same(word).startswith(wanted) for word in named.words)
        return wanted not in named.codes, named.kind != "muscle", not begins(wanted, *named.codes), not starts

    def near(self, words: str) -> Named | None:
        """What was probably meant, one or two slips away. Only ever said, never taken."""
        close = get_close_matches(same(words), self._by_word, n=1, cutoff=0.82) if len(words) > 3 else []
        return self._sorted(self._by_word[close[0]])[0] if close else None

    def area(self, words: str) -> str | None:
        return self._areas.get(same(words)) if A_NAME.fullmatch(words) else None

    def areas_beginning(self, begun: str) -> list[str]:
        wanted = same(begun)
        found = [(key, same(label)) for key, label in self.areas.items() if wanted and begins(wanted, key, label)]
        found.sort(key=lambda area: not (same(area[0]).startswith(wanted) or area[1].startswith(wanted)))
        return [key for key, _ in found]

    def _sorted(self, keys: Iterable[str]) -> list[Named]:
        return sorted((self.structures[key] for key in keys), key=lambda named: named.name)


def same(words: str) -> str:
    return fold(words.replace("_", " ").replace("-", " "))


def begins(wanted: str, *names: str) -> bool:
    """`wanted` as `same` gives it; a name begins so, or one of its words."""
    return any(part.startswith(wanted) for name in names for part in (same(name), *same(name).split()))
