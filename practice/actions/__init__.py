"""Everything that can happen to the practice itself, its people, clinics and tokens, one function per verb."""

from practice.actions.clinics import add_clinic, archive_clinic, change_clinic, restore_clinic
from practice.actions.credentials import add_credential, change_credential
from practice.actions.mail import note_mail_came_back, see_to_mail, try_mail_again
from practice.actions.passwords import (
    LinkOver,
    PasswordLink,
    issue_password_link,
    person_of_link,
    set_password,
    set_password_by_link,
)
from practice.actions.people import (
    change_own_name,
    change_person,
    deactivate_person,
    invite_person,
    reactivate_person,
)
from practice.actions.practice_settings import change_practice, note_rule_level, set_up_practice
from practice.actions.tokens import DEFAULT_DAYS, MOST_DAYS, Issued, issue_token, revoke_token

__all__ = [
    "DEFAULT_DAYS",
    "MOST_DAYS",
    "Issued",
    "LinkOver",
    "PasswordLink",
    "add_clinic",
    "add_credential",
    "archive_clinic",
    "change_clinic",
    "change_credential",
    "change_own_name",
    "change_person",
    "change_practice",
    "deactivate_person",
    "invite_person",
    "issue_password_link",
    "issue_token",
    "note_mail_came_back",
    "note_rule_level",
    "person_of_link",
    "reactivate_person",
    "restore_clinic",
    "revoke_token",
    "see_to_mail",
    "set_password",
    "set_password_by_link",
    "set_up_practice",
    "try_mail_again",
]
