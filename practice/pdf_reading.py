"""Reading a finished PDF with a second program: its words page by page, and its pages as pictures.

PDFium is not the program that drew the page, so what it reads is what a recipient's reader will show. It may be used by
one thread at a time. Here it reads our own documents; those of others are drawn by a process of their own.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Lock
from time import monotonic

import pypdfium2 as pdfium

from practice import foreign_page, outside

log = logging.getLogger(__name__)
SHARP = 1.6  # pixels to the point: readable on a tablet without zooming
PROGRAM = Path(foreign_page.__file__)
MINUTES = 10
_one_at_a_time = Lock()
_hung: dict[str, float] = {}  # files that took too long, by digest, and until when they are not tried again


class Unreadable(ValueError):
    """The bytes are no PDF that opens, or none that can be drawn within the bounds."""


@contextmanager
def _opened(content: bytes) -> Iterator[pdfium.PdfDocument]:
    with _one_at_a_time:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            raise Unreadable from error
        try:
            yield document
        finally:
            document.close()


def texts(content: bytes) -> list[str]:
    """What is printed on each page. Raises Unreadable."""
    with _opened(content) as document:
        return [_text(document[number]) for number in range(len(document))]


def _text(page: pdfium.PdfPage) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_range())
    finally:
        words.close()
        page.close()


def picture(content: bytes, page: int) -> bytes:
    """One page (from 1) as PNG. Raises Unreadable, or IndexError where there is no such page."""
    with _opened(content) as document:
        drawn = _page(document, page).render(scale=SHARP)
        target = BytesIO()
        drawn.to_pil().convert("RGB").quantize(48).save(target, "PNG")  # few colours: a third of the size
        return target.getvalue()


def photo_of_page(content: bytes, page: int, *, longest: int = 1600) -> bytes:
    """One page (from 1) of somebody else's PDF as JPEG, its longer side so many pixels, however large it claims to be.

    Drawn in a process of its own, which a hostile file can crash or hold up without harm. Raises Unreadable, or
    IndexError where there is no such page.
    """
    digest = sha256(content).hexdigest()
    if _hung.get(digest, 0) > monotonic():
        raise Unreadable("it took too long a moment ago")
    try:
        ended = outside.run(PROGRAM, str(page), str(longest), content=content)
    except outside.TooLong as error:
        _remember_that_it_hung(digest)
        raise Unreadable("drawing takes too long") from error
    except outside.TooMany as error:
        raise Unreadable("too many pages are being drawn") from error
    if ended.status == foreign_page.NO_SUCH_PAGE:
        raise IndexError(page)
    if ended.status:
        log.warning("a page of a PDF was not drawn: the drawing process ended with %s", ended.status)
        raise Unreadable(f"the drawing process ended with {ended.status}")
    return ended.answer


def _remember_that_it_hung(digest: str) -> None:
    """Its other pages are not tried for some minutes: one file must not hold up everybody's requests page by page."""
    log.warning("a page of a PDF was not drawn: it took too long")
    now = monotonic()
    for old in [known for known, until in list(_hung.items()) if until < now]:
        _hung.pop(old, None)
    _hung[digest] = now + MINUTES * 60


def _page(document: pdfium.PdfDocument, page: int) -> pdfium.PdfPage:
    if not 1 <= page <= len(document):
        raise IndexError(page)
    try:
        return document[page - 1]
    except pdfium.PdfiumError as error:
        raise Unreadable from error
