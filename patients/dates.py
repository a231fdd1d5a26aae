"""Dates of birth as people write them: 12/3/80, 12 mar 1980, 14 3 1987, 1980-03-12. Day before month."""

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
OLDEST_YEARS = 130


class NotADate(ValueError):
    """Carries the sentence for the field."""


def read(text: str, *, today: date) -> date:
    """The date that is meant. A two-digit year lies in the past hundred years. Raises NotADate with the cure."""
    parts = re.findall(r"\d+|[a-z]+", text.casefold())
    if len(parts) == 1 and len(parts[0]) == 8 and parts[0].isdigit():
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) != 3:
        raise NotADate("Write day, month and year, such as 14 3 1987.")
    if len(parts[0]) == 4:
        parts.reverse()
    day, month, year = parts
    number = _month(month)
    if not (day.isdigit() and year.isdigit()) or number is None or len(day) > 2 or len(year) not in (2, 4):
        raise NotADate("Write day, month and year, such as 14 3 1987.")
    try:
        return date(_century(int(year), today) if len(year) == 2 else int(year), number, int(day))
    except ValueError as error:
        raise NotADate(f"There is no {int(day)} {MONTHS[number - 1].capitalize()} in that year.") from error


def problem_with_birth(born: date, *, today: date) -> str | None:
    if born > today:
        return "This date lies in the future."
    if today.year - born.year > OLDEST_YEARS:
        return f"Nobody is older than {OLDEST_YEARS} years. Check the year."
    return None


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text) if len(text) <= 2 and 1 <= int(text) <= 12 else None
    return MONTHS.index(text[:3]) + 1 if text[:3] in MONTHS else None


def _century(two_digits: int, today: date) -> int:
    year = today.year - today.year % 100 + two_digits
    return year if year <= today.year else year - 100
