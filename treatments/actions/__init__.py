"""Everything that can happen to a session and what hangs on it, one function per verb."""

from treatments.actions import refusals
from treatments.actions.addenda import add_addendum
from treatments.actions.courses import add_lot, change_episode, change_lot, open_episode
from treatments.actions.follow_ups import acknowledge, close, record_answer, record_no_answer
from treatments.actions.signing import note_first_issue, reopen_session, sign_session, void_session
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
    "Written",
    "acknowledge",
    "add_addendum",
    "add_lot",
    "change_episode",
    "change_lot",
    "close",
    "discard_session",
    "note_first_issue",
    "open_episode",
    "record_answer",
    "record_no_answer",
    "refusals",
    "refuse_taken",
    "reopen_session",
    "restore_session",
    "sign_session",
    "start_session",
    "take_over_session",
    "void_session",
    "write_session",
]
