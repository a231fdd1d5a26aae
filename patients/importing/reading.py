"""The bytes of an export as records: encoding, separator, header, and where the next record begins.

A position is what the text file's `tell` says after a whole record, so that reading goes on there after a break of any
kind. Nothing here holds more than one record and one piece of the file in memory.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

MOST_BYTES = 32 * 1024 * 1024
MOST_COLUMNS = 300
PIECE = 64 * 1024
SAMPLE = 256 * 1024
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16, little endian",
    "utf-16-be": "UTF-16, big endian",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Upright line"}
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
UNDEFINED_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))

csv.field_size_limit(2 * MOST_BYTES)  # a quotation mark that is never closed is told as such, not as a fault


class Unreadable(ValueError):
    """Says what is wrong with the file and what to do."""


@dataclass(frozen=True)
class Encoding:
    name: str
    evidence: str


@dataclass(frozen=True)
class Record:
    """`number` counts as a spreadsheet does: the header is row 1. `position` is where the next record begins."""

    number: int
    cells: list[str]
    position: int


def detect_encoding(path: Path) -> Encoding:
    """By its mark, else by what the whole file can be read as: UTF-8 proves itself, single bytes do not."""
    with path.open("rb") as file:
        start = file.read(PIECE)
    if not start.strip():
        raise Unreadable("The file is empty. Export it again.")
    for mark, name in MARKS.items():
        if start.startswith(mark):
            return Encoding(name, f"The file begins with the mark of {ENCODINGS[name]}.")
    if guessed := _unmarked_utf16(start):
        return Encoding(guessed, "Every second byte is empty, as in UTF-16.")
    return _single_bytes(path)


def _unmarked_utf16(start: bytes) -> str:
    """Latin text in UTF-16 has a zero in every pair: where it stands tells which half comes first."""
    pairs = len(start) // 2
    if start[1 : 2 * pairs : 2].count(0) > pairs * 0.6:
        return "utf-16-le"
    return "utf-16-be" if start[0 : 2 * pairs : 2].count(0) > pairs * 0.6 else ""


def _single_bytes(path: Path) -> Encoding:
    decoder, strange, other = codecs.getincrementaldecoder("utf-8")(), False, False
    utf8 = True
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            strange = strange or bool(piece.translate(None, UNDEFINED_IN_CP1252) != piece)
            other = other or not piece.isascii()
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                utf8 = False
                break
    if utf8 and not other:
        return Encoding("utf-8", "Only plain letters, which every encoding writes alike.")
    if utf8:
        return Encoding("utf-8", "Every letter with an accent is whole in UTF-8.")
    if strange:
        return Encoding("latin-1", "Not UTF-8, and with bytes that Windows-1252 does not know.")
    return Encoding("cp1252", "Not UTF-8. Windows programs write like this: look whether the names below are right.")


def detect_separator(path: Path, encoding: str) -> str:
    """The one that cuts the first rows into the same number of columns, and into most."""
    with path.open("rb") as file:
        text = file.read(SAMPLE).decode(encoding, "replace").lstrip("\ufeff")
    lines = text.splitlines(keepends=True)[:50]
    return max(SEPARATORS, key=lambda separator: _evenness(lines, separator))


def _evenness(lines: Sequence[str], separator: str) -> tuple[float, int]:
    widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def records(path: Path, *, encoding: str, separator: str, position: int = 0, number: int = 1) -> Iterator[Record]:
    """Every record from a position on. What does not belong to the encoding arrives as U+FFFD and is told as such."""
    with path.open("rb") as raw, TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
        if position:
            text.seek(position)
        lines = iter(text.readline, "")
        for cells in csv.reader(lines, delimiter=separator):
            if not position and number == 1 and cells:
                cells[0] = cells[0].removeprefix("\ufeff")
            yield Record(number, cells, text.tell())
            number += 1


def header_of(path: Path, *, encoding: str, separator: str) -> list[str]:
    """The names of the columns, as they stand; raises Unreadable when there is nothing to map."""
    first = next(records(path, encoding=encoding, separator=separator), None)
    names = [name.strip()[:120].replace("\x00", "") for name in first.cells] if first else []
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Unreadable("The first row is empty. It has to name the columns.")
    if len(names) > MOST_COLUMNS:
        raise Unreadable(f"The file has {len(names)} columns; {MOST_COLUMNS} is the most. Export fewer columns.")
    return names


def blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def count_rows(path: Path, *, encoding: str, separator: str) -> int:
    """Rows with something in them, without the header."""
    rows = records(path, encoding=encoding, separator=separator)
    next(rows, None)
    return sum(not blank(row.cells) for row in rows)
