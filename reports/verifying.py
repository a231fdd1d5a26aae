"""The last look at a document before it leaves the house: whole, unchanged, readable, and about the right patient."""

from hashlib import sha256
from io import BytesIO
from secrets import token_urlsafe

import pikepdf
import pypdfium2

from reports.models import Document


class NotAsIssued(Exception):
    """The stored document is not what was issued. The reason is a sentence without names."""


def check(document: Document, *, record_number: int) -> None:
    """Raises NotAsIssued unless the bytes are those that were issued, the PDF opens with as many pages as it was issued
    with, and it names this patient's record number and its own number."""
    content = bytes(document.content)
    if sha256(content).hexdigest() != document.sha256:
        raise NotAsIssued("The stored document is not the one that was issued: its digest differs.")
    pages = _texts(content)
    if len(pages) != document.pages:
        raise NotAsIssued(f"The document has {len(pages)} pages instead of {document.pages}.")
    if f"{record_number:06d}" not in pages[0]:
        raise NotAsIssued("The document does not name the record number of this patient.")
    if not all(document.number in page for page in pages):
        raise NotAsIssued("A page of the document does not carry its number.")


def protected(content: bytes, *, password: str, pages: int) -> bytes:
    """The same document behind a password (AES-256), opened once more with it before it is handed on."""
    out = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=password, owner=token_urlsafe(32), R=6))
    with pikepdf.open(BytesIO(out.getvalue()), password=password) as again:
        if len(again.pages) != pages or not again.is_encrypted:
            raise NotAsIssued("The document could not be protected by a password.")
    return out.getvalue()


def _texts(content: bytes) -> list[str]:
    """The text of each page as another reader than the one that wrote it sees it."""
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as fault:
        raise NotAsIssued("The document does not open.") from fault
    try:
        return [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()
