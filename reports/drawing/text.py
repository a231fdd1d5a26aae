"""Breaking text into lines: even rag, no last line of one short word, bold runs, no markup language.

User text is never parsed: `**` or `<b>` in a note prints as typed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from reports.drawing.faces import SUBSTITUTE, printable, width
from reports.drawing.ink import Style
from reports.drawing.words import Run, Word, breadth, words

_LONG = 400  # longer texts are broken once per document: their block keeps the lines


@dataclass(frozen=True)
class Piece:
    """Words of one face that stand together on a line."""

    x: float
    text: str
    font: str


@dataclass(frozen=True)
class Line:
    """One line; `missing` are the characters its text had to replace, so that the page can say so."""

    pieces: tuple[Piece, ...]
    width: float
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lines:
    """Text already broken: what is left of a text that was begun on an earlier page."""

    lines: tuple[Line, ...]


Text = str | tuple[Run, ...] | Lines


def lines_of(text: Text, style: Style, measure: float) -> tuple[Line, ...]:
    """All lines of a text; a line feed in it starts a new line."""
    if isinstance(text, Lines):
        return text.lines
    runs = (Run(text),) if isinstance(text, str) else text
    if sum(len(run.text) for run in runs) > _LONG:
        return _break(runs, style, measure)
    return _remembered(runs, style, measure)


def height_of(text: Text, style: Style, measure: float) -> float:
    return len(lines_of(text, style, measure)) * style.leading


def _break(runs: tuple[Run, ...], style: Style, measure: float) -> tuple[Line, ...]:
    clean = [(Run(text, run.bold), missing) for run in runs for text, missing in [printable(run.text)]]
    missing = frozenset[str]().union(*(characters for _, characters in clean))
    lines: list[Line] = []
    for paragraph in _paragraphs(run for run, _ in clean):
        lines += _even_lines(words(paragraph, style, measure), style, measure)
    return tuple(_noted(line, missing) for line in lines) if missing else tuple(lines)


_remembered = lru_cache(maxsize=2_000)(_break)


def _noted(line: Line, missing: frozenset[str]) -> Line:
    replaced = any(SUBSTITUTE in piece.text for piece in line.pieces)
    return Line(line.pieces, line.width, missing) if replaced else line


def _paragraphs(runs: Iterable[Run]) -> Iterator[list[Run]]:
    paragraph: list[Run] = []
    for run in runs:
        first, *rest = run.text.split("\n")
        paragraph.append(Run(first, run.bold))
        for part in rest:
            yield paragraph
            paragraph = [Run(part, run.bold)]
    yield paragraph


def _even_lines(row: list[Word], style: Style, measure: float) -> Iterator[Line]:
    """Least sum of squared gaps at the line ends, and a last line that does not stand alone."""
    space = width(" ", style.font, style.size)
    widths = [breadth(word, style) for word in row]
    if sum(widths) + space * (len(row) - 1) <= measure:
        yield _line(row, style, space)
        return
    for first, end in _cuts(row, widths, space, measure):
        yield _line(row[first:end], style, space)


def _cuts(row: list[Word], widths: list[float], space: float, measure: float) -> Iterable[tuple[int, int]]:
    """The best line ends by dynamic programming: (first word, word after the last) of every line."""
    count = len(row)
    best, start = [0.0] + [float("inf")] * count, [0] * (count + 1)
    for end in range(1, count + 1):
        used = -space
        for first in range(end - 1, -1, -1):
            used += widths[first] + space
            if used > measure + 0.01 and first < end - 1:
                break
            cost = best[first] + 0.002 + _cost(row[end - 1], used / measure, end == count)
            if cost < best[end]:
                best[end], start[end] = cost, first
    cuts, end = [], count
    while end:
        cuts.append((start[end], end))
        end = start[end]
    return reversed(cuts)


def _cost(last_word: Word, filled: float, is_last_line: bool) -> float:
    """A gap costs its square; a lonely last line and a one-letter line end cost extra."""
    if is_last_line:
        return 0.15 if filled < 0.22 else 0.0
    return (1 - filled) ** 2 + (0.004 if len(last_word[-1][0]) <= 1 else 0.0)


def _line(row: list[Word], style: Style, space: float) -> Line:
    """Words set one after the other; neighbours of one face are one piece."""
    pieces: list[Piece] = []
    x = 0.0
    for index, word in enumerate(row):
        for place, (part, font) in enumerate(word):
            glue = " " if index and place == 0 else ""
            x += space if glue else 0.0
            if pieces and pieces[-1].font == font:
                pieces[-1] = Piece(pieces[-1].x, pieces[-1].text + glue + part, font)
            else:
                pieces.append(Piece(x, part, font))
            x += width(part, font, style.size)
    return Line(tuple(pieces), x)
