"""The last look before a document is stored: it opens, it has its pages, and every page is this patient's.

A drawing that mixed two patients up would be found here, whatever the mistake was: the finished bytes are read by a second
program, and the record number and the name on each page are compared with the patient the document is stored for.
"""

import re
import unicodedata

from practice import pdf_reading
from reports.drawing.faces import printable

BLANK = re.compile(r"[\s\u00ad\u200b\ufffd\ufffe\x00-\x1f]+")


class WrongPaper(ValueError):
    """The finished document is not what it is stored as. A fault of the program: nothing is issued."""


def check(content: bytes, *, pages: int, name: str, record_number: int) -> None:
    """Raises WrongPaper unless the PDF opens, has that many pages, and names this patient on each."""
    try:
        texts = pdf_reading.texts(content)
    except pdf_reading.Unreadable as error:
        raise WrongPaper("the document does not open") from error
    if len(texts) != pages:
        raise WrongPaper(f"the document has {len(texts)} pages instead of {pages}")
    wanted, number = plain(printable(name)[0]), f"{record_number:06d}"
    for page, text in enumerate(texts, 1):
        if re.search(rf"(?<!\d){number}(?!\d)", text) is None:
            raise WrongPaper(f"page {page} does not carry the record number")
        if wanted not in plain(text):
            raise WrongPaper(f"page {page} does not carry the patient's name")


def plain(text: str) -> str:
    """Without what a line end or a missing character changes."""
    return BLANK.sub("", unicodedata.normalize("NFKC", text))
