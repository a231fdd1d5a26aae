"""How the fields of two records read beside each other, and what a merge took over."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from patients import phones
from patients.merging import CHOICES
from patients.models import Merge, Patient

Said = Callable[[Patient], str]


def both_sides(winner: Patient, loser: Patient) -> dict[str, tuple[str, str]]:
    """Every choice as it reads on either side; empty where nothing is said."""
    return {key: (_said(winner, key), _said(loser, key)) for key in CHOICES}


def _said(patient: Patient, key: str) -> str:
    return SAID[key](patient) if key in SAID else str(getattr(patient, key))


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _email(patient: Patient) -> str:
    if not patient.email:
        return ""
    allowed = "documents may go there" if patient.documents_by_email_ok else "no documents"
    return (
        f"{patient.email} ({allowed if patient.email_ok or patient.documents_by_email_ok else 'not to be written to'})"
    )


def _emergency(patient: Patient) -> str:
    return ", ".join(filter(None, [patient.emergency_name, patient.emergency_relation, patient.emergency_phone]))


SAID: Mapping[str, Said] = {
    "date_of_birth": lambda p: _day(p.date_of_birth),
    "sex_at_birth": lambda p: p.get_sex_at_birth_display() if p.sex_at_birth != "unknown" else "",
    "email": _email,
    "sms_ok": lambda p: "may be sent" if p.sms_ok else "",
    "address": lambda p: ", ".join(p.address_lines()),
    "emergency": _emergency,
    "gp": lambda p: str(p.gp) if p.gp else "",
    "referrer": lambda p: str(p.referrer) if p.referrer else "",
    "chart_body": lambda p: p.get_chart_body_display() if p.chart_body else "",
    "status": lambda p: p.get_status_display(),
}


def taken_in_words(merge: Merge) -> list[dict[str, str]]:
    """Each column that changed on the winner: what it said before and after."""
    country = merge.practice.country
    rows = []
    for field, (before, after) in sorted(merge.taken.items()):
        if field.endswith(("_at", "_by_id")):
            continue
        label = field.removesuffix("_id").replace("_", " ").capitalize()
        stayed = _plain(field, merge.stayed[field], country) if field in merge.stayed else ""
        rows.append({"label": label, "before": _plain(field, before, country), "after": _plain(field, after, country), "stayed": stayed})  # fmt: skip
    return rows


def _plain(field: str, value: Any, country: str) -> str:
    if field == "phones":
        return ", ".join(phones.shown(phone["number"], country=country) for phone in value)
    if field == "date_of_birth":
        return _day(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "another contact" if field in ("gp_id", "referrer_id") and value else str(value or "")
