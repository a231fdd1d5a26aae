"""When documents by e-mail were allowed and when not, and who recorded it: read from the patient's history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from patients.models import Patient


@dataclass(frozen=True)
class Permission:
    """From this moment on: allowed or not."""

    allowed: bool
    at: datetime
    by: UUID | None
    by_name: str


def told(patient: Patient) -> list[Permission]:
    """Every change, newest first. Empty where it was never allowed."""
    rows: Any = patient.history.order_by("history_date", "history_id")  # type: ignore[attr-defined]
    found: list[Permission] = []
    states = rows.values_list("documents_by_email_ok", "history_date", "history_user", "history_user__full_name")
    for allowed, at, by, name in states:
        if allowed != (found[-1].allowed if found else False):
            found.append(Permission(allowed, at, by, name or ""))
    return found[::-1]
