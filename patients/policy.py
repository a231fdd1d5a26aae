"""Who may do what with patients and contacts."""

from patients.models import Attachment, Destruction, Merge, Patient, Registration
from practice.models import User
from practice.policy import allowed, same_practice


def can_read(user: User) -> bool:
    return allowed(user, "patients.read")


def can_write(user: User) -> bool:
    return allowed(user, "patients.write")


def can_change(user: User, patient: Patient) -> bool:
    return can_write(user) and same_practice(user, patient)


def can_receive(user: User) -> bool:
    """Whom a row of people offers to mark an arrival and to take a call."""
    return allowed(user, "arrivals.write") and allowed(user, "triage.write")


def can_read_registrations(user: User) -> bool:
    return allowed(user, "registrations.read")


def may_invite(user: User) -> bool:
    return allowed(user, "registrations.write")


def can_decide_registration(user: User, registration: Registration) -> bool:
    return may_invite(user) and same_practice(user, registration)


def can_see_who_looked(user: User, patient: Patient) -> bool:
    """Manager and auditor; a practitioner for the patients of the practice they treat."""
    all_patients = allowed(user, "access_log.read_all")
    return same_practice(user, patient) and (all_patients or allowed(user, "access_log.read_own_patients"))


def may_merge(user: User) -> bool:
    return allowed(user, "merges.manage")


def can_merge(user: User, row: Patient | Merge) -> bool:
    return may_merge(user) and same_practice(user, row)


def can_import(user: User) -> bool:
    return allowed(user, "imports.manage")


def can_read_historical_notes(user: User) -> bool:
    return allowed(user, "historical_notes.read")


def can_list_attachments(user: User) -> bool:
    return allowed(user, "attachments.list")


def may_attach(user: User) -> bool:
    return allowed(user, "attachments.write")


def can_attach(user: User, patient: Patient) -> bool:
    return may_attach(user) and same_practice(user, patient)


def can_open_attachment(user: User, attachment: Attachment) -> bool:
    """The file itself: office paper by everybody who works here, anything clinical by those who read the record."""
    office = attachment.kind == Attachment.Kind.OFFICE and allowed(user, "attachments.read_office")
    return same_practice(user, attachment) and (office or allowed(user, "attachments.read"))


def can_see_title(user: User, attachment: Attachment) -> bool:
    """What it is called can say as much as the file: those who may open it, and who added it."""
    return can_open_attachment(user, attachment) or attachment.created_by_id == user.pk


def can_change_attachment(user: User, attachment: Attachment, *, kind: str = "") -> bool:
    """Put right what is said about it. Who may not open it cannot make it office paper and open it then."""
    opens_it = kind == Attachment.Kind.OFFICE and not can_open_attachment(user, attachment)
    return may_attach(user) and can_see_title(user, attachment) and not opens_it


def can_hold(user: User, patient: Patient) -> bool:
    return allowed(user, "records.hold") and same_practice(user, patient)


def can_propose_destruction(user: User, row: Patient | Destruction) -> bool:
    return allowed(user, "records.propose_destruction") and same_practice(user, row)


def can_confirm_destruction(user: User, row: Destruction) -> bool:
    """Somebody else than who proposed it; the action says so in words."""
    return allowed(user, "records.confirm_destruction") and same_practice(user, row)


def may_hold(user: User) -> bool:
    return allowed(user, "records.hold")


def may_propose_destruction(user: User) -> bool:
    return allowed(user, "records.propose_destruction")


def can_read_register(user: User) -> bool:
    return allowed(user, "records.hold") or allowed(user, "access_log.read_all") or may_confirm(user)


def may_confirm(user: User) -> bool:
    return allowed(user, "records.confirm_destruction")
