"""Mail that reached the wrong person: recorded by whoever notices, assessed by a manager within 30 days, kept for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from practice.errors import Refused
from practice.history import keep, lock
from practice.models import OutgoingEmail, User
from reports import policy
from reports.models import DAYS_TO_ASSESS, DataBreach, Delivery

Result = DataBreach.Result


class RecordedAlready(Refused):
    code = "recorded_already"
    message = "It is recorded already that this went to the wrong person."


class NotGoneOut(Refused):
    code = "not_sent"
    message = "This did not leave the house, so nobody got it by mistake."


class Closed(Refused):
    code = "closed"
    message = "This breach is closed. It stays as it is."


class NotAssessed(Refused):
    code = "not_assessed"
    message = "Assess it first: is serious harm likely, and why."


@transaction.atomic
def record_breach(*, delivery_pk: UUID, values: Mapping[str, Any], by: User, at: datetime) -> DataBreach:
    """Say that a delivery went to the wrong person. The clock of 30 days runs from when it was noticed."""
    delivery = Delivery.objects.visible_to(by).select_related("patient", "practice").filter(pk=delivery_pk).first()
    if delivery is None:
        raise Http404
    if not policy.can_report_breach(by, delivery):
        raise PermissionDenied
    email = lock(OutgoingEmail.objects.visible_to(by), delivery.email_id)
    if DataBreach.objects.filter(delivery=delivery).exists():
        raise RecordedAlready
    if email.handed_at is None:
        raise NotGoneOut
    noticed_at = values.get("noticed_at") or at
    if noticed_at > at:
        raise ValidationError({"noticed_at": "This lies ahead. Write when it was noticed."})
    if noticed_at < delivery.created_at:
        raise ValidationError({"noticed_at": "That was before it was sent. Write when it was noticed."})
    breach = DataBreach(
        practice=delivery.practice,
        delivery=delivery,
        patient=delivery.patient,
        what_happened=_written(values, "what_happened", "Write what happened: who got it, and how it came to light."),
        done_at_once=values.get("done_at_once", "").strip(),
        noticed_at=noticed_at,
        due_at=noticed_at + DAYS_TO_ASSESS,
        created_at=at,
    )
    return keep(breach, by=by, why="recorded")


@transaction.atomic
def assess_breach(
    *, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int, close: bool = False
) -> DataBreach:
    """What the manager judged, with the reasons, and with `close` that it is done. It may be judged anew until it is
    closed; every state is kept."""
    breach = _locked(pk, by, version)
    breach.result = values["result"]
    breach.reasons = _written(values, "reasons", "Write the reasons: what was in it, who has it, what was done.")
    breach.notified = values.get("notified", breach.notified).strip()
    breach.assessed_at, breach.assessed_by = at, by
    if close:
        _close(breach, by=by, at=at)
    return keep(breach, by=by, why="assessed and closed" if close else "assessed")


@transaction.atomic
def close_breach(*, pk: UUID, notified: str, by: User, at: datetime, version: int) -> DataBreach:
    """Done: assessed, and where serious harm is likely, with whom was told."""
    breach = _locked(pk, by, version)
    if breach.assessed_at is None:
        raise NotAssessed
    breach.notified = notified.strip() or breach.notified
    _close(breach, by=by, at=at)
    return keep(breach, by=by, why="closed")


def _close(breach: DataBreach, *, by: User, at: datetime) -> None:
    if breach.result == Result.NOTIFIABLE and not breach.notified:
        raise ValidationError({"notified": "Write whom you told and when: the patient, and the privacy commissioner."})
    breach.closed_at, breach.closed_by = at, by


def _locked(pk: UUID, by: User, version: int) -> DataBreach:
    breach = lock(DataBreach.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_manage_breach(by, breach):
        raise PermissionDenied
    if breach.closed_at:
        raise Closed
    return breach


def _written(values: Mapping[str, Any], name: str, sentence: str) -> str:
    text = str(values.get(name, "")).strip()
    if not text:
        raise ValidationError({name: sentence})
    return text
