"""What a person wrote about themselves by a link: as it is kept until somebody decides, and as the desk's forms take it.

Kept as JSON: `person` are columns of the patient (days as ISO text), `identifiers` the numbers of cards, `gp` free text.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from patients import merging, phones
from patients.merge_words import both_sides
from patients.merging import Line
from patients.models import Patient, Registration
from practice.models import Practice

# What a person can say about themselves; everything else of a record is not theirs to fill in.
OWN = (
    "given_names", "family_name", "preferred_name", "former_names", "date_of_birth", "sex_at_birth", "gender",
    "pronouns", "phones", "email", "email_ok", "sms_ok", "documents_by_email_ok", "address_line1", "address_line2",
    "suburb", "state", "postcode", "emergency_name", "emergency_relation", "emergency_phone",
)  # fmt: skip


def kept(*, person: Mapping[str, Any], identifiers: Sequence[Mapping[str, Any]], gp: str) -> dict[str, Any]:
    """As the row holds it."""
    return {
        "person": {name: _plain(person[name]) for name in OWN if name in person},
        "identifiers": [{name: _plain(value) for name, value in row.items()} for row in identifiers],
        "gp": gp,
    }


def person_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a patient."""
    values = dict(said["person"])
    return values | {"date_of_birth": date.fromisoformat(values["date_of_birth"])}


def identifiers_of(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row | {"valid_until": _day(row.get("valid_until"))} for row in said["identifiers"]]


def as_patient(said: Mapping[str, Any], practice: Practice) -> Patient:
    """Who that would be, not stored: to compare and to look for the same person."""
    return Patient(practice=practice, country=practice.country, **person_of(said))


def name_of(registration: Registration) -> str:
    """What to call it in a list: the name they wrote, else whom the desk meant, else where the link went."""
    answers = getattr(registration, "answers", None)
    if answers is None:
        return "Deleted"
    if answers.said:
        return as_patient(answers.said, registration.practice).full_name
    return answers.called or answers.email or "Whoever was at the desk"


def lines_beside(patient: Patient, said: Mapping[str, Any]) -> list[Line]:
    """What may be taken into a record, side by side as in a merge: only what the person said something about."""
    wrote = as_patient(said, patient.practice)
    every = merging.lines(patient, wrote, both_sides(patient, wrote))
    return [
        line for line in every if set(merging.CHOICES[line.key][1]) & set(OWN) and not _says_nothing(wrote, line.key)
    ]


def taken_from(patient: Patient, said: Mapping[str, Any], take: Sequence[str]) -> dict[str, Any]:
    """Columns of the record that change: what was chosen; phones and former names are combined."""
    wrote = as_patient(said, patient.practice)
    changes = merging.taken_over(patient, wrote, take)
    return {name: value for name, value in changes.items() if name in OWN}


def form_values(said: Mapping[str, Any], *, country: str) -> dict[str, Any]:
    """What the form of a new patient begins with."""
    person = person_of(said)
    numbers = person.pop("phones", [])
    found = {f"{phone['kind']}_phone": phones.shown(phone["number"], country=country) for phone in numbers}
    cards: dict[str, Any] = {}
    for row in identifiers_of(said):
        if row["system"] == "insurer":
            cards |= {"insurer": row["issuer"], "member_number": row["value"]}
        else:
            cards[row["system"]] = row["value"]
            if row["valid_until"]:
                cards["medicare_until"] = row["valid_until"]
    return person | cards | {"mobile": found.get("mobile_phone", ""), "home_phone": found.get("home_phone", "")}


def _says_nothing(wrote: Patient, key: str) -> bool:
    return merging.is_empty(wrote, merging.CHOICES[key][1])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
