"""Nobody asks the dead: soreness checks, calls and recalls are taken back, and links that were mailed open nothing."""

from datetime import datetime

from django.db import transaction

from patients.models import Patient
from patients.stopping import BECAUSE
from practice.history import keep_all
from practice.models import User
from treatments.models import FollowUp, NeedlingSession, SorenessLink

Kind, State = FollowUp.Kind, FollowUp.State
ASKED = (Kind.SORENESS_CHECK, Kind.CALL, Kind.RECALL)
WAITING = (State.PLANNED, State.SENT, State.NO_ANSWER, State.CALLED)
MOST_AT_ONCE = 200


def stop_asking(patient: Patient, by: User | None, at: datetime) -> int:
    """Of the whole person. A warning sign stays open: a practitioner still has to look at it. Sessions are locked before
    their follow-ups, as everywhere."""
    waiting = FollowUp.objects.of_patient(patient).filter(kind__in=ASKED, state__in=WAITING)
    sessions = NeedlingSession.objects.filter(pk__in=waiting.values("session"))
    held = {session.pk: session for session in sessions.select_for_update(of=("self",)).order_by("pk")}
    rows = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        row.state, row.closed_reason = State.CANCELLED, BECAUSE
        row.snoozed_until, row.snoozed_reason = None, ""
        if row.session_id in held:
            row.session = held[row.session_id]
    keep_all(rows, by=by, why=BECAUSE)
    return len(rows) + _close_links(patient, by=by, at=at)


def _close_links(patient: Patient, *, by: User | None, at: datetime) -> int:
    checks = FollowUp.objects.of_patient(patient).values("pk")
    links = list(SorenessLink.objects.filter(follow_up__in=checks, closed_at=None).select_for_update(of=("self",)))
    for link in links:
        link.closed_at, link.closed_because = at, SorenessLink.Closed.CANCELLED
    keep_all(links, by=by, why=BECAUSE)
    return len(links)


def stop_asking_the_dead(at: datetime) -> int:
    """What was planned in the moment the death was recorded (a session being signed) is taken back a little later."""
    rows = FollowUp.objects.filter(kind__in=ASKED, state__in=WAITING, patient__status=Patient.Status.DECEASED)
    found = Patient.objects.filter(pk__in=list(rows.values_list("patient", flat=True).distinct()[:MOST_AT_ONCE]))
    done = 0
    for patient in found.select_related("practice"):
        with transaction.atomic():
            done += stop_asking(patient, None, at)
    return done
