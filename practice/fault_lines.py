"""Log lines that hold no patient's details.

A database error quotes the row it refused, and a traceback quotes what stood in it. So a fault is logged as the
classes of its exceptions and the places they passed through, never by their messages; the number of the request
leads from the page that said "something broke" to its lines.
"""

import logging
import re
import secrets
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any

KEYED_ADDRESS = re.compile(
    r"/(set-password|how-are-you|register)/\S+"
)  # the address is the key to an account, an answer or a form
_number: ContextVar[str] = ContextVar("request_number", default="-")


def new_request_number() -> str:
    """A new number for the request that begins on this thread."""
    _number.set(secrets.token_hex(6))
    return _number.get()


def request_number() -> str:
    return _number.get()


class PlacesFormatter(logging.Formatter):
    """Classes and places of an exception and of everything that led to it; no message, no source line, no value."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_number = request_number()
        record.exc_text = None  # another handler may have written the full text there
        return KEYED_ADDRESS.sub(r"/\1/…", super().format(record))

    def formatException(self, ei: Any) -> str:
        return "\n".join(line for error in _chain(ei[1]) for line in _places(error))

    def formatStack(self, stack_info: str) -> str:
        return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(error: BaseException) -> Iterator[str]:
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}"
    trace: TracebackType | None = error.__traceback__
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
