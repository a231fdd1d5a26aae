"""What may be chosen when two records become one, where they contradict each other, and what is combined. Pure.

The record that stands (the winner) keeps what it says unless a field is chosen from the other. Numbers, phones and
names are combined, never chosen between: one more of them harms nobody, a lost one does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_PHONES, MOST_FORMER = 5, 10

# Fields to choose one by one, with what they are called; what belongs together is chosen together.
CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "family_name": ("Family name", ("family_name",)),
    "given_names": ("Given names", ("given_names",)),
    "preferred_name": ("Known as", ("preferred_name",)),
    "date_of_birth": ("Date of birth", ("date_of_birth",)),
    "sex_at_birth": ("Sex at birth", ("sex_at_birth",)),
    "gender": ("Gender", ("gender",)),
    "pronouns": ("Pronouns", ("pronouns",)),
    "email": ("E-mail and its permissions", ("email", "email_ok", "documents_by_email_ok", "documents_by_email_at", "documents_by_email_by_id")),
    "sms_ok": ("Text messages", ("sms_ok",)),
    "address": ("Address", ("address_line1", "address_line2", "suburb", "state", "postcode", "country")),
    "emergency": ("Emergency contact", ("emergency_name", "emergency_relation", "emergency_phone")),
    "occupation": ("Occupation", ("occupation",)),
    "gp": ("GP", ("gp_id",)),
    "referrer": ("Referred by", ("referrer_id",)),
    "chart_body": ("Body on the chart", ("chart_body",)),
    "notes": ("Front desk notes", ("notes",)),
    "status": ("Status", ("status", "status_reason", "status_at", "status_by_id", "died_on", "death_told_by")),
}  # fmt: skip
# Two records that differ here may be two people: shown as a contradiction, to be decided with open eyes.
CONTRADICTIONS = ("date_of_birth", "sex_at_birth", "status")
SAYS_NOTHING: dict[str, Any] = {"sex_at_birth": "unknown"}


@dataclass(frozen=True)
class Line:
    """One row of the side-by-side page."""

    key: str
    label: str
    winner: str
    loser: str
    suggests_loser: bool  # the winner says nothing here and the other does
    contradicts: bool

    @property
    def differs(self) -> bool:
        return self.winner != self.loser


def lines(winner: Any, loser: Any, shown: Mapping[str, tuple[str, str]]) -> list[Line]:
    """Every choice, in order; `shown` is how each reads on either side."""
    found = []
    for key, (label, fields) in CHOICES.items():
        mine, theirs = values(winner, key), values(loser, key)
        differ = mine != theirs
        suggests = differ and is_empty(winner, fields) and not is_empty(loser, fields)
        both_say = not is_empty(winner, fields) and not is_empty(loser, fields)
        found.append(Line(key, label, *shown[key], suggests, key in CONTRADICTIONS and differ and both_say))
    return found


def values(patient: Any, key: str) -> dict[str, Any]:
    return {field: getattr(patient, field) for field in CHOICES[key][1]}


def is_empty(patient: Any, fields: Iterable[str]) -> bool:
    """Nothing is said: only defaults, no words."""
    said = [getattr(patient, f) for f in fields if f != "country" and getattr(patient, f) != SAYS_NOTHING.get(f, "")]
    return not any(said)


def taken_over(winner: Any, loser: Any, take: Iterable[str]) -> dict[str, Any]:
    """What changes on the winner: the chosen fields, and what is combined."""
    wanted: dict[str, Any] = {}
    for key in take:
        wanted |= values(loser, key)
    wanted["phones"] = combined_phones(winner.phones, loser.phones)
    wanted["former_names"] = combined_names(wanted.get("family_name", winner.family_name), winner, loser)
    return {field: value for field, value in wanted.items() if value != getattr(winner, field)}


def combined_phones(mine: list[dict[str, str]], theirs: list[dict[str, str]]) -> list[dict[str, str]]:
    known = {phone["number"] for phone in mine}
    return [*mine, *(phone for phone in theirs if phone["number"] not in known)][:MOST_PHONES]


def combined_names(family_name: str, winner: Any, loser: Any) -> list[str]:
    """The family name that was not kept, and every former one."""
    names = [winner.family_name, loser.family_name, *winner.former_names, *loser.former_names]
    return [name for name in dict.fromkeys(names) if name != family_name][:MOST_FORMER]
