"""Words: where a line may break and where it must not. A number stays with its unit, a phone number in one piece."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reports.drawing.faces import width
from reports.drawing.ink import Style

Word = list[tuple[str, str]]  # (text, font): a word may change its face inside, as in "(bold)"

_UNITS = (
    "mm cm m kg mg ml µg kPa mA Hz s min h hour hours day days week weeks month months year years point points pass "
    "passes felt palpated visible am pm Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec January February March April "
    "June July August September October November December"
)
UNITS = frozenset(_UNITS.split())
GOOD_CUTS = frozenset("@./-_")


@dataclass(frozen=True)
class Run:
    """A stretch of text of one weight. Emphasis comes as runs; text is never parsed for it."""

    text: str
    bold: bool = False


def tie(text: str) -> str:
    """A phone number, a dose or a date that must not be parted at the line end."""
    return text.replace(" ", "\u00a0")


def words(paragraph: list[Run], style: Style, measure: float) -> list[Word]:
    """The words of one paragraph; those that must not be parted are one, those longer than a line are cut."""
    joined: list[Word] = []
    for word in _spaced(paragraph, style):
        if joined and _tied(_last(joined[-1]), _last(word)):
            joined[-1] = [*joined[-1], (" ", joined[-1][-1][1]), *word]
        else:
            joined.append(word)
    return [part for word in joined for part in _fitting(word, style, measure)]


def breadth(word: Word, style: Style) -> float:
    return sum(width(text, font, style.size) for text, font in word)


def _spaced(paragraph: list[Run], style: Style) -> Iterator[Word]:
    word: Word = []
    for run in paragraph:
        font = style.bold if run.bold else style.font
        for index, part in enumerate(run.text.split(" ")):
            if index and word:
                yield word
                word = []
            if part:
                word.append((part.replace("\u00a0", " "), font))
    if word:
        yield word


def _last(word: Word) -> str:
    return "".join(text for text, _ in word).rsplit(" ", 1)[-1]


def _tied(left: str, right: str) -> bool:
    """A number stays with its unit, a dose with its cross, the parts of a phone number with each other."""
    if "×" in (left, right) or (left == "of" and right[:1].isdigit()):
        return True
    if left[-1:].isdigit() and not right[:1].isdigit():
        return right.rstrip(".,;:)") in UNITS
    return _of_phone(left) and _of_phone(right.rstrip(".,;"))


def _of_phone(word: str) -> bool:
    return len(word) == 4 and word.strip("()+").isdigit()


def _fitting(word: Word, style: Style, measure: float) -> Iterator[Word]:
    """The word itself, or its parts when it is longer than a line."""
    if breadth(word, style) <= measure:
        yield word
        return
    letters = [(letter, font) for text, font in word for letter in text]
    begin = 0
    while begin < len(letters):
        end = _cut(letters, begin, style, measure)
        grouped = groupby(letters[begin:end], key=lambda letter: letter[1])
        yield [("".join(letter for letter, _ in group), font) for font, group in grouped]
        begin = end


def _cut(letters: list[tuple[str, str]], begin: int, style: Style, measure: float) -> int:
    """Where a part of a too long word ends: after @ . / - _ when one comes late enough, else where the line is full."""
    used, end = 0.0, begin
    while end < len(letters) and used + width(*letters[end], style.size) <= measure:
        used += width(*letters[end], style.size)
        end += 1
    if end == len(letters):
        return end
    late = range(end - 1, begin + (end - begin) // 3 - 1, -1)
    return next((at + 1 for at in late if letters[at][0] in GOOD_CUTS), max(end, begin + 1))
