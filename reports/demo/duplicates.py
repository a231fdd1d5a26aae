"""People who are in the demo practice twice: three pairs to decide about."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from patients import actions
from patients.models import Patient
from practice.models import User

PAIRS = 3


def add(patients: Sequence[Patient], *, desk: User, now: datetime) -> None:
    first, second, third = (patients[index] for index in (5, 17, 29))
    long_ago = now - timedelta(days=40)
    again(first, {"family_name": _one_letter_more(first.family_name), "phones": []}, by=desk, at=long_ago)
    again(second, {"family_name": "Kirkbride", "former_names": [second.family_name]}, by=desk, at=long_ago)
    again(
        third, {"given_names": third.family_name, "family_name": third.given_names, "email": ""}, by=desk, at=long_ago
    )
    actions.hunt_duplicates(now)


def again(patient: Patient, changes: dict[str, Any], *, by: User, at: datetime) -> Patient:
    """A second record: registered under a birth date that was misheard, which is why nobody noticed, and put right."""
    values = {
        "family_name": patient.family_name, "given_names": patient.given_names, "phones": patient.phones,
        "email": patient.email, "sex_at_birth": patient.sex_at_birth,
    } | changes  # fmt: skip
    misheard = date(1931, 1, 1)
    new = actions.register_patient(values=values | {"date_of_birth": misheard, "phones": [], "email": ""}, by=by, at=at,
                                   confirm_not_duplicate=True)  # fmt: skip
    right = {"date_of_birth": patient.date_of_birth, "phones": values["phones"], "email": values["email"]}
    return actions.correct_patient(pk=new.pk, values=right, by=by, at=at, version=new.version)


def _one_letter_more(name: str) -> str:
    return name[:2] + name[1:]
