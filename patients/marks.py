"""Where in a name the letters stand that were typed. Pure."""

from collections.abc import Iterable

from patients.spelling import begins_like
from practice.folding import fold

BREAKS = " ,-'’`"


def marked(name: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The name in parts, each with whether it was typed: what begins a word as typed, or a word that is meant."""
    spans = sorted({span for word in words if (span := _span(name, word))}, key=lambda span: (span[0], -span[1]))
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        if start >= at:
            parts += [(name[at:start], False), (name[start:end], True)]
            at = end
    return [(text, is_marked) for text, is_marked in [*parts, (name[at:], False)] if text]


def _span(name: str, word: str) -> tuple[int, int] | None:
    """From where to where: letters that fold to the word, else the whole word that is the likeliest meant."""
    starts = [i for i in range(len(name)) if name[i] not in BREAKS and (i == 0 or name[i - 1] in BREAKS)]
    for start in starts:
        for end in range(start + 1, len(name) + 1):
            folded = fold(name[start:end]).replace(" ", "")
            if folded == word:
                return start, end
            if not word.startswith(folded):
                break
    return _meant(name, word)


def _meant(name: str, word: str) -> tuple[int, int] | None:
    best, span, at = 0.0, None, 0
    for token in name.split():
        start = name.index(token, at)
        at = start + len(token)
        text = token.rstrip(",")
        like = begins_like(word, fold(text).replace(" ", "")) if len(word) > 2 else 0.0
        if like > best:
            best, span = like, (start, start + len(text))
    return span
