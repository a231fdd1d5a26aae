"""Documents by e-mail: confirmed by a person, queued with the record of it, sent by the worker."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from patients.models import Contact
from practice import actions as practice_actions
from practice import outgoing, postbox
from practice.errors import Refused
from practice.history import keep
from practice.identifiers import new_id
from practice.models import User
from reports import policy, posting
from reports.models import PURPOSE_OF_CONTACT, Delivery, Document


class NotByEmail(Refused):
    """The patient, the permission, the address or the document stands against it; the code says which."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class NoMailServer(Refused):
    code = "no_mail_server"
    message = "No mail server is set up here. Print the document, or ask whoever looks after Tautband."


@dataclass(frozen=True)
class Sending:
    """What a person confirmed: where to, what is said, behind a password or not."""

    to: str
    contact: UUID | None = None
    message: str = ""
    protect: bool = False


@transaction.atomic
def email_document(*, document_pk: UUID, sending: Sending, by: User, at: datetime, pk: UUID | None = None) -> Delivery:
    """Queue a document to an address that the person at the screen has confirmed. Nothing leaves before the worker
    has checked all of it again. The same `pk` twice is the same delivery (a button pressed twice)."""
    document = document_to_send(document_pk, by=by)
    if not policy.can_email(by, document):
        raise PermissionDenied
    if pk and (before := Delivery.objects.visible_to(by).told().filter(pk=pk, document=document).first()):
        return before
    if not postbox.is_set_up():
        raise NoMailServer
    patient, contact = posting.whose(document), _contact(sending.contact, by)
    if reason := posting.held_back(document, patient, contact, to=sending.to, protect=sending.protect):
        raise NotByEmail(*reason)
    delivery = Delivery(
        id=pk or new_id(),
        practice=document.practice,
        document=document,
        patient=document.patient,
        contact=contact,
        to=sending.to,
        purpose=PURPOSE_OF_CONTACT.get(contact.kind, Delivery.Purpose.OTHER) if contact else Delivery.Purpose.FOR_THE_PATIENT,
        message=sending.message.strip(),
        protect=sending.protect,
        permission_at=patient.documents_by_email_at,
        permission_by=patient.documents_by_email_by,
        created_at=at,
    )  # fmt: skip
    delivery.email = outgoing.queue(
        practice=document.practice,
        event_key=f"delivery {delivery.pk}",
        template=posting.TEMPLATE,
        about={"delivery": str(delivery.pk), "document": str(document.pk), "patient": str(document.patient_id)},
        by=by,
        at=at,
    )
    return keep(delivery, by=by, why="confirmed and queued")


def document_to_send(pk: UUID, *, by: User) -> Document:
    """A document this person may read, with what sending it asks for; 404 otherwise."""
    rows = Document.objects.visible_to(by).filter(kind__in=policy.readable_kinds(by)).without_content()
    found = rows.select_related(
        "practice", "patient__practice", "patient__merged_into__practice", "superseded_by"
    ).filter(pk=pk)
    document = found.first()
    if document is None:
        raise Http404
    return document


def retry_delivery(*, pk: UUID, by: User, at: datetime) -> Delivery:
    """Send a failed or held-back delivery again to the same address; to another one it is a new delivery."""
    delivery = Delivery.objects.visible_to(by).told().filter(pk=pk).first()
    if delivery is None:
        raise Http404
    delivery.email = practice_actions.try_mail_again(pk=delivery.email_id, by=by, at=at)
    return delivery


def _contact(pk: UUID | None, by: User) -> Contact | None:
    if pk is None:
        return None
    contact = Contact.objects.visible_to(by).filter(pk=pk).first()
    if contact is None:
        raise ValidationError({"contact": "Choose one of the practice's contacts."})
    return contact
