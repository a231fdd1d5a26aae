"""The reactor profile read from the record: a fixed number of queries, the latest answers only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from patients.models import Alert, Patient
from treatments.follow_up_grades import answer_of
from treatments.models import AdverseEvent, FollowUp, NeedlingSession
from treatments.reactor import Caution, Reactor
from treatments.soreness import Answer, expected

LATEST_ANSWERS, LATEST_NOTES = 60, 2
FAINT = "syncope"
TOLD_BY_ALERT = (Alert.Kind.PHOBIA, Alert.Kind.FAINTING)


def reactor_of(patient: Patient, *, at: datetime) -> Reactor:
    """From signed sessions, answered checks, adverse events and alerts. Five queries."""
    local = patient.practice.local_date
    alerts = Alert.objects.of_patient(patient).current(local(at)).filter(kind__in=TOLD_BY_ALERT)
    faints = _faints(patient)
    sessions = _signed(patient).aggregate(count=Count("pk"))["count"]
    noted = _signed(patient).exclude(tolerance="").order_by("-started_at").values_list("started_at", "tolerance")
    answers = _answers(patient)
    bruises = [check.bruise for check in answers if check.bruise is not None]
    return Reactor(
        sessions=sessions,
        cautions=tuple(Caution(a.kind, a.severity, a.text) for a in alerts),
        faints=faints["count"],
        last_faint=local(faints["last"]) if faints["last"] else None,
        bruised=sum(bruises),
        bruise_asked=len(bruises),
        usual=expected(list(_by_session(answers).values())),
        tolerance=tuple((local(day), text) for day, text in noted[:LATEST_NOTES]),
    )


def _signed(patient: Patient) -> Any:
    return NeedlingSession.objects.of_patient(patient).filter(status=NeedlingSession.Status.SIGNED, no_needling=False)


def _faints(patient: Patient) -> dict[str, Any]:
    """Recorded events; what was written into a session that is void now is of somebody else."""
    events = AdverseEvent.objects.of_patient(patient).filter(kind=FAINT)
    standing = events.filter(Q(session=None) | ~Q(session__status=NeedlingSession.Status.VOID))
    return standing.aggregate(count=Count("pk"), last=Max("onset_at"))


def _answers(patient: Patient) -> list[FollowUp]:
    checks = FollowUp.objects.of_patient(patient).filter(
        kind=FollowUp.Kind.SORENESS_CHECK, answered_at__isnull=False, session__status=NeedlingSession.Status.SIGNED
    )
    return list(checks.order_by("-answered_at")[:LATEST_ANSWERS])


def _by_session(answers: list[FollowUp]) -> dict[UUID | None, list[Answer]]:
    found: dict[UUID | None, list[Answer]] = {}
    for check in answers:
        found.setdefault(check.session_id, []).append(answer_of(check))
    return found
