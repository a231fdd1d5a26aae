"""What somebody typed into the one box, read into things to look for. Pure.

Words are names, digits may be a year, the end of a phone or a record number, dates are read in any usual writing (day
before month), `@` makes an e-mail. Each is a slot; a patient is ranked by how many slots they fill and how well.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from patients import dates
from practice.folding import fold

LONGEST = 100
MOST_SLOTS = 6
MONTH = "|".join(dates.MONTHS)
DATE = re.compile(
    r"(?<![\d/.-])(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"  # 1980-03-12
    r"|\d{1,2}(?:st|nd|rd|th)?[ /.-]\d{1,2}[ /.-](?:\d{4}|\d{2})"  # 12/3/80, 12 3 1980
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ /.-]*(?:{MONTH})[a-z]*[ /.,-]*(?:\d{{4}}|\d{{2}})"  # 12 mar 1980, 12march80
    rf"|(?:{MONTH})[a-z]*[ .]+\d{{1,2}}(?:st|nd|rd|th)?[ ,]+\d{{4}})(?![\d/-])",  # march 12, 1980
    re.IGNORECASE,
)
DAY_AND_MONTH = re.compile(
    rf"(?<![\d/.-])(\d{{1,2}}[/.]\d{{1,2}}|\d{{1,2}} (?:{MONTH})[a-z]*)(?![\w/.-])", re.IGNORECASE
)
NUMBER = re.compile(r"(?<![^\W_])(?:\+?\d[\d ()-]*\d|\d)(?![^\W_])")  # p1980x is a word, no number


@dataclass(frozen=True)
class Typed:
    """The slots of one text: names folded, digits as they stand, whole dates and days of the year."""

    names: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    born: date | None = None
    day_and_month: tuple[int, int] | None = None
    together: str = ""  # of the digits those that were read as `born` too: 040255

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.digits or self.emails or self.born or self.day_and_month)


def read(text: str, *, today: date) -> Typed:
    """Never raises: what makes no sense is looked for as it stands."""
    text = text.replace("\x00", " ")[:LONGEST].strip()
    emails = [word.casefold() for word in text.split() if "@" in word and len(word) > 1]
    rest = " ".join(word for word in text.split() if "@" not in word)
    rest, born = _whole_date(rest, today)
    rest, day = _day_and_month(rest, today) if born is None else (rest, None)
    digits: list[str] = []

    def take(found: re.Match[str]) -> str:
        digits.extend(_numbers(found.group(), today))
        return " "

    names = name_words_typed(NUMBER.sub(take, rest))
    together = ""
    if born is None:
        dates_too = ((digit, found) for digit in digits if (found := _written_together(digit, today)))
        together, born = next(dates_too, ("", None))
    return Typed(
        tuple(names[:MOST_SLOTS]), tuple(dict.fromkeys(digits))[:MOST_SLOTS], tuple(emails[:2]), born, day, together
    )


def name_words_typed(text: str) -> list[str]:
    """Each typed word folded; a single letter only when it is all there is, or an initial beside others."""
    return list(dict.fromkeys(word for token in text.split() if (word := fold(token).replace(" ", ""))))


def joined(names: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """Neighbours written as one word, with their places: `mc allister` is mcallister, `o neill` oneill."""
    return [(a + b, i, i + 1) for i, (a, b) in enumerate(pairwise(names)) if len(a + b) >= 4]


def years_of(digits: str, today: date) -> tuple[int, ...]:
    """The years of birth that two or four digits may mean."""
    if len(digits) == 4 and today.year - dates.OLDEST_YEARS <= int(digits) <= today.year:
        return (int(digits),)
    if len(digits) == 2:
        century = today.year - today.year % 100
        both = (century + int(digits), century - 100 + int(digits))
        return tuple(year for year in both if today.year - dates.OLDEST_YEARS <= year <= today.year)
    return ()


def phone_ending(digits: str) -> str:
    """Digits as they end an E.164 number, last first; a leading 0 is the country's own way of dialling."""
    return digits.lstrip("0")[::-1] if len(digits) >= 8 else digits[::-1]


def _whole_date(text: str, today: date) -> tuple[str, date | None]:
    for found in DATE.finditer(text):
        try:
            written = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", found.group(), flags=re.IGNORECASE)
            return text[: found.start()] + " " + text[found.end() :], _read(written, today)
        except dates.NotADate:
            continue
    return text, None


def _read(written: str, today: date) -> date:
    parts = re.findall(r"\d+|[a-z]+", written.casefold())
    if len(parts) == 3 and parts[0].isalpha():  # march 12, 1980
        parts[0], parts[1] = parts[1], parts[0]
    return dates.read(" ".join(parts), today=today)


def _day_and_month(text: str, today: date) -> tuple[str, tuple[int, int] | None]:
    for found in DAY_AND_MONTH.finditer(text):
        try:
            day = dates.read(f"{found.group()} 2000", today=today)
        except dates.NotADate:
            continue
        return text[: found.start()] + " " + text[found.end() :], (day.day, day.month)
    return text, None


def _numbers(text: str, today: date) -> list[str]:
    """Groups of one phone number belong together; a year or short numbers beside each other do not."""
    parts = re.findall(r"\d+", text)
    together = "".join(parts)
    a_year = any(len(part) == 4 and years_of(part, today) for part in parts)
    if len(parts) == 1 or text.startswith("+") or (len(together) >= 8 and not (a_year and len(together) < 9)):
        return [together]
    if len(together) >= 6 and not a_year and all(len(part) >= 3 for part in parts):
        return [together]
    return parts


def _written_together(digits: str, today: date) -> date | None:
    """12031980, 19800312, 120380."""
    ways = {
        8: ((digits[:2], digits[2:4], digits[4:]), (digits[6:], digits[4:6], digits[:4])),
        6: ((digits[:2], digits[2:4], digits[4:]),),
    }
    for day, month, year in ways.get(len(digits), ()):
        try:
            born = dates.read(f"{day} {month} {year}", today=today)
        except dates.NotADate:
            continue
        if dates.problem_with_birth(born, today=today) is None:
            return born
    return None
