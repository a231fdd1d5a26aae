"""Who sits in the waiting room when the demo is opened: ready, still to be screened, and here for the first time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from consent import actions as consent_actions
from consent import screening_form
from patients.models import Alert, Patient
from practice.models import User
from treatments import actions


def arrive(patients: Sequence[Patient], *, anna: User, ben: User, desk: User, now: datetime) -> None:
    """For Anna a regular patient, one with answers of their own to review and a new person; one with a danger for Ben."""
    known, second = patients[21], patients[27]
    dangers = Alert.objects.filter(patient__in=patients, severity=Alert.Severity.DANGER)
    third = (
        Patient.objects.filter(alerts__in=dangers).exclude(sessions__status="draft").order_by("record_number").first()
    )
    new = Patient.objects.filter(practice=desk.practice, last_session_at=None, merged_into=None).order_by("pk").first()
    _screened(known, by=anna, at=now - timedelta(minutes=15), reviewed=True)
    _screened(second, by=desk, at=now - timedelta(minutes=8), reviewed=False)
    waits = ((known, anna, 19), (second, anna, 11), (third, ben, 6), (new, anna, 3))
    for patient, practitioner, minutes in waits:
        if patient is not None:
            at = now - timedelta(minutes=minutes)
            actions.mark_arrived(patient=patient, practitioner_pk=practitioner.pk, by=desk, at=at)


def _screened(patient: Patient, *, by: User, at: datetime, reviewed: bool) -> None:
    answers = [{"key": q["key"], "answer": "no"} for q in screening_form.questions()]
    who = "practitioner" if reviewed else "patient"
    values = {"answers": answers, "reviewed": reviewed, "taken_at": at, "filled_by": who}
    consent_actions.record_screening(patient=patient, values=values, by=by, at=at)
