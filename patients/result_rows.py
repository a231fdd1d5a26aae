"""What a row of the patient list shows besides the name: dangers, and when they were seen last and by whom."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from patients.models import Alert, Patient
from practice.models import Practice

# What a row of people reads of each: a third of the columns takes a third of the time.
LISTED = (
    "record_number", "family_name", "given_names", "preferred_name", "date_of_birth", "phones", "status", "merged_into",
    "last_session_at", "last_session_by__full_name",
)  # fmt: skip


def with_flags(patients: Sequence[Patient], *, practice: Practice, today: date) -> None:
    """Sets `dangers` and `seen_words` on every row: one query for all of them, alerts of merged records included."""
    dangers: dict[UUID, list[Alert]] = defaultdict(list)
    if patients:
        rows: Any = Alert.objects.filter(practice=practice, severity=Alert.Severity.DANGER).current(today)
        light = rows.of_patients(patients).select_related("patient").only("kind", "patient__merged_into")
        for alert in light:
            dangers[alert.patient.whole_id].append(alert)
    for patient in patients:
        row: Any = patient
        row.dangers = dangers[patient.pk]
        row.seen_words = seen_words(patient, practice=practice, today=today)


def seen_words(patient: Patient, *, practice: Practice, today: date) -> str:
    """`Seen 12 Nov by Ben`; nothing for whom nobody has seen yet."""
    if patient.last_session_at is None:
        return ""
    day = practice.local_date(patient.last_session_at)
    near = {0: "today", 1: "yesterday"}
    when = near.get((today - day).days, f"{day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else ""))
    by = patient.last_session_by
    return f"Seen {when} by {by.full_name.split()[0]}" if by else f"Seen {when}"
