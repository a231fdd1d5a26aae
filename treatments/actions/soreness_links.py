"""Answers without signing in: a link per check, opened by the date of birth, answered once and corrected for an hour.

The token is 256 random bits and stands in the mail alone; the row keeps its digest. Everything that cannot be opened
looks the same from outside: unknown, expired, used, closed, or of a check that is not asked any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from practice.history import keep, lock
from practice.models import Token
from treatments.actions.escalations import open_escalation
from treatments.actions.follow_ups import ANSWERABLE, store_answer
from treatments.actions.locking import lock_with_session
from treatments.models import FollowUp, SorenessLink

State = FollowUp.State
VALID = timedelta(hours=48)
TRIES = 5
CORRECTABLE = timedelta(hours=1)


@dataclass(frozen=True)
class Heard:
    """What became of an answer. `kept` is False when the check is answered or not asked any more: then only its warning
    signs were passed on."""

    link: SorenessLink
    red_flags: list[str]
    kept: bool


@transaction.atomic
def issue_link(*, check: FollowUp, at: datetime) -> str:
    """A new token for a check. It is answered here once and stored nowhere."""
    link, token = SorenessLink.with_token(
        practice=check.practice, follow_up=check, expires_at=at + VALID, tries_left=TRIES, created_at=at
    )
    keep(link, by=None, why="mailed")
    return token


def find_link(*, token: str, at: datetime) -> SorenessLink | None:
    """The link of a token while it can be opened, with its check, session and practice; None for everything else."""
    link = link_of(token=token)
    return link if link is not None and opens(link, at=at) else None


def link_of(*, token: str) -> SorenessLink | None:
    """The link of a token, whether it still opens or not: for who has shown that they hold it and know the date of birth."""
    rows = SorenessLink.objects.select_related(
        "practice", "follow_up__session__practice", "follow_up__patient__merged_into"
    )
    return rows.filter(digest=Token.digest_of(token)).first()


def opens(link: SorenessLink, *, at: datetime) -> bool:
    check = link.follow_up
    if link.closed_at is not None or check.patient.whole.status == check.patient.Status.DECEASED:
        return False
    return _may_be_corrected(link, at=at) if link.answered_at else at < link.expires_at and check.state in ANSWERABLE


def _may_be_corrected(link: SorenessLink, *, at: datetime) -> bool:
    given = link.answered_at is not None and at <= link.answered_at + CORRECTABLE
    return given and link.follow_up.state in (State.ANSWERED, State.ACKNOWLEDGED)


@transaction.atomic
def open_link(*, token: str, born: date | None, at: datetime) -> SorenessLink | None:
    """Try a date of birth. Answers the link, opened (`opened_at` now) when the date is right; each wrong one costs a try, and the
    last one closes the link and puts the check on the call list. None when there is nothing to open."""
    found = find_link(token=token, at=at)
    link = _locked(found) if found else None
    if link is None or not opens(link, at=at):
        return None
    patient = link.follow_up.patient
    known = {patient.date_of_birth, *([patient.merged_into.date_of_birth] if patient.merged_into else [])}
    if born in known:
        link.opened_at = at
        return keep(link, by=None, why="date of birth right")
    link.opened_at = None
    link.tries_left -= 1
    if link.tries_left == 0:
        link.closed_at, link.closed_because = at, SorenessLink.Closed.TRIES
    keep(link, by=None, why="date of birth wrong")
    if link.closed_at and link.follow_up.state in ANSWERABLE:
        put_on_call_list(link.follow_up, because="The date of birth did not match five times")
    return link if link.closed_at is None else None


@transaction.atomic
def answer_by_link(*, token: str, values: Mapping[str, Any], at: datetime) -> Heard | None:
    """What the patient says, after the date of birth was right. Once, and again within the hour to correct it.

    Who opened the link in time may finish after it has run out. When staff wrote an answer meanwhile, or the session is void,
    this one is not kept, but a warning sign in it is: that is never turned away. None when nothing was taken.
    """
    found = link_of(token=token)
    if found is None:
        return None
    link = _locked(found)
    check, flags = link.follow_up, list(values["red_flags"])
    if _may_be_corrected(link, at=at) or (link.answered_at is None and check.state in ANSWERABLE):
        _store(link, values, at=at)
        return Heard(link, flags, kept=True)
    if flags:
        open_escalation(patient=check.patient, session=check.session, red_flags=flags, comment=values["comment"],
                        reported_by=FollowUp.ReportedBy.PATIENT, at=at, by=None, raised_by=check)  # fmt: skip
        return Heard(link, flags, kept=False)
    return None


def _store(link: SorenessLink, values: Mapping[str, Any], *, at: datetime) -> None:
    check = link.follow_up
    if link.answered_at and all(getattr(check, name) == value for name, value in values.items()):
        return  # the same once more: sent twice, or the page was loaded again
    hours = int((at - check.session.started_at).total_seconds() // 3600) if check.session else None
    store_answer(check, {**values, "hours_since": hours, "reported_by": FollowUp.ReportedBy.PATIENT}, by=None, at=at)
    link.answered_at = link.answered_at or at
    keep(link, by=None, why="answered")


def put_on_call_list(check: FollowUp, *, because: str) -> FollowUp:
    """Asked by phone from now on, with the reason why. The caller has locked the row."""
    check.state = State.NO_ANSWER if check.state == State.SENT else check.state
    check.channel, check.call_because = FollowUp.Channel.CALL, because
    return keep(check, by=None, why=because)


def _locked(link: SorenessLink) -> SorenessLink:
    """The row as it is now; its session and its check are locked before it, as everywhere."""
    patients = FollowUp.objects.select_related("patient__merged_into", "practice")
    check = lock_with_session(patients, link.follow_up_id)
    current = lock(SorenessLink.objects.select_related("practice"), link.pk)
    current.follow_up = check
    return current
