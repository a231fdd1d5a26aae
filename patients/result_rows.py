"""What a row of the patient list shows besides the name: dangers, and when they were seen last and by whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from patients.models import Alert, Patient
from practice.models import Practice

# What a row of people reads of each: a third of the columns takes a third of the time.
LISTED = (
    "record_number", "family_name", "given_names", "preferred_name", "date_of_birth", "phones", "status", "merged_into",
    "last_session_at", "last_session_by__full_name",
)  # fmt: skip


@dataclass(frozen=True)
class SeenLately:
    """A row for which nothing was typed: as search.Match, with nothing marked and no reason."""

    patient: Patient
    seen: str
    why: str = ""

    @property
    def name_parts(self) -> list[tuple[str, bool]]:
        return [(self.patient.listed_name, False)]

    @property
    def born_parts(self) -> list[tuple[str, bool]]:
        born = self.patient.date_of_birth
        return [(f"{born.day} {born:%b %Y}", False)]


def with_dangers(patients: Sequence[Patient], *, practice: Practice, today: date) -> None:
    """Sets `dangers` on every row: one query for all of them, alerts of merged records included."""
    dangers = _dangers([patient.pk for patient in patients], practice, today) if patients else {}
    for patient in patients:
        row: Any = patient
        row.dangers = dangers.get(patient.pk, ())


def _dangers(wholes: Sequence[UUID], practice: Practice, today: date) -> dict[UUID, list[str]]:
    """Kinds of the dangers in force, by the person, in words. The statement is written out: the search waits for it
    at every letter, and putting it together anew took longer than its answer."""
    prepared = [Patient._meta.pk.get_db_prep_value(pk, connection) for pk in (practice.pk, *wholes)]
    marks = ", ".join(["%s"] * len(wholes))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(p.merged_into_id, p.id), a.kind FROM patients_patient p "
            "JOIN patients_alert a ON a.patient_id = p.id "
            f"WHERE a.practice_id = %s AND (p.id IN ({marks}) OR p.merged_into_id IN ({marks})) AND a.severity = %s "
            "AND a.starts_on <= %s AND (a.ends_on IS NULL OR a.ends_on >= %s) ORDER BY a.starts_on DESC, a.id",
            [*prepared, *prepared[1:], Alert.Severity.DANGER, today.isoformat(), today.isoformat()],
        )
        found: dict[UUID, list[str]] = defaultdict(list)
        for whole, kind in cursor.fetchall():
            found[UUID(str(whole))].append(Alert.Kind(kind).label.lower())
    return found


def seen_words(patient: Patient, *, practice: Practice, today: date) -> str:
    """`Seen 12 Nov by Ben`; nothing for whom nobody has seen yet."""
    if patient.last_session_at is None:
        return ""
    day = practice.local_date(patient.last_session_at)
    near = {0: "today", 1: "yesterday"}
    when = near.get((today - day).days, f"{day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else ""))
    by = patient.last_session_by
    return f"Seen {when} by {by.full_name.split()[0]}" if by else f"Seen {when}"
