"""Who waits, in the order of arrival, with all that has to be known before they are called in. Seven queries at most."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from consent.readiness import Readiness, readiness_of
from patients.models import Alert, Patient
from practice.models import User
from treatments.clocks import clock, lapse
from treatments.models import Arrival

MOST = 60


@dataclass(frozen=True)
class Here:
    """One arrival as a list shows it. `patient` is the record that stands for the whole person; what is needed before
    needling is told only while they wait."""

    arrival: Arrival
    patient: Patient
    since: str
    waited: str
    ready: Readiness | None
    dangers: Sequence[Alert]
    ended: str


def waiting_for(user: User, *, at: datetime, practitioner: User | None = None) -> list[Here]:
    """Who waits today, for one practitioner or for anybody."""
    rows = Arrival.objects.visible_to(user).of_day(user.practice.local_date(at)).waiting().told()
    if practitioner is not None:
        rows = rows.filter(practitioner=practitioner)
    return told(list(rows[:MOST]), user=user, at=at)


def of_today(user: User, *, at: datetime) -> list[Here]:
    """Everybody who came today: who waits first, then those whose wait is over."""
    rows = Arrival.objects.visible_to(user).of_day(user.practice.local_date(at)).told()
    return told(sorted(rows[: MOST * 5], key=lambda arrival: not arrival.is_waiting), user=user, at=at)


def told(arrivals: Sequence[Arrival], *, user: User, at: datetime) -> list[Here]:
    waiting = [arrival.patient for arrival in arrivals if arrival.is_waiting]
    ready = readiness_of(waiting, practice=user.practice, at=at) if waiting else {}
    dangers = _dangers(waiting, user.practice.local_date(at))
    return [_row(arrival, user, at, ready, dangers) for arrival in arrivals]


def _row(
    arrival: Arrival, user: User, at: datetime, ready: dict[UUID, Readiness], dangers: dict[UUID, list[Alert]]
) -> Here:
    person, zone = arrival.patient.whole, user.practice.zone
    waiting = arrival.is_waiting
    return Here(
        arrival=arrival,
        patient=person,
        since=clock(arrival.arrived_at, zone),
        waited=lapse(arrival.arrived_at, at) if waiting else "",
        ready=ready.get(person.pk) if waiting else None,
        dangers=dangers[person.pk] if waiting else (),
        ended=clock(arrival.ended_at, zone) if arrival.ended_at else "",
    )


def _dangers(patients: Sequence[Patient], today: date) -> dict[UUID, list[Alert]]:
    found: dict[UUID, list[Alert]] = defaultdict(list)
    if patients:
        alerts = Alert.objects.of_patients(patients).filter(severity=Alert.Severity.DANGER).current(today)
        for alert in alerts.select_related("patient"):
            found[alert.patient.whole_id].append(alert)
    return found
