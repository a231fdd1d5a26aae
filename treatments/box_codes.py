"""The code on a box of needles, as a scanner types it: product, lot and expiry. Pure.

GS1 element strings (GS1 General Specifications, section 3: application identifiers 01, 10 and 17), with the identifiers
in brackets as they are printed, or bare with the separator after an element of varying length, as a scanner sends them.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

PRODUCT, LOT, EXPIRY = "01", "10", "17"
# Elements of fixed length, in digits after the identifier; every other one ends at a separator or at the end.
FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
VARYING = ("10", "21", "22", "30", "37", "240", "241", "250", "251")
SEPARATOR = "\x1d"
SYMBOLOGY = re.compile(r"^\](?:C1|d2|Q3|e0)")  # which kind of code it was; scanners may send it first
MOST = 200


@dataclass(frozen=True)
class BoxCode:
    """What the code says. Empty or None: it does not say."""

    gtin: str = ""
    lot_number: str = ""
    expires_on: date | None = None


def read(text: str) -> BoxCode | None:
    """The code's parts, or None when this is no such code (a lot number typed by hand, say). Never guesses: a product
    number with a wrong check digit, a day that does not exist or an unknown element makes it no code."""
    code = SYMBOLOGY.sub("", text.strip()[:MOST])
    elements = _bracketed(code) if code.startswith("(") else _bare(code)
    if not elements or not ({PRODUCT, EXPIRY} & set(elements)):
        return None
    gtin, expiry = elements.get(PRODUCT, ""), elements.get(EXPIRY)
    expires_on = _day(expiry) if expiry else None
    if (gtin and not _checks(gtin)) or (expiry and expires_on is None):
        return None
    return BoxCode(gtin, elements.get(LOT, ""), expires_on)


def _bracketed(code: str) -> dict[str, str] | None:
    found = re.findall(r"\((\d{2,4})\)([^(]+)", code)
    if "".join(f"({key}){value}" for key, value in found) != code:
        return None
    return {key: value.strip(f" {SEPARATOR}") for key, value in found}


def _bare(code: str) -> dict[str, str] | None:
    elements: dict[str, str] = {}
    rest = code.lstrip(SEPARATOR)
    while rest:
        key = next((key for key in (*FIXED, *VARYING) if rest.startswith(key)), None)
        if key is None:
            return None
        rest = rest[len(key) :]
        if key in FIXED:
            value, rest = rest[: FIXED[key]], rest[FIXED[key] :]
            if len(value) < FIXED[key] or not (value.isascii() and value.isdigit()):
                return None
        else:
            value, _, rest = rest.partition(SEPARATOR)
        elements[key] = value
        rest = rest.lstrip(SEPARATOR)
    return elements


def _checks(gtin: str) -> bool:
    """The check digit of a GTIN-14: weights 3 and 1 from the left, modulo 10."""
    if not re.fullmatch(r"[0-9]{14}", gtin):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(gtin[:-1]))
    return (10 - total % 10) % 10 == int(gtin[-1])


def _day(digits: str) -> date | None:
    """YYMMDD of this century; day 00 is the last of the month."""
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None
