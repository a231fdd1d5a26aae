"""Everything that can happen to the practice itself, its people, places and tokens, one function per verb."""

from practice.actions.people import (
    add_credential,
    change_credential,
    change_person,
    deactivate_person,
    invite_person,
    reactivate_person,
    set_password,
    set_password_link,
)
from practice.actions.places import add_clinic, change_clinic, change_practice, set_up_practice
from practice.actions.tokens import issue_token, revoke_token

__all__ = [
    "add_clinic",
    "add_credential",
    "change_clinic",
    "change_credential",
    "change_person",
    "change_practice",
    "deactivate_person",
    "invite_person",
    "issue_token",
    "reactivate_person",
    "revoke_token",
    "set_password",
    "set_password_link",
    "set_up_practice",
]
