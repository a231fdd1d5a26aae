"""What an uploaded file is, by its content; its name and what the sender claims count for nothing.

Kept are papers and pictures that can be read in many years and cannot do anything by themselves: PDF, JPEG, PNG (shown in
the page), plain text (shown as text), TIFF and DOCX (faxes and letters of others; no browser shows them safely, so they are
downloaded). Refused is whatever a program could run in: web pages, SVG, scripts, macros, PDFs that carry a program or
another file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile, ZipFile

from patients import foreign_pdf
from patients.photo_details import Bare, NotWhole, bare_jpeg, bare_png
from practice import outside

PDF, JPEG, PNG, TIFF, TEXT = "application/pdf", "image/jpeg", "image/png", "image/tiff", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png", TIFF: "tiff", TEXT: "txt", DOCX: "docx"}
WORDS = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG", TIFF: "TIFF", TEXT: "Text", DOCX: "DOCX"}
KNOWN = "PDF, JPEG, PNG, TIFF, DOCX or plain text"

NOT_WHOLE = "The file did not arrive whole, or is damaged. Choose it again."
UNKNOWN = f"This kind of file is not kept. Add a {KNOWN}, or print it as PDF and add that."
RUNS = "This is a web page, a drawing with code or a program (HTML, SVG, XML, script), and could run. Print it as PDF, and add that."
PDF_RUNS = "This PDF carries a program or another file inside. Print it as PDF once more, and add that."
PDF_LOCKED = "This PDF opens only with a password, which nobody will know in some years. Save it without, and add that."
PDF_TOO_MUCH = "This PDF could not be looked through: it takes too long or too much memory. Print it as PDF once more, and add that."
PDF_LATER = "Too many files arrive in this moment. Add this one again in a minute."
PDF_SAID = {foreign_pdf.NOT_WHOLE: NOT_WHOLE, foreign_pdf.RUNS: PDF_RUNS, foreign_pdf.LOCKED: PDF_LOCKED}
PDF_PROGRAM = Path(foreign_pdf.__file__)
MACRO = "This document carries a macro or a control, which is a program. Save it as PDF, and add that."
BEGINNINGS = (
    (b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"II*\0", TIFF), (b"MM\0*", TIFF), (b"PK\x03\x04", DOCX),
)  # fmt: skip
REFUSED = (
    (b"MZ", RUNS), (b"\x7fELF", RUNS), (b"#!", RUNS), (b"\xca\xfe\xba\xbe", RUNS),
    (b"\xd0\xcf\x11\xe0", "This is an old Office file, which can carry programs. Save it as PDF or DOCX, and add that."),
    (b"{\\rtf", "RTF is not kept. Save it as PDF or DOCX, and add that."),
)  # fmt: skip
MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php)\b|javascript:", re.IGNORECASE
)
HEIC = re.compile(rb".{4}ftyp(heic|heix|hevc|mif1|msf1|avif)", re.DOTALL)
MOST_OF_A_PART = 1024 * 1024
NEAR_THE_END = 4096


class NotKept(ValueError):
    """Says what is wrong with the file and what to do."""


@dataclass(frozen=True)
class Received:
    """A file as it will be kept: photos without what they said besides the picture."""

    content: bytes
    content_type: str
    pages: int | None = None
    had_details: bool = False
    had_place: bool = False
    taken_on: date | None = None


def received(content: bytes, *, most_bytes: int) -> Received:
    """What the file is and how it will be kept. Raises NotKept."""
    if not content:
        raise NotKept("The file is empty. Choose it again.")
    if len(content) > most_bytes:
        raise NotKept(too_large(len(content), most_bytes=most_bytes))
    kind = next((kind for beginning, kind in BEGINNINGS if content.startswith(beginning)), TEXT)
    return READERS[kind](content)


def too_large(size: int, *, most_bytes: int) -> str:
    """Never "20.0 MB, and 20 MB is the most"."""
    megabytes = max(size / 1048576, most_bytes / 1048576 + 0.1)
    return f"This is {megabytes:.1f} MB, and {most_bytes // 1048576} MB is the most. Scan it in black and white, or in two parts."


def _pdf(content: bytes) -> Received:
    if b"%%EOF" not in content[-NEAR_THE_END:]:
        raise NotKept(NOT_WHOLE)
    try:
        ended = outside.run(PDF_PROGRAM, content=content)
    except outside.TooLong as error:
        raise NotKept(PDF_TOO_MUCH) from error
    except outside.TooMany as error:
        raise NotKept(PDF_LATER) from error
    if ended.status:
        raise NotKept(PDF_SAID.get(ended.status, PDF_TOO_MUCH))
    return Received(content, PDF, pages=int(ended.answer))


def _photo(kind: str, bare: Callable[[bytes], Bare]) -> Callable[[bytes], Received]:
    def read(content: bytes) -> Received:
        try:
            photo = bare(content)
        except NotWhole as error:
            raise NotKept(NOT_WHOLE) from error
        return Received(
            photo.content, kind, had_details=photo.had_details, had_place=photo.had_place, taken_on=photo.taken_on
        )

    return read


def _tiff(content: bytes) -> Received:
    """Followed from directory to directory: each is one page, and all of them have to be there."""
    order: Literal["little", "big"] = "little" if content[:2] == b"II" else "big"
    at, seen = int.from_bytes(content[4:8], order), set[int]()
    while at and at not in seen:
        count = int.from_bytes(content[at : at + 2], order)
        end = at + 2 + 12 * count
        if not count or end + 4 > len(content):
            raise NotKept(NOT_WHOLE)
        seen.add(at)
        at = int.from_bytes(content[end : end + 4], order)
    if not seen:
        raise NotKept(NOT_WHOLE)
    return Received(content, TIFF, pages=len(seen))


def _docx(content: bytes) -> Received:
    try:
        with ZipFile(BytesIO(content)) as opened:
            names = {name.lower() for name in opened.namelist()}
            if "word/document.xml" not in names:
                raise NotKept(
                    "This is a folder of files (ZIP) or another Office file. Unpack it, or print it as PDF, and add that."
                )
            if any(
                name.endswith("vbaproject.bin") or "/activex/" in name for name in names
            ) or _template_from_elsewhere(opened):
                raise NotKept(MACRO)
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, NotKept):
            raise
        raise NotKept(NOT_WHOLE) from error
    return Received(content, DOCX)


def _template_from_elsewhere(opened: ZipFile) -> bool:
    """A template that is fetched when the document is opened brings its macros along."""
    name = "word/_rels/settings.xml.rels"
    if name not in opened.namelist():
        return False
    with opened.open(name) as part:
        told = part.read(MOST_OF_A_PART).lower()
    return b"attachedtemplate" in told and b"external" in told


def _text(content: bytes) -> Received:
    """Plain text in UTF-8 (or in what Windows wrote before it), without a sign that it is anything else."""
    for beginning, said in REFUSED:
        if content.startswith(beginning):
            raise NotKept(said)
    if HEIC.match(content):
        raise NotKept("This is a HEIC photo, which few programs can show. Save it as JPEG, and add that.")
    if MARKUP.search(content):
        raise NotKept(RUNS)
    words = words_of(content)
    if words is None or any(not (c.isprintable() or c in "\n\r\t\f\u00a0") and c < "\xa0" for c in words):
        raise NotKept(UNKNOWN)
    return Received(content, TEXT)


def words_of(content: bytes) -> str | None:
    """Plain text as it reads, or nothing when it is none."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


READERS: dict[str, Callable[[bytes], Received]] = {
    PDF: _pdf, JPEG: _photo(JPEG, bare_jpeg), PNG: _photo(PNG, bare_png), TIFF: _tiff, DOCX: _docx, TEXT: _text,
}  # fmt: skip
