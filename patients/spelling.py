"""How alike two words are: letters, and how they sound. Pure; words are folded (practice/folding.py)."""

import re
from functools import lru_cache

SHORTEST_WITH_SLIPS = 4
LONGEST_WITH_SLIPS = 24
SHORTEST_SOUND = 3  # with two letters left, half the practice sounds alike

# Written differently, said alike, in the spellings of English and its neighbours. Tried from top to bottom.
SOUNDS: tuple[tuple[str, str], ...] = (
    (r"^(kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"^ps", "s"),
    (r"^x", "s"),
    (r"^mac(?=[^aeiouy])", "mk"),
    (r"^mc", "mk"),
    (r"tsch|tch", "c"),
    (r"sch|sh", "s"),
    (r"ch", "k"),
    (r"gh(?=[aeiouy])", "g"),
    (r"gh", ""),
    (r"ph", "f"),
    (r"dt", "t"),
    (r"th", "t"),
    (r"ck|q", "k"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"x", "ks"),
    (r"z", "s"),
    (r"[vw]", "f"),
    (r"j(?=[aeiou])", "j"),
    (r"g(?=[eiy])", "j"),
    (r"h", ""),
)
_RULES = tuple((re.compile(pattern), said) for pattern, said in SOUNDS)
_FIRST_VOWEL = re.compile(r"^[aeiouy]+")
_VOWELS = re.compile(r"[aeiouy]+")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=50_000)
def sounds(word: str) -> str:
    """The consonants as they are said, a leading vowel as one letter; empty when too little is left to tell apart."""
    if not word.isascii() or not word.isalpha():
        return ""
    said = word
    for pattern, by in _RULES:
        said = pattern.sub(by, said)
    said = _FIRST_VOWEL.sub("0", said)
    said = _DOUBLED.sub(r"\1", _VOWELS.sub("", said)).replace("0", "a")
    return said[:12] if len(said) >= SHORTEST_SOUND else ""


def slips(word: str) -> set[str]:
    """The word and what is left of it when one letter is dropped: two words one slip apart share one of these
    (a letter too many, too few, another one, or two swapped)."""
    if not SHORTEST_WITH_SLIPS <= len(word) <= LONGEST_WITH_SLIPS:
        return {word}
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


@lru_cache(maxsize=50_000)
def distance(a: str, b: str, most: int = 3) -> int:
    """Letters to add, drop, change or swap with their neighbour to turn one word into the other; `most` when more."""
    if a == b:
        return 0
    if abs(len(a) - len(b)) >= most:
        return most
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) >= most:
            return most
    return min(row[-1], most)


def forgiven(length: int) -> int:
    """How many slips a word of this length may have and still be meant."""
    return 0 if length < 3 else 1 if length < 6 else 2


@lru_cache(maxsize=50_000)
def alike(a: str, b: str) -> float:
    """0 to 1, the same both ways: 1 the same word, 0.9 one slip, 0.85 sounds the same, 0.75 two slips, else 0."""
    if a == b:
        return 1.0
    apart = distance(min(a, b), max(a, b)) if _may_be_near(a, b) else 3
    allowed = forgiven(min(len(a), len(b)))
    if apart == 1 and allowed:
        return 0.9
    if (said := sounds(a)) and said == sounds(b):
        return 0.85
    return 0.75 if apart == 2 and allowed == 2 else 0.0


def _may_be_near(a: str, b: str) -> bool:
    """Two slips change at most four letters of what either is made of: most pairs need no counting."""
    return abs(len(a) - len(b)) < 3 and len(set(a) ^ set(b)) <= 4


@lru_cache(maxsize=50_000)
def begins_like(typed: str, word: str) -> float:
    """How well a word is the one being typed: as `alike`, but the word may not be finished yet."""
    if typed == word:
        return 1.0
    if word.startswith(typed):
        return 0.9 + 0.08 * len(typed) / len(word)
    if whole := alike(typed, word):
        return whole - 0.03
    if len(typed) < SHORTEST_WITH_SLIPS or len(word) <= len(typed):
        return 0.0
    for beginning in (word[: len(typed)], word[: len(typed) + 1]):
        if _may_be_near(typed, beginning) and distance(typed, beginning) == 1:
            return 0.8
    said, whole_said = sounds(typed), sounds(word)
    return 0.72 if said and whole_said.startswith(said) else 0.0
