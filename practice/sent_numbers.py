"""Whole numbers that a form or an address carries: versions, pages, record numbers."""

from typing import TypeVar

from django.http import HttpRequest

MOST_DIGITS = 9  # what every column for whole numbers holds

Otherwise = TypeVar("Otherwise", int, None)


def whole_number(sent: str, otherwise: Otherwise) -> int | Otherwise:
    """What was sent; `otherwise` for all that is no number of at most nine plain digits (`²` calls itself a digit, and
    five thousand of them are refused by int)."""
    is_one = sent.isascii() and sent.isdigit() and len(sent) <= MOST_DIGITS
    return int(sent) if is_one else otherwise


def version_sent(request: HttpRequest, current: int, name: str = "version") -> int:
    """The version the page was made from; the current one for a form that carries none."""
    return whole_number(request.POST.get(name, ""), current)
