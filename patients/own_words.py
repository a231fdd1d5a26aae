"""What a person wrote about themselves by a link: as it is kept until somebody decides, and as the desk's forms take it.

Kept as JSON: `person` are columns of the patient (days as ISO text), `identifiers` the numbers of cards, `gp` free text.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from patients import merging, phones
from patients.merge_words import both_sides
from patients.merging import Line
from patients.models import Identifier, Patient, Registration
from practice.models import Practice

# What a person can say about themselves; everything else of a record is not theirs to fill in.
OWN = (
    "given_names", "family_name", "preferred_name", "former_names", "date_of_birth", "sex_at_birth", "gender",
    "pronouns", "phones", "email", "email_ok", "sms_ok", "documents_by_email_ok", "address_line1", "address_line2",
    "suburb", "state", "postcode", "emergency_name", "emergency_relation", "emergency_phone",
)  # fmt: skip
# What can be chosen, when the person is a patient already (merging.CHOICES).
CHOOSABLE = tuple(key for key, (_, fields) in merging.CHOICES.items() if set(fields) & set(OWN))
SYSTEMS = dict(Identifier.System.choices)


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


def first_values(said: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of the patient it becomes unless the desk says otherwise: a GP in free text is a note to find them by."""
    return person_of(said) | ({"notes": f"GP, as they wrote it: {said['gp']}"} if said["gp"] else {})


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


def told(said: Mapping[str, Any], practice: Practice) -> list[tuple[str, str]]:
    """Everything they wrote, to be read: what is called how, and what it says."""
    wrote = as_patient(said, practice)
    read = both_sides(wrote, wrote)
    rows = [(merging.CHOICES[key][0], read[key][0]) for key in CHOOSABLE]
    rows += [("Phone", phones.shown(phone["number"], country=practice.country)) for phone in wrote.phones]
    rows += [("Former family name", name) for name in wrote.former_names]
    rows += [(row.get("issuer") or SYSTEMS[row["system"]], row["value"]) for row in said["identifiers"]]
    return [(label, words) for label, words in [*rows, ("GP", said["gp"])] if words]


def lines_beside(patient: Patient, said: Mapping[str, Any]) -> list[Line]:
    """What may be taken into a record, side by side as in a merge: only what the person said something about."""
    wrote = as_patient(said, patient.practice)
    every = merging.lines(patient, wrote, both_sides(patient, wrote))
    return [line for line in every if line.key in CHOOSABLE and not _says_nothing(wrote, line.key)]


def taken_from(patient: Patient, said: Mapping[str, Any], take: Sequence[str]) -> dict[str, Any]:
    """Columns of the record that change: what was chosen; phones and former names are combined."""
    wrote = as_patient(said, patient.practice)
    changes = merging.taken_over(patient, wrote, take)
    return {name: value for name, value in changes.items() if name in OWN}


def added_to(patient: Patient, said: Mapping[str, Any]) -> list[str]:
    """What a record gains without a choice, as it reads. Of two family names the one not chosen is kept as a former one."""
    country = patient.practice.country
    gains = taken_from(patient, said, ())
    chosen_between = (patient.family_name, said["person"]["family_name"])
    known = {phone["number"] for phone in patient.phones}
    numbers = [phone["number"] for phone in gains.get("phones", []) if phone["number"] not in known]
    names = [name for name in gains.get("former_names", []) if name not in (*patient.former_names, *chosen_between)]
    cards = [f"{row.get('issuer') or SYSTEMS[row['system']]} {row['value']}" for row in said["identifiers"]]
    return [*(phones.shown(number, country=country) for number in numbers), *names, *cards]


def form_values(said: Mapping[str, Any], *, country: str) -> dict[str, Any]:
    """What the form of a new patient begins with."""
    person = first_values(said)
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
