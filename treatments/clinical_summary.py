"""What the patient's own row sums up of this app: the last session, who held it, and the events that are not over."""

from collections.abc import Mapping
from typing import Any

from patients.models import Patient
from treatments.models import AdverseEvent, NeedlingSession

Status = NeedlingSession.Status


def summary_of(patient: Patient) -> Mapping[str, Any]:
    """Over the whole person; counted as `patients.actions.seen` counts: a void session was a visit all the same."""
    held = NeedlingSession.objects.of_patient(patient).filter(status__in=(Status.SIGNED, Status.VOID))
    last: Mapping[str, Any] = held.order_by("-started_at", "-pk").values("started_at", "practitioner_id").first() or {}
    return {
        "last_session_at": last.get("started_at"),
        "last_session_by_id": last.get("practitioner_id"),
        "open_events": AdverseEvent.objects.of_patient(patient).open().count(),
    }
