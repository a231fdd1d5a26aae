"""The cells of one record as values of a patient, contact, alert or note, and what is wrong with them.

A problem names the column, what kind of thing stood there (never the thing itself: reports travel) and the cure.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any

from patients import phones
from patients.identifier_shapes import NotThatNumber, packed, shape_of
from patients.importing import days
from patients.importing.columns import day_fields, folded

LONGEST = 100_000  # characters of one cell
LOST = "\ufffd"
SEXES = {"f": "female", "female": "female", "woman": "female", "m": "male", "male": "male", "man": "male",
         "o": "other", "other": "other", "x": "other", "intersex": "other", "indeterminate": "other",
         "u": "unknown", "unknown": "unknown", "not stated": "unknown", "not specified": "unknown",
         "prefer not to say": "unknown"}  # fmt: skip
COUNTRIES = {"australia": "AU", "new zealand": "NZ", "canada": "CA", "united kingdom": "GB", "uk": "GB",
             "england": "GB", "scotland": "GB", "wales": "GB", "ireland": "IE", "united states": "US",
             "united states of america": "US", "usa": "US", "germany": "DE", "austria": "AT", "switzerland": "CH",
             "france": "FR", "italy": "IT", "spain": "ES", "netherlands": "NL", "india": "IN", "china": "CN",
             "singapore": "SG", "south africa": "ZA"}  # fmt: skip
CONTACT_KINDS = {"gp": "gp", "doctor": "gp", "general practitioner": "gp", "standard": "other", "referrer": "referrer",
                 "referring doctor": "referrer", "specialist": "referrer", "third party payer": "insurer",
                 "insurer": "insurer", "insurance": "insurer", "lawyer": "lawyer", "solicitor": "lawyer",
                 "family": "family", "emergency contact": "family", "other": "other", "": "other"}  # fmt: skip
ALERT_KINDS = ("allergy", "anticoagulant", "implant", "pregnancy", "phobia", "fainting", "lymphoedema",
               "infection_risk", "behaviour", "other")  # fmt: skip
SEVERITIES = {"info": "info", "good to know": "info", "low": "info", "caution": "caution", "medium": "caution",
              "moderate": "caution", "danger": "danger", "high": "danger", "severe": "danger",
              "critical": "danger"}  # fmt: skip
# Alerts of other systems seldom say how severe they are; one that has to be looked at is the careful reading.
UNSAID_SEVERITY = "caution"
MEDICARE_WHOLE = 11  # digits, with the number in front of the name
OR_WITHOUT = "Put it right, or empty the cell: it can be added to the record later."


@dataclass(frozen=True)
class Problem:
    """`field` is the key of the column's field, "" for the whole row."""

    field: str
    found: str
    message: str


@dataclass(frozen=True)
class Reading:
    """How the records of a file are to be read, as the person confirmed it."""

    kind: str
    mapping: Mapping[int, str]
    order: str
    country: str
    today: date


@dataclass(frozen=True)
class Row:
    values: dict[str, Any]
    problems: tuple[Problem, ...]
    source_id: str
    digest: str  # of the mapped cells: the same digest is the same row


def read(cells: Sequence[str], reading: Reading) -> Row:
    """The row's values and everything that is wrong with them, at once."""
    texts = {key: cells[index].strip() if index < len(cells) else "" for index, key in reading.mapping.items()}
    digest = sha256(dumps(texts, sort_keys=True, ensure_ascii=False).encode("utf-8", "backslashreplace")).hexdigest()
    # A file without numbers of its own: the same row is the same thing, a changed one is a new one.
    source_id = texts.pop("source_id", "")[:120] or f"row:{digest[:40]}"
    problems = [problem for key, text in texts.items() if (problem := _unfit(key, text))]
    if "\x00" in source_id or LOST in source_id:
        problems.append(Problem("source_id", describe(source_id), "Remove the unreadable character."))
    if problems:
        return Row({}, tuple(problems), "" if "\x00" in source_id else source_id, digest)
    values, more = _Values(reading, texts).read()
    return Row(values, tuple(more), source_id, digest)


