"""What the patient's own row sums up of this app: the last session and the events that are not over."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from patients.models import Patient
from treatments.models import AdverseEvent, NeedlingSession

Status = NeedlingSession.Status


def summary_of(patient: Patient) -> Mapping[str, Any]:
    """Over the whole person; counted as `patients.actions.seen` counts: a void session was a visit all the same."""
    held = NeedlingSession.objects.of_patient(patient).filter(status__in=(Status.SIGNED, Status.VOID))
    return {
        "last_session_at": held.aggregate(last=Max("started_at"))["last"],
        "open_events": AdverseEvent.objects.of_patient(patient).open().count(),
    }
