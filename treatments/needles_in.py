"""Needles that are in and not counted out: the board everyone in the practice sees, and what the end of a day looks at."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet, Sum

from practice.models import User
from treatments.models import NeedlingSession

MOST = 50


@dataclass(frozen=True)
class StillIn:
    """One open session: needles left of those that went in, and how long ago it began."""

    session: NeedlingSession
    left: int
    went_in: int
    since: timedelta


def still_in(user: User, *, at: datetime) -> list[StillIn]:
    """Open sessions whose needles are not all counted out, the longest first: one from yesterday is the one that was
    forgotten."""
    drafts = NeedlingSession.objects.visible_to(user).unsigned().annotate(total=Sum("sites__needles"))
    rows = [_row(s, at) for s in drafts.select_related("patient", "practitioner").order_by("started_at")]
    return [row for row in rows if row.left > 0][:MOST]


def _row(session: NeedlingSession, at: datetime) -> StillIn:
    """As counted in, else the sum of the sites. What is explained (left in on purpose, lost) is no longer counted."""
    summed: int | None = session.total  # type: ignore[attr-defined]
    went_in = (summed if session.needles_in is None else session.needles_in) or 0
    explained = bool(session.discrepancy_kind and session.discrepancy_note.strip() and session.needles_out is not None)
    left = 0 if explained else went_in - (session.needles_out or 0)
    return StillIn(session, left, went_in, at - session.started_at)


def unsigned_of(user: User, on: date) -> QuerySet[NeedlingSession]:
    """Sessions of a calendar day of the practice that nobody has signed."""
    begin = datetime.combine(on, time.min, tzinfo=user.practice.zone)
    end = datetime.combine(on + timedelta(days=1), time.min, tzinfo=user.practice.zone)
    drafts = NeedlingSession.objects.visible_to(user).unsigned().filter(started_at__gte=begin, started_at__lt=end)
    return drafts.select_related("patient", "practitioner").order_by("started_at")
