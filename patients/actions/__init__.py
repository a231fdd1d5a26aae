"""Everything that can happen to a patient's own data, one function per verb."""

from patients.actions.alerts import add_alert, change_alert
from patients.actions.contacts import add_contact, archive_contact, change_contact
from patients.actions.people import (
    PossibleDuplicate,
    add_identifier,
    allow_documents_by_email,
    archive_patient,
    correct_patient,
    register_patient,
    restore_patient,
    seen,
)

__all__ = [
    "PossibleDuplicate",
    "add_alert",
    "add_contact",
    "add_identifier",
    "allow_documents_by_email",
    "archive_contact",
    "archive_patient",
    "change_alert",
    "change_contact",
    "correct_patient",
    "register_patient",
    "restore_patient",
    "seen",
]
