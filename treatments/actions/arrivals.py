"""Arrivals: marked at the desk, moved to a colleague, withdrawn, and over as soon as a session is begun."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients.models import Patient
from practice.errors import Refused, Stale
from practice.history import keep, lock
from practice.models import User
from treatments import policy
from treatments.models import Arrival, NeedlingSession
from treatments.models.arrivals import ArrivalQuerySet

State = Arrival.State


class AlreadyWaiting(Refused):
    code = "already_waiting"
    message = "This patient is waiting already."


class ArrivalOver(Refused):
    code = "arrival_over"
    message = "This arrival is over. Mark the patient as arrived again."


class PatientNotActive(Refused):
    code = "patient_not_active"
    message = "This record is archived. Bring it back under Details, then mark the arrival."


@transaction.atomic
def mark_arrived(*, patient: Patient, practitioner_pk: UUID, by: User, at: datetime) -> tuple[Arrival, bool]:
    """The patient is here and waits for a practitioner. Marked twice they wait once: the second mark answers the first,
    with whether it is new. Refuses who waits for somebody else already, and a record that is not active."""
    if not (policy.can_mark_arrivals(by) and patient.practice_id == by.practice_id):
        raise PermissionDenied
    person = lock(Patient.objects.visible_to(by).select_related("practice"), patient.whole_id)
    refuse_unless_active(person)
    practitioner = _practitioner(practitioner_pk, by)
    today = person.practice.local_date(at)
    arrival = Arrival.objects.of_patient(person).of_day(today).waiting().told().first()
    if arrival is None:
        new = Arrival(practice=by.practice, patient=person, practitioner=practitioner, on=today, arrived_at=at)
        return keep(new, by=by, why="arrived"), True
    if arrival.practitioner_id != practitioner.pk:
        raise AlreadyWaiting(f"This patient is waiting for {arrival.practitioner.full_name} already. Move the arrival.")
    return arrival, False


@transaction.atomic
def move_arrival(*, pk: UUID, practitioner_pk: UUID, by: User, version: int) -> Arrival:
    """The patient waits for somebody else now; since when stays."""
    arrival = _waiting(pk, by, version)
    arrival.practitioner = _practitioner(practitioner_pk, by)
    return keep(arrival, by=by, why="moved to another practitioner")


@transaction.atomic
def withdraw_arrival(*, pk: UUID, state: str, reason: str, by: User, at: datetime, version: int) -> Arrival:
    """The patient left again, or was marked by mistake. The reason stays in the record."""
    arrival = _waiting(pk, by, version)
    problems = {}
    if state not in Arrival.WITHDRAWN:
        problems["state"] = "Choose whether the patient left, or was marked by mistake."
    if not reason.strip():
        problems["reason"] = "Write why. A few words are enough."
    if problems:
        raise ValidationError(problems)
    arrival.state, arrival.reason = state, reason.strip()
    arrival.ended_at, arrival.ended_by = at, by
    return keep(arrival, by=by, why="arrival withdrawn")


def end_wait(patient: Patient, because: str, by: User, at: datetime) -> int:
    """Whoever has died or whose record is archived waits no more; how many waits that ended. Undoing it leaves them
    ended: nobody sits there. Runs inside the transaction of the reason, which has locked the patient."""
    rows = Arrival.objects.of_patient(patient).waiting().select_related("practice")
    waits = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for arrival in waits:
        arrival.state, arrival.reason = State.LEFT, because
        arrival.ended_at, arrival.ended_by = at, by
        keep(arrival, by=by, why=because)
    return len(waits)


def take_with(session: NeedlingSession, *, by: User, at: datetime) -> None:
    """However a session of today is begun, the patient waits no more. Runs inside the transaction that begins it."""
    today = session.practice.local_date(at)
    if session.practice.local_date(session.started_at) != today:
        return  # a late entry says nothing about who sits in the waiting room
    _take(Arrival.objects.of_patient(session.patient).of_day(today), session, by=by, at=at, why="session begun")


def take_again(session: NeedlingSession, *, by: User, at: datetime) -> None:
    """A discarded draft was brought back: the wait that it had ended is over again, and no later one."""
    once = Arrival.history.filter(session=session).values("id")
    _take(Arrival.objects.filter(pk__in=once), session, by=by, at=at, why="the session was brought back")


def _take(rows: ArrivalQuerySet, session: NeedlingSession, *, by: User, at: datetime, why: str) -> None:
    for arrival in rows.waiting().select_related("practice").select_for_update(of=("self",)):
        arrival.state, arrival.session = State.TAKEN, session
        arrival.ended_at, arrival.ended_by = at, by
        keep(arrival, by=by, why=why)


def put_back(session: NeedlingSession, *, by: User, why: str) -> None:
    """The session that ended the wait was none: the patient still sits there, since when they came. Whoever was marked
    again or treated meanwhile does not, nor who has died since."""
    rows = Arrival.objects.filter(session=session).select_related("patient", "practice")
    if not rows.exists():
        return
    person = lock(Patient.objects.all(), session.patient.whole_id, no_key=True)
    for arrival in rows.select_for_update(of=("self",)):
        others = NeedlingSession.objects.of_patient(arrival.patient).filter(started_at__gte=arrival.arrived_at)
        treated = others.filter(status__in=["draft", "signed"]).exclude(pk=session.pk).exists()
        if (
            person.status != Patient.Status.ACTIVE
            or treated
            or Arrival.objects.of_patient(arrival.patient).of_day(arrival.on).waiting().exists()
        ):
            continue
        arrival.state, arrival.session = State.WAITING, None
        arrival.ended_at = arrival.ended_by = None
        keep(arrival, by=by, why=why)


def refuse_unless_active(patient: Patient) -> None:
    if patient.status == Patient.Status.DECEASED:
        raise PatientNotActive(
            "The record says that this patient has died. If that is wrong, say so under Details first."
        )
    if patient.status != Patient.Status.ACTIVE:
        raise PatientNotActive


def refuse_unless_today(arrival: Arrival, at: datetime) -> None:
    if arrival.on != arrival.practice.local_date(at):
        raise ArrivalOver(f"This arrival was on {arrival.on.day} {arrival.on:%B}. Mark the patient as arrived again.")


def over(arrival: Arrival) -> Refused:
    """Why nothing can be done with it any more, in a sentence."""
    if arrival.session is not None:
        return ArrivalOver(f"{arrival.session.practitioner.full_name} has begun a session with this patient already.")
    return ArrivalOver()


def locked(pk: UUID, by: User) -> Arrival:
    return lock(Arrival.objects.visible_to(by).told().select_related("practice"), pk)


def _waiting(pk: UUID, by: User, version: int) -> Arrival:
    arrival = locked(pk, by)
    if not policy.can_change_arrival(by, arrival):
        raise PermissionDenied
    if not arrival.is_waiting:
        raise over(arrival)
    if arrival.version != version:
        raise Stale(arrival)
    return arrival


def _practitioner(pk: UUID, by: User) -> User:
    found = User.objects.visible_to(by).filter(pk=pk, role=User.Role.PRACTITIONER, is_active=True).first()
    if found is None:
        raise ValidationError({"practitioner": "Choose a practitioner who works at this practice."})
    return found
