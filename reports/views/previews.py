"""A document beside its form: the pages as pictures, drawn from the very bytes that would be issued."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from practice import pdf_reading
from practice.errors import Refused
from reports import actions
from reports.drawing.letterhead import notice
from reports.drawing.patient_summary import DoesNotFit

MOST_PICTURES = 12  # the rest is counted


@dataclass(frozen=True)
class Pictures:
    """The first pages as PNG in data addresses, how many there are in all, and what the paper cannot print."""

    pages: tuple[str, ...]
    count: int
    missing: str = ""
    refused: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.pages)


def pictures(make: Callable[[], actions.Made]) -> Pictures:
    """What `make` would issue, or why it would not."""
    try:
        made = make()
    except (Refused, DoesNotFit) as refusal:
        return Pictures((), 0, refused=str(refusal))
    return pictures_of(made.content, made.pages, made.missing)


def pictures_of(content: bytes, pages: int, missing: tuple[str, ...] = ()) -> Pictures:
    drawn = (pdf_reading.picture(content, page) for page in range(1, min(pages, MOST_PICTURES) + 1))
    encoded = tuple(f"data:image/png;base64,{base64.b64encode(png).decode()}" for png in drawn)
    return Pictures(encoded, pages, notice(missing) if missing else "")
