"""One tap: the patient who waits is in treatment, and the draft is open."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from practice.errors import Stale
from practice.models import User
from treatments import policy
from treatments.actions import arrivals
from treatments.actions.writing import Written, start_session
from treatments.beginning import beginning


@transaction.atomic
def take_arrival(*, pk: UUID, by: User, at: datetime, version: int) -> Written:
    """Begin the session of a patient who waits; with it the wait is over. The same practitioner asking twice gets the
    same draft; of two practitioners the second is told who was faster."""
    arrival = arrivals.locked(pk, by)
    if not policy.can_take_arrival(by, arrival):
        raise PermissionDenied
    if arrival.session is not None and arrival.session.practitioner_id == by.pk:
        return Written(arrival.session, list(arrival.session.sites.told()))
    if not arrival.is_waiting:
        raise arrivals.over(arrival)
    if arrival.version != version:
        raise Stale(arrival)
    arrivals.refuse_unless_today(arrival, at)
    patient = arrival.patient.whole
    arrivals.refuse_unless_active(patient)
    values = beginning(patient, practitioner=by, at=at)
    return start_session(patient=patient, values=values, by=by, at=at)
