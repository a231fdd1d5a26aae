"""One font family for every document, and the promise never to drop a character silently.

Covered: Latin with all extensions and Vietnamese, phonetic letters, Greek with polytonic, Cyrillic with extensions,
and the signs clinicians type (fonts/README.md lists the blocks). Everything else prints as U+FFFD, and the page says
which code point it stands for.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from reports.drawing import ink

FOLDER = Path(__file__).parent / "fonts"
FILES = {
    ink.REGULAR: "NotoSans-Regular.ttf",
    ink.BOLD: "NotoSans-SemiBold.ttf",
    ink.NARROW: "NotoSans-SemiCondensed.ttf",
    ink.NARROW_BOLD: "NotoSans-SemiCondensedSemiBold.ttf",
}
SUBSTITUTE = "\ufffd"
JOINERS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # they shape or break text and have no ink of their own
VARIANTS = "".join(map(chr, range(0xFE00, 0xFE10)))  # how to draw the character before, which we draw in one way
DIRECTIONS = "\u061c\u200e\u200f" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
NEW_LINES = "\r\v\f\x85\u2028\u2029"
_SAME: dict[int, str | None] = {
    **dict.fromkeys(map(ord, JOINERS + VARIANTS + DIRECTIONS)),
    **dict.fromkeys(map(ord, NEW_LINES), "\n"),
    **dict.fromkeys(map(ord, "\t\u3000"), " "),
}
_LONG = 300  # longer texts are seldom set twice: they stay out of the memory of the process


def _register() -> frozenset[str]:
    """Parse the four faces once per process; answers the characters that all of them have."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / file)))
    glyphs = [pdfmetrics.getFont(name).face.charToGlyph for name in FILES]
    return frozenset(chr(code) for code in set(glyphs[0]).intersection(*glyphs[1:]))


COVERED = _register() | {"\n"}


def printable(text: str) -> tuple[str, frozenset[str]]:
    """The text as it can be set, and the characters that had to be replaced by the substitution sign.

    Accents are composed first (no shaping engine is used), so Vietnamese and polytonic names typed with combining
    marks come out right. Right-to-left and Indic scripts need shaping and are never half printed.
    """
    return _remembered(text) if len(text) <= _LONG else _printable(text)


def _printable(text: str) -> tuple[str, frozenset[str]]:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_SAME))
    missing = frozenset(text) - COVERED
    if missing:
        text = "".join(SUBSTITUTE if character in missing else character for character in text)
    return text, missing


_remembered = lru_cache(maxsize=4_000)(_printable)


def plain(text: str) -> str:
    """Text for titles and alternative texts, which need no glyphs: only what no PDF reader could take is replaced."""
    return "".join(SUBSTITUTE if unicodedata.category(c) == "Cs" else " " if ord(c) < 32 else c for c in text)


def width(text: str, font: str, size: float) -> float:
    return _thousandths(text, font) * size * 0.001


@lru_cache(maxsize=20_000)
def _thousandths(text: str, font: str) -> float:
    measured: float = pdfmetrics.stringWidth(text, font, 1000)
    return measured
