"""Dates in an export: what their writing proves about the order of day and month, and reading them in that order.

03/04/1980 can be two days. What the whole column proves is shown; the person says which order it is.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ORDERS = {"day": "Day first: 31/12/1980", "month": "Month first: 12/31/1980"}
NUMBERS = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
CLOCK = re.compile(r"[ T,]+\d{1,2}:\d{2}.*$")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


class NotADay(ValueError):
    """Carries the sentence for the row."""


@dataclass(frozen=True)
class Evidence:
    """How many dates of a column can only be day first, only month first, or both; the rest leaves no doubt."""

    day: int = 0
    month: int = 0
    either: int = 0
    clear: int = 0
    unreadable: int = 0

    @property
    def order(self) -> str:
        """The order that is proven and contradicted nowhere, or nothing."""
        if self.day and not self.month:
            return "day"
        return "month" if self.month and not self.day else ""

    @property
    def has_to_be_asked(self) -> bool:
        return bool(self.day or self.month or self.either)

    @property
    def sentence(self) -> str:
        told = [(self.day, "can only be day first"), (self.month, "can only be month first"),
                (self.either, "can be read both ways"), (self.clear, "leave no doubt"),
                (self.unreadable, "are no dates")]  # fmt: skip
        parts = [f"{count:,} {words}" for count, words in told if count]
        return ", ".join(parts) + "." if parts else "The column is empty."


def weigh(texts: Iterable[str]) -> Evidence:
    counted = Counter(_kind(text) for text in texts if text.strip())
    return Evidence(**counted)


def _kind(text: str) -> str:
    text = CLOCK.sub("", text.strip())
    found = NUMBERS.fullmatch(text)
    if not found:
        return "clear" if COMPACT.fullmatch(text) or _named(text) else "unreadable"
    first, second, _ = found.groups()
    if len(first) == 4:
        return "clear"
    a, b = int(first), int(second)
    if a > 12 >= b:
        return "day"
    if b > 12 >= a:
        return "month"
    if a > 12:
        return "unreadable"
    return "clear" if a == b else "either"


def read(text: str, *, order: str, today: date) -> date:
    """The day that is meant. `order` decides only where both are possible; two digits of a year lie in the past
    hundred years. Raises NotADay with the cure."""
    text = CLOCK.sub("", text.strip())
    year, month, day = _parts(text, order)
    try:
        return date(_century(year, today), int(month), int(day))
    except ValueError as error:
        raise NotADay("There is no such day. Correct the day or the month.") from error


def _parts(text: str, order: str) -> tuple[str, int, int]:
    if found := COMPACT.fullmatch(text):
        return found[1], int(found[2]), int(found[3])
    if named := _named(text):
        return named
    found = NUMBERS.fullmatch(text)
    if not found or (len(found[3]) not in (2, 4) and len(found[1]) != 4):
        raise NotADay("Write day, month and year, such as 14/03/1987.")
    first, second, third = found.groups()
    if len(first) == 4:
        return first, int(second), int(third)
    a, b = int(first), int(second)
    if a != b and a <= 12 and b <= 12 and not order:
        raise NotADay("It can be two days. Say which order the dates are in.")
    return (third, a, b) if order == "month" else (third, b, a)


def _named(text: str) -> tuple[str, int, int] | None:
    """12 Mar 1980 and March 12, 1980."""
    words = re.findall(r"\d+|[a-z]+", text.casefold())
    if len(words) != 3:
        return None
    for day, month in ((words[0], words[1]), (words[1], words[0])):
        if day.isdigit() and len(day) <= 2 and month[:3] in MONTHS and words[2].isdigit() and len(words[2]) in (2, 4):
            return words[2], MONTHS.index(month[:3]) + 1, int(day)
    return None


def _century(text: str, today: date) -> int:
    if len(text) != 2:
        return int(text)
    year = today.year - today.year % 100 + int(text)
    return year if year <= today.year else year - 100