def _unfit(key: str, text: str) -> Problem | None:
    if len(text) > LONGEST:
        cure = "Shorten it to 100,000 characters. Perhaps a quotation mark before it is never closed."
        return Problem(key, describe(text), cure)
    if "\x00" in text:
        return Problem(key, describe(text), "Remove the character with code 0.")
    if LOST in text:
        return Problem(key, describe(text), "A letter could not be read. Choose another encoding for the file.")
    return None


def describe(text: str) -> str:
    """What kind of thing it is, without saying it."""
    if not text:
        return "empty"
    digits = sum(c.isdigit() for c in text)
    if digits == len(text):
        return f"a number of {digits:,} digits"
    return f"text of {len(text):,} characters{' with digits' if digits else ''}"


class _Values:
    """Reads the texts of one row field by field and collects what is wrong."""

    def __init__(self, reading: Reading, texts: dict[str, str]) -> None:
        self.reading, self.texts = reading, texts
        self.problems: list[Problem] = []

    def read(self) -> tuple[dict[str, Any], list[Problem]]:
        ways: dict[str, Callable[[], dict[str, Any]]] = {
            "patients": self._patient, "contacts": self._contact, "alerts": self._alert, "notes": self._note,
        }  # fmt: skip
        days_read = {key: self._day(key) for key in day_fields(self.reading.kind) if key in self.texts}
        return ways[self.reading.kind]() | days_read, self.problems

    def text(self, key: str) -> str:
        return self.texts.get(key, "")

    def wrong(self, key: str, message: str) -> None:
        self.problems.append(Problem(key, describe(self.text(key)), message))

    def _day(self, key: str) -> date | None:
        try:
            return (
                days.read(self.text(key), order=self.reading.order, today=self.reading.today)
                if self.text(key)
                else None
            )
        except days.NotADay as error:
            self.wrong(key, str(error))
            return None

    def _patient(self) -> dict[str, Any]:
        family, given = self._names("family_name", "given_names", "full_name")
        same = ("preferred_name", "gender", "pronouns", "email", "address_line1", "address_line2", "suburb", "state",
                "postcode", "emergency_name", "emergency_relation", "emergency_phone", "occupation", "notes")  # fmt: skip
        values: dict[str, Any] = {key: self.text(key) for key in same if key in self.texts}
        if not family:
            key = "family_name" if "family_name" in self.texts else "full_name"
            self.wrong(key, "Write the family name. One name only goes here as well.")
        if not self.text("date_of_birth"):
            self.wrong("date_of_birth", "Write the date of birth. Every patient needs one.")
        values |= {"family_name": family, "given_names": " ".join(filter(None, [given, self.text("middle_name")]))}
        values |= {"phones": self._phones(), "identifiers": self._identifiers()}
        return values | self._sex() | self._country()

    def _names(self, family_key: str, given_key: str, whole_key: str) -> tuple[str, str]:
        family, given, whole = self.text(family_key), self.text(given_key), self.text(whole_key)
        if family or not whole:
            return family, given
        if "," in whole:
            family, _, given = (part.strip() for part in whole.partition(","))
            return family, given
        first, _, last = whole.rpartition(" ")
        return last, first.strip()

    def _sex(self) -> dict[str, str]:
        text = self.text("sex_at_birth").casefold()
        if not text:
            return {}
        if text not in SEXES:
            self.wrong("sex_at_birth", "Write female, male, other or unknown, or leave the column out.")
        return {"sex_at_birth": SEXES.get(text, "unknown")}

    def _country(self) -> dict[str, str]:
        text = self.text("country")
        found = text.upper() if len(text) == 2 and text.isalpha() and text.isascii() else COUNTRIES.get(text.casefold())
        if text and not found:
            self.wrong("country", "Write the country as two letters, such as AU.")
        return {"country": found} if found else {}

    def _phones(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for key, kind in (("mobile", "mobile"), ("home_phone", "home"), ("work_phone", "work")):
            if not self.text(key):
                continue
            try:
                number = phones.e164(self.text(key), country=self.reading.country)
            except phones.NotAPhoneNumber as error:
                self.wrong(key, str(error))
                continue
            if number not in [phone["number"] for phone in found]:
                found.append({"kind": kind, "number": number})
        return found

    def _identifiers(self) -> list[tuple[str, str]]:
        """Read as the form at the desk reads them, so that no number is stored here that could not be typed there."""
        found = []
        for system, text in (("medicare", self._medicare()), ("dva", self.text("dva"))):
            try:
                if text:
                    found.append((system, shape_of(system, country=self.reading.country).read(text)))
            except NotThatNumber as error:
                self.wrong(system, f"{error} {OR_WITHOUT}")
        return found

    def _medicare(self) -> str:
        """With the number in front of the name, which some files have in a column of its own, and some in both."""
        number, reference = packed(self.text("medicare")), packed(self.text("medicare_reference"))
        if not reference:
            return number
        if not re.fullmatch(r"\d", reference, re.ASCII):
            self.wrong("medicare_reference", f"The number in front of the name is one digit. {OR_WITHOUT}")
        elif not number:
            self.wrong(
                "medicare", f"The Medicare number is missing: only the one in front of the name is there. {OR_WITHOUT}"
            )
        elif len(number) == MEDICARE_WHOLE and number[-1] != reference:
            self.wrong("medicare_reference", f"The Medicare number ends with another one. {OR_WITHOUT}")
        elif len(number) == MEDICARE_WHOLE - 1:
            return number + reference
        return number

    def _contact(self) -> dict[str, Any]:
        family, given = self.text("family_name"), self.text("given_names")
        name = self.text("name") or " ".join(filter(None, [self.text("title"), given, family]))
        name = name or self.text("organisation")
        if not name:
            self.wrong("name", "Write the name of the person or of the organisation.")
        kind = CONTACT_KINDS.get(folded(self.text("kind")), "other")
        town = " ".join(filter(None, (self.text(key) for key in ("suburb", "state", "postcode"))))
        lines = [self.text("address_line1"), self.text("address_line2"), town]
        same = {key: self.text(key) for key in ("organisation", "provider_number", "phone", "email")}
        return same | {"kind": kind, "name": name, "address": ", ".join(filter(None, lines))}

    def _alert(self) -> dict[str, Any]:
        if not self.text("text"):
            self.wrong("text", "Write what everybody has to know.")
        word = folded(self.text("kind")).replace(" ", "_")
        severity = folded(self.text("severity"))
        if severity and severity not in SEVERITIES:
            self.wrong("severity", "Write info, caution or danger.")
        kind = word if word in ALERT_KINDS else "other"
        told = {"kind": kind, "severity": SEVERITIES.get(severity, UNSAID_SEVERITY), "text": self.text("text")}
        return self._of_whom() | told

    def _note(self) -> dict[str, Any]:
        if not self.text("text"):
            self.wrong("text", "The note is empty. Leave the row out, or write its text.")
        if not self.text("written_on"):
            self.wrong("written_on", "Write the day the note is of.")
        same = {key: self.text(key) for key in ("author", "title", "text")}
        return self._of_whom() | same

    def _of_whom(self) -> dict[str, Any]:
        family, given = self._names("patient_family_name", "patient_given_names", "patient_full_name")
        number = self.text("patient_record_number").lstrip("0")
        if number and not (number.isascii() and number.isdigit() and len(number) < 10):
            self.wrong("patient_record_number", "Write the record number with digits.")
            number = ""
        return {
            "patient_source_id": self.text("patient_source_id")[:120],
            "patient_record_number": int(number) if number else None,
            "patient_family_name": family,
            "patient_given_names": given,
        }
