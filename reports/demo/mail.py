"""Documents that were e-mailed in the demo: most arrived, one address was refused, one came back, one went astray."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import islice

from practice import actions as practice_actions
from practice import postbox, sending
from practice.models import OutgoingEmail, Practice, User
from reports import actions
from reports.models import Delivery, Document
from treatments.models import NeedlingSession

SENT, REFUSED, RETURNED, ASTRAY = range(5), 5, 6, 7


class RefusingPostbox:
    """The mail server that knows no such address."""

    def deliver(self, message: EmailMessage, *, before_the_last_byte: Callable[[], None]) -> None:
        raise postbox.NotTaken("The mail server refused the address (550 5.1.1).", for_good=True)

    def has(self, message_id: str) -> bool | None:
        return False

    def close(self) -> None: ...


def send_some(practice: Practice, *, front_desk: User, now: datetime) -> None:
    """Summaries of recent sessions, one to a patient. Nothing where mail goes nowhere."""
    if not postbox.is_set_up():
        return
    box = postbox.open_postbox()
    for number, session in enumerate(islice(_sessions(practice), 8)):
        document = actions.issue_document(
            session_pk=session.pk, kind=Document.Kind.PATIENT_SUMMARY, by=session.practitioner, at=now - timedelta(hours=3)
        )  # fmt: skip
        asked = actions.Sending(to=session.patient.email, protect=number % 2 == 1)
        at = now - timedelta(minutes=90 - 10 * number)
        delivery = actions.email_document(document_pk=document.pk, sending=asked, by=front_desk, at=at)
        _work(delivery, RefusingPostbox() if number == REFUSED else box)
        if number == RETURNED:
            practice_actions.note_mail_came_back(pk=delivery.email_id, reason="mailbox full", by=front_desk)
        if number == ASTRAY:
            told = {
                "what_happened": "The address was the one of a namesake. She rang and said that she had opened it.",
                "done_at_once": "Asked her to delete it; she confirmed by mail. Address corrected.",
            }
            actions.record_breach(delivery_pk=delivery.pk, values=told, by=front_desk, at=now)


def _sessions(practice: Practice) -> list[NeedlingSession]:
    """The newest of patients who may get documents by e-mail, one for each."""
    rows = NeedlingSession.objects.filter(
        practice=practice, status="signed", patient__documents_by_email_ok=True, patient__status="active"
    )
    newest: dict[object, NeedlingSession] = {}
    for session in (
        rows.exclude(patient__phones=[]).select_related("patient", "practitioner").order_by("-started_at")[:120]
    ):
        newest.setdefault(session.patient_id, session)
    return list(newest.values())


def _work(delivery: Delivery, box: postbox.Postbox) -> None:
    """What a worker does, for this one message."""
    at = delivery.created_at
    while email := sending.take(at):
        sending.send(email, box)
        if email.pk == delivery.email_id:
            return
    raise LookupError(OutgoingEmail.objects.get(pk=delivery.email_id).state)
