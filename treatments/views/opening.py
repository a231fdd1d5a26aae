"""How the pages of this app reach a patient or a session: through what the person may see, and noted in the log."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from patients.banner import banner_context
from patients.leading import reach
from patients.models import Patient
from patients.policy import can_see_who_looked
from practice.access import note_access
from practice.models import User
from practice.views.guarding import permitted
from treatments import policy, references
from treatments.models import NeedlingSession


def patient_page(request: HttpRequest, pk: UUID) -> tuple[User, Patient]:
    user = permitted(request, "patients.read")
    return user, reach(request, Patient.objects.visible_to(user), pk)


def session_page(request: HttpRequest, pk: UUID, *also: str, log: bool = False) -> tuple[User, NeedlingSession]:
    """A session that the person may read whole, with the related rows that the page needs besides."""
    user = permitted(request, "sessions.list")
    session = references.sessions(user).select_related(*also).filter(pk=pk).first()
    if session is None:
        raise Http404
    if not policy.can_read(user, session):
        raise PermissionDenied
    if log:
        note_access(request, patient_id=session.patient_id, kind="session", record_id=session.pk)
    return user, session


def patient_context(user: User, patient: Patient, tab: str = "sessions") -> dict[str, Any]:
    banner = banner_context(patient, at=timezone.now())
    return {"nav": "patients", "tab": tab, "can_see_who_looked": can_see_who_looked(user, patient), **banner}
