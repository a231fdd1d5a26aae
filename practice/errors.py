"""How a rule says no: one base class, translated once per surface (409 problem on the API, a message on a page)."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """A rule said no, in a sentence for the person at the screen.

    `code` names the rule for programs; `errors` lists every refusal when there are several, each a dict with at
    least `field`, `code` and `message`.
    """

    code = "refused"
    message = "This is not possible."

    def __init__(self, message: str = "", errors: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message or self.message)
        self.errors = list(errors)


class Stale(Exception):
    """The record was changed by someone else since it was read (412). `record` is the current row."""

    def __init__(self, record: Any) -> None:
        super().__init__("This record was changed since you opened it.")
        self.record = record
