"""Reading a finished PDF with a second program: its words page by page, and its pages as pictures.

PDFium is not the program that drew the page, so what it reads is what a recipient's reader will show. It may be used by
one thread at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock

import pypdfium2 as pdfium

SHARP = 1.6  # pixels to the point: readable on a tablet without zooming
_one_at_a_time = Lock()


class Unreadable(ValueError):
    """The bytes are no PDF that opens."""


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
    Raises Unreadable, or IndexError where there is no such page."""
    with _opened(content) as document:
        found = _page(document, page)
        scale = longest / max(*found.get_size(), 1)
        target = BytesIO()
        found.render(scale=scale).to_pil().convert("RGB").save(target, "JPEG", quality=80)
        return target.getvalue()


def _page(document: pdfium.PdfDocument, page: int) -> pdfium.PdfPage:
    if not 1 <= page <= len(document):
        raise IndexError(page)
    try:
        return document[page - 1]
    except pdfium.PdfiumError as error:
        raise Unreadable from error
