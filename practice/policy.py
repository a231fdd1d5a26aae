"""Who may: one table. The same function shows the button, guards the action and answers `GET /api/v1/me`."""

from practice.models import User

PRACTITIONER, FRONT_DESK, AUDITOR = User.Role.PRACTITIONER, User.Role.FRONT_DESK, User.Role.AUDITOR
SERVICE = User.Role.SERVICE
STAFF = {PRACTITIONER, FRONT_DESK}

PERMISSIONS: dict[str, set[User.Role]] = {
    "patients.read": {PRACTITIONER, FRONT_DESK, AUDITOR, SERVICE},
    "patients.write": STAFF,
    "registrations.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "registrations.write": STAFF,
    "consent.read": {PRACTITIONER, FRONT_DESK, AUDITOR, SERVICE},
    "consent.capture": STAFF,
    "screening.read_answers": {PRACTITIONER, AUDITOR},
    "screening.read_state": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "screening.write": STAFF,
    "screening.review": {PRACTITIONER},
    "historical_notes.read": {PRACTITIONER, AUDITOR},
    "attachments.list": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "attachments.read": {PRACTITIONER, AUDITOR},
    "attachments.read_office": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "attachments.write": STAFF,
    "arrivals.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "arrivals.write": STAFF,
    "sessions.list": {PRACTITIONER, FRONT_DESK, AUDITOR, SERVICE},
    "sessions.read": {PRACTITIONER, AUDITOR, SERVICE},
    "sessions.write": {PRACTITIONER, SERVICE},
    "sessions.sign": {PRACTITIONER},
    "addenda.write": {PRACTITIONER},
    "episodes.read": {PRACTITIONER, AUDITOR, SERVICE},
    "episodes.write": {PRACTITIONER},
    "scores.read": {PRACTITIONER, AUDITOR, SERVICE},
    "scores.write": {PRACTITIONER},
    "follow_ups.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "follow_ups.record": STAFF,
    "follow_ups.acknowledge": {PRACTITIONER},
    "triage.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "triage.write": STAFF,
    "triage.take": {PRACTITIONER},
    "documents.patient_summary.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "documents.patient_summary.issue": STAFF,
    "documents.clinical_record.read": {PRACTITIONER, AUDITOR},
    "documents.clinical_record.issue": {PRACTITIONER},
    "documents.gp_letter.read": {PRACTITIONER, AUDITOR},
    "documents.gp_letter.issue": {PRACTITIONER},
    "documents.course_report.read": {PRACTITIONER, AUDITOR},
    "documents.course_report.issue": {PRACTITIONER},
    "documents.consent_copy.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "documents.consent_copy.issue": STAFF,
    "documents.full_record.read": {PRACTITIONER, AUDITOR},
    "documents.full_record.issue": {PRACTITIONER},
    "record_requests.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "record_requests.receive": STAFF,
    "record_requests.decide": {PRACTITIONER},
    "corrections.read": {PRACTITIONER, AUDITOR},
    "corrections.refuse": {PRACTITIONER},
    "documents.email": STAFF,
    "breaches.report": STAFF,
    "breaches.read": {AUDITOR},
    "records.confirm_destruction": {PRACTITIONER},
    "mail.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "mail.retry": {FRONT_DESK},
    "events.read": {PRACTITIONER, AUDITOR, SERVICE},
    "events.write": {PRACTITIONER},
    "day_checks.read": {PRACTITIONER, FRONT_DESK, AUDITOR},
    "day_checks.write": STAFF,
    "templates.read": {PRACTITIONER, SERVICE},
    "templates.write_own": {PRACTITIONER},
    "catalogue.read": {PRACTITIONER, FRONT_DESK, AUDITOR, SERVICE},
    "access_log.read_all": {AUDITOR},
    "access_log.read_own_patients": {PRACTITIONER},
}

# What the manager flag adds, whatever the role.
MANAGER = {
    "staff.manage",
    "clinics.manage",
    "practice.manage",
    "consent_texts.manage",
    "lots.manage",
    "templates.manage",
    "events.review",
    "insights.read",
    "content.decide",
    "mail.retry",
    "breaches.read",
    "breaches.assess",
    "tokens.manage",
    "imports.manage",
    "practice.export",
    "merges.manage",
    "records.hold",
    "records.propose_destruction",
    "records.confirm_destruction",
    "access_log.read_all",
    "access_log.review",
}


def allowed(user: User, permission: str) -> bool:
    """Whether this person may; unknown permissions are a fault of the program."""
    if permission not in PERMISSIONS and permission not in MANAGER:
        raise LookupError(permission)
    if not user.is_active:
        return False
    by_role = user.role in PERMISSIONS.get(permission, set())
    return by_role or (user.is_manager and permission in MANAGER)


def permissions_of(user: User) -> list[str]:
    return sorted(p for p in {*PERMISSIONS, *MANAGER} if allowed(user, p))


def same_practice(user: User, row: object) -> bool:
    return getattr(row, "practice_id", None) == user.practice_id
