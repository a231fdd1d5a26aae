"""Who may do what with consents and screening."""

from patients.models import Patient
from practice.models import User
from practice.policy import allowed, same_practice


def can_read(user: User) -> bool:
    return allowed(user, "consent.read")


def can_capture(user: User, patient: Patient) -> bool:
    return allowed(user, "consent.capture") and same_practice(user, patient)


def may_capture(user: User) -> bool:
    return allowed(user, "consent.capture")


def may_screen(user: User) -> bool:
    return allowed(user, "screening.write")


def can_explain_risks(user: User) -> bool:
    """Explaining risks is clinical work; the front desk captures what the practitioner explained."""
    return user.role == User.Role.PRACTITIONER


def can_see_screenings(user: User) -> bool:
    return allowed(user, "screening.read_state")


def can_read_answers(user: User) -> bool:
    return allowed(user, "screening.read_answers")


def can_screen(user: User, patient: Patient) -> bool:
    return allowed(user, "screening.write") and same_practice(user, patient)


def can_review(user: User, patient: Patient) -> bool:
    return allowed(user, "screening.review") and same_practice(user, patient)


def can_manage_texts(user: User) -> bool:
    return allowed(user, "consent_texts.manage")
