"""Who may do what with patients and contacts."""

from patients.models import Patient
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
