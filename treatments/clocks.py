"""Three clocks of a session, in the practice's time: treated, written (first saved), signed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from treatments.models import NeedlingSession
from treatments.narrative import count


@dataclass(frozen=True)
class Clocks:
    """Each clock with its day; `late` says how long after the treatment a late entry was written."""

    treated: str
    written: str
    signed: str
    late: str


def clocks_of(session: NeedlingSession) -> Clocks:
    zone = session.practice.zone
    treated = moment(session.started_at, zone)
    if session.ended_at:
        treated += f" to {later(session.ended_at, session.started_at, zone)}"
    signed = later(session.signed_at, session.started_at, zone) if session.signed_at else ""
    late = f"{lapse(session.started_at, session.written_at)} after the treatment" if session.is_late_entry else ""
    return Clocks(treated, later(session.written_at, session.started_at, zone), signed, late)


def day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`24 Nov 2026, 09:15`."""
    return f"{day(timezone.localdate(at, zone))}, {clock(at, zone)}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`09:15`; in the hour that the end of summer time repeats, with the name of the time: `02:30 AEDT`."""
    local = timezone.localtime(at, zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M %Z}" if twice else f"{local:%H:%M}"


def later(at: datetime, than: datetime, zone: ZoneInfo) -> str:
    """The time alone on the same day, else with its day: nobody has to guess which day 00:10 was."""
    same = timezone.localdate(at, zone) == timezone.localdate(than, zone)
    return clock(at, zone) if same else moment(at, zone)


def lapse(start: datetime, end: datetime) -> str:
    """Real time between two moments, whatever the clocks on the wall did: `2 days 3 h`, `25 h`, `40 min`."""
    minutes = int((end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(minutes=1))
    hours = minutes // 60
    if hours >= 48:
        rest = f" {hours % 24} h" if hours % 24 else ""
        return count(hours // 24, "day", "days") + rest
    rest = f" {minutes % 60} min" if minutes % 60 else ""
    return f"{hours} h{rest}" if hours else f"{minutes} min"
