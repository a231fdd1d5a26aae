"""An attached file on its way out, and its pages as pictures: nothing in it can run, no cache keeps it, its name says
nothing.

The pictures of an attachment belong to its page, which was written into the access log when it was opened: `mark_of` says
so for ten minutes. A picture that is asked for without it is an opening of its own.
"""

import base64
from uuid import UUID

from django.core import signing
from django.http import HttpResponse

from patients import file_kinds
from patients.models import Attachment
from practice import pdf_reading
from practice.models import User

SALT = "patients.attachment.opened"
MINUTES = 10
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class NoPicture(Exception):
    """There is no such page."""


class NotDrawn(Exception):
    """There is such a page, and it cannot be shown; the file can still be fetched."""

    message = "This page cannot be shown here. Download the file to read it."


def file_response(attachment: Attachment, content: bytes) -> HttpResponse:
    """The stored bytes, always as a download: a browser never opens them as a page of ours."""
    digest = base64.b64encode(bytes.fromhex(attachment.sha256)).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{attachment.file_name}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return HttpResponse(content, content_type=attachment.content_type, headers=HEADERS | headers)


def picture_response(attachment: Attachment, content: bytes, number: int) -> HttpResponse:
    """A photo as it is kept, or one page (from 1) of a PDF drawn on the server, so that nothing in it reaches the browser.
    Raises NoPicture or NotDrawn."""
    if attachment.is_picture and number == 1:
        return HttpResponse(content, content_type=attachment.content_type, headers=HEADERS)
    if attachment.content_type != file_kinds.PDF:
        raise NoPicture
    try:
        drawn = pdf_reading.photo_of_page(content, number)
    except IndexError as error:
        raise NoPicture from error
    except pdf_reading.Unreadable as error:
        raise NotDrawn from error
    return HttpResponse(drawn, content_type=file_kinds.JPEG, headers=HEADERS)


def not_drawn_response() -> HttpResponse:
    return HttpResponse(NotDrawn.message, status=422, content_type="text/plain; charset=utf-8", headers=HEADERS)


def mark_of(user: User, attachment: Attachment) -> str:
    return signing.dumps([str(user.pk), str(attachment.pk)], salt=SALT)


def is_marked(mark: str, *, user: User, pk: UUID) -> bool:
    try:
        return bool(signing.loads(mark, salt=SALT, max_age=60 * MINUTES) == [str(user.pk), str(pk)])
    except signing.BadSignature:
        return False
