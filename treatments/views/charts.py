"""What the patient's chart shows of treatment: fragments for the overview, and the list of sessions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from patients.models import Patient
from practice.access import note_access
from practice.models import User
from treatments import chart_svg, policy, records, rewriting, triage_told
from treatments.clocks import clocks_of
from treatments.models import Arrival, Episode, FollowUp, NeedlingSession, Site, Triage
from treatments.narrative import sided
from treatments.views.answers import answers_of
from treatments.views.opening import patient_context, patient_page

HEAT = ((5, 3), (3, 2), (1, 1))
LISTED = 200
LAST_VISITS = 6
LISTED_MUSCLES = 12


def needled(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The body map: what was needled in the last 30 days, or ever."""
    user, patient = patient_page(request, patient_pk)
    if not policy.allowed(user, "sessions.read"):
        return HttpResponse()  # what was needled is not for the front desk; an empty card is not shown
    everything = request.GET.get("days") == "all"
    sessions = NeedlingSession.objects.of_patient(patient).filter(status=NeedlingSession.Status.SIGNED)
    if not everything:
        sessions = sessions.filter(started_at__gte=timezone.now() - timedelta(days=30))
    sites = Site.objects.visible_to(user).filter(session__in=sessions)
    counted = list(
        sites.order_by()
        .values("structure_id", "side", "structure__name")
        .annotate(count=Count("pk"), last=Max("session__started_at"))
    )
    heat = {(row["structure_id"], row["side"]): _level(row["count"]) for row in counted}
    counted.sort(key=lambda row: (-row["count"], -row["last"].timestamp()))
    listed = [
        {"name": sided(row["structure__name"], row["side"]), "count": row["count"], "last": row["last"],
         "level": _level(row["count"])}
        for row in counted[:LISTED_MUSCLES]
    ]  # fmt: skip
    context = {"patient": patient, "views": chart_svg.heat_views(heat, patient.body), "rows": listed,
               "everything": everything}  # fmt: skip
    return render(request, "treatments/_needled.html", context)


def _level(count: int) -> int:
    return next(level for least, level in HEAT if count >= least)


def now(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The course of care, the last visit and what comes next."""
    user, patient = patient_page(request, patient_pk)
    if not policy.allowed(user, "sessions.read"):
        return render(request, "treatments/_visits.html", _visits(user, patient) | _arrived(user, patient))
    sessions = NeedlingSession.objects.visible_to(user).of_patient(patient)
    last = sessions.filter(status=NeedlingSession.Status.SIGNED).select_related("practitioner").first()
    context = {
        "patient": patient,
        "episodes": Episode.objects.visible_to(user).of_patient(patient).filter(status=Episode.Status.ACTIVE)[:3],
        "drafts": sessions.unsigned().select_related("practitioner")[:3],
        "last": last,
        "narrative": records.narrative_of(last, list(last.sites.told())) if last else None,
        "checks": FollowUp.objects.visible_to(user).of_patient(patient).open().order_by("due_at")[:3],
        "can_start": policy.can_start(user) and patient.status == "active",
        "cards": _cards(user, patient, 1),
        "may_recall": policy.can_add_recall(user),
    }
    return render(request, "treatments/_now.html", context | _arrived(user, patient))


def _arrived(user: User, patient: Patient) -> dict[str, Any]:
    """Whether the patient waits now, and whether they can be marked as arrived."""
    today = Arrival.objects.visible_to(user).of_patient(patient).of_day(user.practice.local_date(timezone.now()))
    waits = today.waiting().select_related("practitioner").first() if policy.can_read_arrivals(user) else None
    return {"waits": waits, "may_mark": policy.can_mark_arrivals(user) and patient.status == "active"}


def _cards(user: User, patient: Patient, most: int) -> list[triage_told.Told]:
    """Phone cards of the patient, the newest first."""
    if not policy.can_read_triage(user):
        return []
    return [triage_told.told(card) for card in Triage.objects.visible_to(user).of_patient(patient).told()[:most]]


def _visits(user: User, patient: Patient) -> dict[str, Any]:
    """For the front desk: when, with whom, whether the note is signed, and the next follow-up. Nothing clinical."""
    sessions = NeedlingSession.objects.visible_to(user).of_patient(patient).shown().select_related("practitioner")
    checks = FollowUp.objects.visible_to(user).of_patient(patient).open().order_by("due_at")
    return {
        "patient": patient,
        "visits": [
            {"at": s.started_at, "who": s.practitioner.full_name, "state": s.status} for s in sessions[:LAST_VISITS]
        ],
        "check": checks.first() if policy.can_read_follow_ups(user) else None,
        "may_record": policy.allowed(user, "follow_ups.record"),
        "now": timezone.now(),
    }


def of_patient(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Every session, newest first, with its sentences; drafts, void and discarded ones marked."""
    user, patient = patient_page(request, patient_pk)
    if not policy.allowed(user, "sessions.read"):
        raise PermissionDenied
    note_access(request, patient_id=patient.pk, kind="sessions", record_id=patient.pk)
    sessions = NeedlingSession.objects.visible_to(user).of_patient(patient).select_related("practitioner", "practice")
    page = list(sessions[:LISTED])
    told = {body["id"]: body["narrative"] for body in records.listed(page)}
    context = {
        "sessions": [(s, told[s.pk], clocks_of(s)) for s in page],
        "rewritten": rewriting.touched(page),
        "episodes": Episode.objects.visible_to(user).of_patient(patient),
        "can_start": policy.can_start(user) and patient.status == "active",
        "can_write_episode": policy.can_write_episode(user),
        "answers": answers_of(user, patient),
        "cards": _cards(user, patient, 20),
    }
    return render(request, "treatments/of_patient.html", patient_context(user, patient) | context)
