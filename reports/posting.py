"""The mail that carries a document: composed when it is sent, from what is true then.

Everything that was checked when somebody pressed Send is checked again here: the permission, the address, the patient,
the document. What does not hold any more is held back and told to the front desk.
"""

from patients.models import Contact, Patient
from practice.models import OutgoingEmail, Practice
from practice.outgoing import Attachment, Composed, NotToBeSent
from reports import verifying
from reports.models import Delivery, Document

TEMPLATE = "document"


def whose(document: Document) -> Patient:
    """The patient as they are recorded now: the winner, where two records were merged."""
    return document.patient.merged_into or document.patient


def address(patient: Patient, contact: Contact | None) -> str:
    return contact.email if contact else patient.email


def held_back(
    document: Document, patient: Patient, contact: Contact | None, *, to: str, protect: bool
) -> tuple[str, str] | None:
    """Why this must not go to that address: a code and a sentence without names; None when it may.

    The flag on the patient is the one permission for documents by e-mail, whoever they go to.
    """
    now = address(patient, contact)
    reasons = (
        (patient.status == Patient.Status.DECEASED, "deceased", "The patient is recorded as deceased: nothing is e-mailed."),
        (patient.status == Patient.Status.ARCHIVED, "archived", "The patient is archived. Bring the record back first."),
        (not patient.documents_by_email_ok, "no_permission",
         "There is no permission to send documents by e-mail. Ask the patient, and tick it under Details."),
        (contact is not None and contact.archived_at is not None, "contact_archived", "This contact is archived. Choose another."),
        (not now, "no_address", "No e-mail address is recorded. Write it down first."),
        (now.casefold() != to.casefold(), "address_changed",
         "The address in the record is not the one that was confirmed. Open the document and confirm the new one."),
        (hasattr(document, "superseded_by"), "superseded", "A newer version of this document was made. Send that one."),
        (protect and not password(patient), "no_password",
         "The password cannot be made: the record lacks what it is made of. Add the phone number, or send without."),
    )  # fmt: skip
    return next(((code, sentence) for holds, code, sentence in reasons if holds), None)


def compose(email: OutgoingEmail) -> Composed:
    """The message, or NotToBeSent with the reason for the front desk."""
    rows = Delivery.objects.select_related(
        "practice", "contact", "document__superseded_by", "document__patient__merged_into"
    )
    delivery = rows.get(email=email)
    document, practice = delivery.document, delivery.practice
    patient = whose(document)
    reason = held_back(document, patient, delivery.contact, to=delivery.to, protect=delivery.protect)
    if reason:
        raise NotToBeSent(reason[1], tell=True)
    try:
        verifying.check(document, record_number=document.patient.record_number)
        content = bytes(document.content)
        if delivery.protect:
            content = verifying.protected(content, password=password(patient), pages=document.pages)
    except verifying.NotAsIssued as fault:
        raise NotToBeSent(str(fault), tell=True) from fault
    return Composed(
        to=address(patient, delivery.contact),
        subject=subject(practice),
        text=_text(delivery, patient),
        attachments=(Attachment(f"{document.number}.pdf", content),),
    )


def subject(practice: Practice) -> str:
    """The same for every document: a subject is read by everybody the mail passes."""
    return f"A document from {practice.name}"


def password(patient: Patient) -> str:
    """By the practice's rule; empty where the record lacks what it needs."""
    born = f"{patient.date_of_birth:%d%m%Y}"
    if patient.practice.document_password_rule == Practice.DocumentPassword.BIRTH:
        return born
    digits = "".join(c for c in (patient.phones[0]["number"] if patient.phones else "") if c.isdigit())
    return born + digits[-4:] if len(digits) >= 4 else ""


HOW_TO_OPEN = {
    Practice.DocumentPassword.BIRTH: "the date of birth as eight digits, day first and without dots: 7 March 1970 is 07031970",
    Practice.DocumentPassword.BIRTH_AND_PHONE: "the date of birth as eight digits, day first, and then the last four digits of "
    "the phone number we have: 7 March 1970 and … 123 456 is 070319703456",
}


def _text(delivery: Delivery, patient: Patient) -> str:
    """Plain words. It names nobody but the one it is for, and nothing of what the document says."""
    practice, contact = delivery.practice, delivery.contact
    parts = [f"Dear {contact.name}," if contact else f"Hello {patient.called},"]
    about = "a document about a patient you share with us" if contact else "your document"
    parts.append(f"here is {about} from {practice.name}. It is attached as a PDF.")
    if delivery.message:
        parts.append(delivery.message)
    if delivery.protect:
        whose_birth = "It asks for a password: the patient's " if contact else "It asks for a password: your "
        parts.append(
            whose_birth
            + HOW_TO_OPEN[Practice.DocumentPassword(practice.document_password_rule)].removeprefix("the ")
            + "."
        )
    phone = f" Call {practice.phone}." if practice.phone else ""
    parts.append(f"Is this not for you? Delete it and tell us.{phone}")
    parts.append(practice.name)
    return "\n\n".join(parts) + "\n"
