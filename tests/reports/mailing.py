"""A document of a patient who may get it by e-mail, and the folder where the worker puts it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.utils import timezone

from patients import actions as patient_actions
from patients.models import Patient
from practice import working
from practice.models import User
from reports import actions
from reports.models import Delivery, Document
from tests.cast import Cast
from tests.world import SIGNED_AT, World

ADDRESS = "siobhan@example.org"


def changed(patient: Patient, by: User, **values: Any) -> Patient:
    current = Patient.objects.get(pk=patient.pk)
    return patient_actions.correct_patient(
        pk=patient.pk, values=values, by=by, at=timezone.now(), version=current.version
    )


def reachable(cast: Cast) -> Patient:
    phones = [{"kind": "mobile", "number": "+61400123456"}]
    return changed(cast.siobhan, cast.anna, email=ADDRESS, documents_by_email_ok=True, phones=phones)


def a_document(world: World) -> Document:
    reachable(world.cast)
    return actions.issue_document(session_pk=world.signed.pk, kind="patient_summary", by=world.cast.anna, at=SIGNED_AT)


def sent(document: Document, by: User, *, to: str = ADDRESS, **more: Any) -> Delivery:
    return actions.email_document(
        document_pk=document.pk, sending=actions.Sending(to, **more), by=by, at=timezone.now()
    )


def after_work(delivery: Delivery) -> Delivery:
    """The delivery once a worker went round."""
    working.drain()
    return Delivery.objects.told().get(pk=delivery.pk)


def messages_in(folder: Path) -> list[EmailMessage]:
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.rglob("*.eml"))]  # type: ignore[misc]
