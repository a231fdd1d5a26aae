"""Who may do what with a session. Rows of another practice are nobody's here."""

from practice.models import User
from practice.policy import allowed, same_practice
from treatments.models import Arrival, FollowUp, NeedlingSession, Score
from treatments.models.templates import Offered


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


def can_countersign(user: User, session: NeedlingSession) -> bool:
    """The supervisor of the student who signed first."""
    if not (allowed(user, "sessions.sign") and same_practice(user, session)) or user.is_student:
        return False
    return session.submitted_by is not None and session.submitted_by.supervisor_id == user.pk


def may_sign(user: User, session: NeedlingSession) -> bool:
    """Whoever `sign` listens to: who treats, and of what a student signed, the supervisor."""
    return can_sign(user, session) or can_countersign(user, session)


def can_send_back(user: User, session: NeedlingSession) -> bool:
    return can_countersign(user, session)


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


def can_rewrite(user: User, session: NeedlingSession) -> bool:
    """A practitioner who may strike the session out: void it once it is signed, discard it while it is a draft."""
    if not may_take_arrivals(user):
        return False
    return can_discard(user, session) if session.is_draft else can_void(user, session)


def can_add_to(user: User, session: NeedlingSession) -> bool:
    """Any clinician of the practice may write an addendum."""
    return allowed(user, "addenda.write") and same_practice(user, session)


def can_read_arrivals(user: User) -> bool:
    return allowed(user, "arrivals.read")


def can_mark_arrivals(user: User) -> bool:
    """Whoever sees a patient come in."""
    return allowed(user, "arrivals.write")


def can_change_arrival(user: User, arrival: Arrival) -> bool:
    return can_mark_arrivals(user) and same_practice(user, arrival)


def may_take_arrivals(user: User) -> bool:
    """A practitioner treats; a program has nobody in front of it."""
    return can_start(user) and user.role == User.Role.PRACTITIONER


def can_take_arrival(user: User, arrival: Arrival) -> bool:
    """Any practitioner of the practice: colleagues stand in for each other."""
    return may_take_arrivals(user) and same_practice(user, arrival)


def can_write_episode(user: User) -> bool:
    return allowed(user, "episodes.write")


def can_read_episodes(user: User) -> bool:
    return allowed(user, "episodes.read")


def can_read_scores(user: User) -> bool:
    return allowed(user, "scores.read")


def can_record_score(user: User) -> bool:
    return allowed(user, "scores.write")


def can_change_score(user: User, score: Score) -> bool:
    """Any practitioner of the practice; the history says who."""
    return can_record_score(user) and same_practice(user, score)


def can_manage_lots(user: User) -> bool:
    return allowed(user, "lots.manage")


def can_read_day_checks(user: User) -> bool:
    return allowed(user, "day_checks.read")


def can_check_the_day(user: User) -> bool:
    """Whoever closes the rooms, whatever their role."""
    return allowed(user, "day_checks.write")


def can_read_catalogue(user: User) -> bool:
    return allowed(user, "catalogue.read")


def can_read_follow_ups(user: User) -> bool:
    return allowed(user, "follow_ups.read")


def can_record(user: User, follow_up: FollowUp) -> bool:
    return allowed(user, "follow_ups.record") and same_practice(user, follow_up)


def can_acknowledge(user: User, follow_up: FollowUp) -> bool:
    return allowed(user, "follow_ups.acknowledge") and same_practice(user, follow_up)


def can_add_recall(user: User) -> bool:
    return allowed(user, "follow_ups.record")


def can_read_triage(user: User) -> bool:
    return allowed(user, "triage.read")


def can_triage(user: User) -> bool:
    """Any of the staff answers the phone."""
    return allowed(user, "triage.write")


def can_take_triage(user: User) -> bool:
    """Only a practitioner takes a caller over, and no student."""
    return allowed(user, "triage.take") and not user.is_student


def can_read_events(user: User) -> bool:
    return allowed(user, "events.read")


def can_record_event(user: User) -> bool:
    return allowed(user, "events.write")


def can_review_event(user: User) -> bool:
    return allowed(user, "events.review")


def can_decide_content(user: User) -> bool:
    """A manager who treats: the practice's responsible clinician."""
    return allowed(user, "content.decide") and user.role == User.Role.PRACTITIONER


def can_read_offered(user: User) -> bool:
    return allowed(user, "templates.read") or allowed(user, "templates.manage")


def can_add_offered(user: User) -> bool:
    """For the practice, for oneself, or both."""
    return allowed(user, "templates.manage") or allowed(user, "templates.write_own")


def can_write_offered(user: User, row: Offered) -> bool:
    """The practice's snippets and templates are its managers'; one's own are every practitioner's."""
    if not same_practice(user, row):
        return False
    if row.owner_id is None:
        return allowed(user, "templates.manage")
    return row.owner_id == user.pk and allowed(user, "templates.write_own")


def is_treating(user: User, session: NeedlingSession) -> bool:
    return user.pk in (session.practitioner_id, session.taken_over_by_id)


def from_a_program(session: NeedlingSession) -> bool:
    return session.created_by is not None and session.created_by.role == User.Role.SERVICE
