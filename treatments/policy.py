"""Who may do what with a session. Rows of another practice are nobody's here."""

from practice.models import User
from practice.policy import allowed, same_practice
from treatments.models import FollowUp, NeedlingSession


def can_list(user: User) -> bool:
    return allowed(user, "sessions.list")


def can_read(user: User, session: NeedlingSession) -> bool:
    """The whole session; the front desk sees date, practitioner and status only."""
    return allowed(user, "sessions.read") and same_practice(user, session)


def can_start(user: User) -> bool:
    return allowed(user, "sessions.write")


def can_write(user: User, session: NeedlingSession) -> bool:
    """The practitioner of the session, or who has taken it over; any clinician finishes a program's draft."""
    if not (allowed(user, "sessions.write") and same_practice(user, session)):
        return False
    if user.role == User.Role.SERVICE:
        return session.created_by_id == user.pk
    return is_treating(user, session) or from_a_program(session)


def can_sign(user: User, session: NeedlingSession) -> bool:
    return allowed(user, "sessions.sign") and same_practice(user, session) and is_treating(user, session)


def can_take_over(user: User, session: NeedlingSession) -> bool:
    return allowed(user, "sessions.sign") and same_practice(user, session) and not is_treating(user, session)


def may_take_over(user: User, session: NeedlingSession) -> bool:
    """Any clinician; whether there is anything to take over is for the action to say."""
    return allowed(user, "sessions.sign") and same_practice(user, session)


def can_reopen(user: User, session: NeedlingSession) -> bool:
    return allowed(user, "sessions.sign") and same_practice(user, session) and session.signed_by_id == user.pk


def can_void(user: User, session: NeedlingSession) -> bool:
    """The signer or a manager."""
    return same_practice(user, session) and (can_reopen(user, session) or (user.is_manager and user.is_active))


def can_discard(user: User, session: NeedlingSession) -> bool:
    """Its author or a manager; the same people bring it back."""
    return same_practice(user, session) and (can_write(user, session) or (user.is_manager and user.is_active))


def can_add_to(user: User, session: NeedlingSession) -> bool:
    """Any clinician of the practice may write an addendum."""
    return allowed(user, "addenda.write") and same_practice(user, session)


def can_write_episode(user: User) -> bool:
    return allowed(user, "episodes.write")


def can_read_episodes(user: User) -> bool:
    return allowed(user, "episodes.read")


def can_manage_lots(user: User) -> bool:
    return allowed(user, "lots.manage")


def can_read_catalogue(user: User) -> bool:
    return allowed(user, "catalogue.read")


def can_read_follow_ups(user: User) -> bool:
    return allowed(user, "follow_ups.read")


def can_record(user: User, follow_up: FollowUp) -> bool:
    return allowed(user, "follow_ups.record") and same_practice(user, follow_up)


def can_acknowledge(user: User, follow_up: FollowUp) -> bool:
    return allowed(user, "follow_ups.acknowledge") and same_practice(user, follow_up)


def is_treating(user: User, session: NeedlingSession) -> bool:
    return user.pk in (session.practitioner_id, session.taken_over_by_id)


def from_a_program(session: NeedlingSession) -> bool:
    return session.created_by is not None and session.created_by.role == User.Role.SERVICE
