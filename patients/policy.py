"""Who may do what with patients and contacts."""

from patients.models import Merge, Patient
from practice.models import User
from practice.policy import allowed, same_practice


def can_read(user: User) -> bool:
    return allowed(user, "patients.read")


def can_write(user: User) -> bool:
    return allowed(user, "patients.write")


def can_change(user: User, patient: Patient) -> bool:
    return can_write(user) and same_practice(user, patient)


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
