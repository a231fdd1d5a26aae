"""When documents by e-mail were allowed and when not, who recorded it and from whom: read from the patient's history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from patients.models import Patient

BY_THEMSELVES = "filled in by the person through a link, checked at the desk"
ALLOWED_BY_THEMSELVES = f"{BY_THEMSELVES}; they allowed documents by e-mail"


def reason_of_change(*, wrote: Mapping[str, Any], final: Mapping[str, Any]) -> str:
    """Why a record says what a person wrote through a link. The permission is theirs only for the address they wrote."""
    same_address = wrote.get("email") == final.get("email")
    theirs = wrote.get("documents_by_email_ok") and final.get("documents_by_email_ok") and same_address
    return ALLOWED_BY_THEMSELVES if theirs else BY_THEMSELVES


@dataclass(frozen=True)
class Permission:
    """From this moment on: allowed or not. `by` recorded it; by a link the person gave it themselves."""

    allowed: bool
    at: datetime
    by: UUID | None
    by_name: str
    through_link: bool = False


def told(patient: Patient) -> list[Permission]:
    """Every change, newest first. Empty where it was never allowed."""
    rows: Any = patient.history.order_by("history_date", "history_id")  # type: ignore[attr-defined]
    found: list[Permission] = []
    states = rows.values_list(
        "documents_by_email_ok", "history_date", "history_user", "history_user__full_name", "history_change_reason"
    )
    for allowed, at, by, name, why in states:
        if allowed != (found[-1].allowed if found else False):
            found.append(Permission(allowed, at, by, name or "", allowed and why == ALLOWED_BY_THEMSELVES))
    return found[::-1]
