"""Everything that can happen to a session and what hangs on it, one function per verb."""

from treatments.actions import refusals
from treatments.actions.addenda import add_addendum
from treatments.actions.arrivals import end_wait, mark_arrived, move_arrival, withdraw_arrival
from treatments.actions.check_mails import ring_instead, ring_unanswered, send_due_checks, why_not_by_mail
from treatments.actions.content import approve_content, decide_rule
from treatments.actions.courses import add_lot, change_episode, change_lot, open_episode
from treatments.actions.day_check import check_day
from treatments.actions.escalations import note_told, open_escalation, pass_on, write_outcome
from treatments.actions.events import change_event, open_incidents, record_event, review_event
from treatments.actions.follow_ups import acknowledge, close, record_answer, record_no_answer
from treatments.actions.recalls import add_recall, cancel, finish, snooze
from treatments.actions.rewriting import Rewritten, rewrite_session
from treatments.actions.scores import change_score, record_score, withdraw_score
from treatments.actions.signing import (
    note_first_issue,
    note_first_issues,
    reopen_session,
    send_back_session,
    sign_session,
    void_session,
)
from treatments.actions.soreness_links import (
    CORRECTABLE,
    VALID,
    answer_by_link,
    find_link,
    issue_link,
    link_of,
    open_link,
    put_on_call_list,
)
from treatments.actions.stopping import stop_asking, stop_asking_the_dead
from treatments.actions.taking import take_arrival
from treatments.actions.templates import (
    add_snippet,
    add_template,
    change_snippet,
    change_template,
    write_first_words,
)
from treatments.actions.triage import note_ambulance, record_triage, take_triage, tell_practitioner
from treatments.actions.writing import (
    Written,
    discard_session,
    refuse_taken,
    restore_session,
    start_session,
    take_over_session,
    write_session,
)

__all__ = [
    "CORRECTABLE",
    "VALID",
    "Rewritten",
    "Written",
    "acknowledge",
    "add_addendum",
    "add_lot",
    "add_recall",
    "add_snippet",
    "add_template",
    "answer_by_link",
    "approve_content",
    "cancel",
    "change_episode",
    "change_event",
    "change_lot",
    "change_score",
    "change_snippet",
    "change_template",
    "check_day",
    "close",
    "decide_rule",
    "discard_session",
    "end_wait",
    "find_link",
    "finish",
    "issue_link",
    "link_of",
    "mark_arrived",
    "move_arrival",
    "note_ambulance",
    "note_first_issue",
    "note_first_issues",
    "note_told",
    "open_episode",
    "open_escalation",
    "open_incidents",
    "open_link",
    "pass_on",
    "put_on_call_list",
    "record_answer",
    "record_event",
    "record_no_answer",
    "record_score",
    "record_triage",
    "refusals",
    "refuse_taken",
    "reopen_session",
    "restore_session",
    "review_event",
    "rewrite_session",
    "ring_instead",
    "ring_unanswered",
    "send_back_session",
    "send_due_checks",
    "sign_session",
    "snooze",
    "start_session",
    "stop_asking",
    "stop_asking_the_dead",
    "take_arrival",
    "take_over_session",
    "take_triage",
    "tell_practitioner",
    "void_session",
    "why_not_by_mail",
    "withdraw_arrival",
    "withdraw_score",
    "write_first_words",
    "write_outcome",
    "write_session",
]
