"""What a number of a card or a file looks like, by system and country. Pure: no database, no request.

A check digit is checked only where its algorithm is published:

- Medicare: AIHW METEOR, Person—Medicare card number; NEHTA Software Conformance Requirements 1.4 (weights 1 3 7 9).
- IHI: Healthcare Identifiers Service, numbers begin 800360 and end in a Luhn digit (ISO/IEC 7812-1, annex B).
- NHI: HISO 10046 (both formats). NHS number: NHS Data Dictionary (modulus 11).
- DVA file number: AIHW METEOR 339130, shape only: no check digit is published.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

DVA = re.compile(r"[NVQWST](?:\d{6}|[A-Z]\d{6}|[A-Z]{2}\d{5}|[A-Z]{3}\d{4})[A-Z]?")
NHI = re.compile(r"[A-HJ-NP-Z]{3}(?:\d{4}|\d{2}[A-HJ-NP-Z]{2})")
NHI_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O; A counts 1


class NotThatNumber(ValueError):
    """Carries the sentence for the field."""


@dataclass(frozen=True)
class Shape:
    """How a number is called, what it looks like, and how it is read."""

    label: str
    hint: str
    read: Callable[[str], str]


def _digit_wrong(what: str) -> NotThatNumber:
    return NotThatNumber(f"One digit of this {what} is wrong, or two are swapped. Read it again from the card.")


def _medicare(text: str) -> str:
    number = packed(text)
    if not re.fullmatch(r"\d{10,11}", number, re.ASCII):
        raise NotThatNumber("A Medicare number has 10 digits, 11 with the number in front of the name.")
    if number[0] not in "23456":
        raise NotThatNumber("A Medicare number begins with a digit from 2 to 6. Read it again from the card.")
    weighed = sum(int(digit) * weight for digit, weight in zip(number, (1, 3, 7, 9) * 2, strict=False))
    if weighed % 10 != int(number[8]):
        raise _digit_wrong("Medicare number")
    return number


def _dva(text: str) -> str:
    number = packed(text)
    if not DVA.fullmatch(number):
        raise NotThatNumber(
            "A DVA file number is the letter of the state (N, V, Q, W, S or T), a war code of up to 3 letters and "
            "digits, 8 in all: QX901234. A letter more at the end is a dependant's."
        )
    return number


def _ihi(text: str) -> str:
    number = packed(text)
    if not re.fullmatch(r"\d{16}", number, re.ASCII) or not number.startswith("800360"):
        raise NotThatNumber("An IHI has 16 digits and begins with 8003 60.")
    if _luhn(number) % 10:
        raise _digit_wrong("IHI")
    return number


def _luhn(digits: str) -> int:
    doubled = (int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled)


def _nhi(text: str) -> str:
    number = packed(text)
    if not NHI.fullmatch(number):
        raise NotThatNumber("An NHI number is 3 letters and 4 digits, or 3 letters, 2 digits and 2 letters.")
    values = [int(c) if c.isdigit() else NHI_LETTERS.index(c) + 1 for c in number]
    weighed = sum(value * weight for value, weight in zip(values, range(7, 1, -1), strict=False))
    base = 11 if number[-1].isdigit() else 23
    check = base - weighed % base
    if (base == 11 and (weighed % 11 == 0 or check % 10 != values[-1])) or (base == 23 and check != values[-1]):
        raise NotThatNumber("One character of this NHI number is wrong, or two are swapped. Read it again.")
    return number


def _nhs(text: str) -> str:
    number = packed(text)
    if not re.fullmatch(r"\d{10}", number, re.ASCII):
        raise NotThatNumber("An NHS number has 10 digits.")
    weighed = sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False))
    if (11 - weighed % 11) % 11 != int(number[9]):
        raise _digit_wrong("NHS number")
    return number


def packed(text: str) -> str:
    """Without the spaces and hyphens people read aloud as pauses."""
    return re.sub(r"[\s-]", "", text).upper()


def _as_it_is(text: str) -> str:
    return " ".join(text.split())


FREE = Shape("Number", "As it stands on the card.", _as_it_is)
SHAPES: dict[tuple[str, str], Shape] = {
    ("medicare", ""): Shape("Medicare number", "10 digits and the number in front of the name.", _medicare),
    ("dva", ""): Shape("DVA file number", "State letter, war code, digits: QX901234.", _dva),
    ("ihi", ""): Shape("IHI", "16 digits, beginning with 8003 60.", _ihi),
    ("insurer", ""): Shape("Member number", "As it stands on the card.", _as_it_is),
    ("national", "NZ"): Shape("NHI number", "3 letters and 4 digits.", _nhi),
    ("national", "GB"): Shape("NHS number", "10 digits.", _nhs),
}
# What a practice of this country asks a new patient for, in the order cards are shown; elsewhere: the rest.
ASKED = {"AU": ("medicare", "dva"), "NZ": ("national",), "GB": ("national",)}
ELSEWHERE = ("national",)


def shape_of(system: str, *, country: str) -> Shape:
    """Of a system; a national number has the shape of the practice's country, where one is published."""
    return SHAPES.get((system, "")) or SHAPES.get((system, country)) or FREE


def asked(country: str) -> tuple[str, ...]:
    return ASKED.get(country, ELSEWHERE)
