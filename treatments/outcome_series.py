"""A patient's scores as series: what was entered, and what the sessions measured. A fixed number of queries, bounded rows."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Q

from patients.models import Patient
from treatments.instruments import Instrument, instruments
from treatments.models import Episode, NeedlingSession, Score, Site
from treatments.narrative import sided
from treatments.outcomes import Point, Series, arrange

LATEST_SCORES, LATEST_SESSIONS, LATEST_SITES = 500, 60, 300

Row = tuple[Instrument, str, str, Point]


def series_of(patient: Patient, *, episode: Episode | None = None) -> list[Series]:
    """Every series with at least one value: entered scores first, then what sessions measured. Three queries, however long
    the past; withdrawn scores and void sessions are left out. With `episode`: of that course alone."""
    entered = arrange(list(_entered(patient, episode)))
    sessions = list(_sessions(patient, episode))
    measured = arrange([*_pain(sessions), *_motion(sessions), *_pressure(sessions)], origin="sessions")
    order = list(instruments())
    found = [s for s in [*entered, *measured] if any(p.value is not None for p in s.points)]
    return sorted(found, key=lambda s: (s.origin != "scores", order.index(s.instrument.key)))


def entered_series(
    patient: Patient, *, episode: Episode | None = None, session: NeedlingSession | None = None
) -> list[Series]:
    """The entered scores alone, in one query: of a course, of one session, or of all the time."""
    order = list(instruments())
    return sorted(arrange(list(_entered(patient, episode, session))), key=lambda s: order.index(s.instrument.key))


def _entered(patient: Patient, episode: Episode | None, session: NeedlingSession | None = None) -> Iterable[Row]:
    rows = Score.objects.of_patient(patient).standing().order_by("-at", "-id")
    if session is not None:
        rows = rows.filter(session=session)
    if episode is not None:
        rows = rows.filter(Q(episode=episode) | Q(episode=None, session__episode=episode))
    local = patient.practice.local_date
    for score in rows[:LATEST_SCORES]:
        point = Point(score.at, local(score.at), score.value, score.timing)
        yield instruments()[score.instrument], score.side, score.location, point


def _sessions(patient: Patient, episode: Episode | None) -> list[dict[str, Any]]:
    rows = NeedlingSession.objects.of_patient(patient).filter(status=NeedlingSession.Status.SIGNED)
    if episode is not None:
        rows = rows.filter(episode=episode)
    names = ("pk", "started_at", "pain_before", "pain_after", "range_of_motion")
    found = rows.order_by("-started_at", "-id").values(*names)[:LATEST_SESSIONS]
    local = patient.practice.local_date
    return [row | {"day": local(row["started_at"])} for row in found]


def _pain(sessions: Iterable[dict[str, Any]]) -> Iterable[Row]:
    """Pain before and after, as the session has it; a session where it was not asked is a gap."""
    for session in sessions:
        yield from _pair(session, "nprs", "", "at the sessions", session["pain_before"], session["pain_after"])


def _motion(sessions: Iterable[dict[str, Any]]) -> Iterable[Row]:
    for session in sessions:
        for entry in session["range_of_motion"]:
            movement = str(entry.get("movement", "")).strip()
            side = entry.get("side") if entry.get("side") in ("left", "right") else ""
            yield from _pair(session, "rom", side or "", movement, entry.get("before"), entry.get("after"))


def _pressure(sessions: Iterable[dict[str, Any]]) -> Iterable[Row]:
    """Thresholds measured at the sites of these sessions."""
    by_pk = {session["pk"]: session for session in sessions}
    measured = Q(ppt_before_kpa__isnull=False) | Q(ppt_after_kpa__isnull=False)
    sites = Site.objects.filter(measured, session__in=list(by_pk)).select_related("structure")
    for site in sites[:LATEST_SITES]:
        place = sided(site.structure.name, "")
        session = by_pk[site.session_id]
        yield from _pair(session, "ppt", site.side, place, site.ppt_before_kpa, site.ppt_after_kpa)


def _pair(session: dict[str, Any], key: str, side: str, location: str, before: Any, after: Any) -> Iterable[Row]:
    one = instruments()[key]
    at, day = session["started_at"], session["day"]
    yield one, side, location, Point(at, day, None if before is None else Decimal(before), "before")
    if after is not None:
        yield one, side, location, Point(at, day, Decimal(after), "after")
