"""What a session starts with before anybody has written a word: today's screening, the newest consent, the one open
course of care. Pointed at, never judged here."""

from datetime import datetime
from typing import Any

from consent import state
from consent.models import Consent
from patients.models import Patient
from practice.models import User
from treatments.columns import SESSION_EMPTY, session_columns
from treatments.models import Episode


def beginning(patient: Patient, *, practitioner: User, at: datetime) -> dict[str, Any]:
    """Content columns of a new draft. Several open courses: none is chosen for the practitioner."""
    screening = state.screening_for(patient, started_at=at)
    fresh = screening if state.screened_today(screening, practice=patient.practice, at=at) else None
    consent = Consent.objects.of_patient(patient).order_by("-given_at").values_list("pk", flat=True).first()
    courses = list(Episode.objects.of_patient(patient).filter(status=Episode.Status.ACTIVE).values_list("pk")[:2])
    found = {
        "practitioner": practitioner.pk,
        "started_at": at,
        "screening": fresh.pk if fresh else None,
        "consent": consent,
        "episode": courses[0][0] if len(courses) == 1 else None,
    }
    return session_columns(SESSION_EMPTY | found, whole=True)
