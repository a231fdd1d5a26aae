"""Who opened what in the demo lately: usual work, and one record that nobody was seen for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from patients.models import Patient
from practice.history import keep
from practice.models import AccessEntry, Practice, User


def look_around(practice: Practice, *, people: Sequence[User], now: datetime) -> None:
    """Each of the people opens the records of those seen last; the first of them one of somebody long gone."""
    rows = Patient.objects.filter(practice=practice).exclude(last_session_at=None).select_related("practice")
    seen = list(rows.order_by("last_session_at", "record_number"))
    for number, patient in enumerate(seen[-6:]):
        _opened(
            patient, people[number % len(people)], ("patient", "consents"), at=now - timedelta(days=number, hours=2)
        )
    long_gone = rows.exclude(follow_ups__due_at__gte=now - timedelta(days=60)).order_by(
        "last_session_at", "record_number"
    )
    for patient in long_gone[:1]:
        _opened(patient, people[0], ("patient",), at=now - timedelta(days=2, hours=5))


def _opened(patient: Patient, by: User, kinds: Sequence[str], *, at: datetime) -> None:
    for minutes, kind in enumerate(kinds):
        entry = AccessEntry(practice=patient.practice, patient_id=patient.pk, record_id=patient.pk, kind=kind, act="opened",
                            surface="page", created_at=at + timedelta(minutes=minutes))  # fmt: skip
        keep(entry, by=by, why="opened")
