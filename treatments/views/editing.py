"""Starting a session, the editor and the review: shells around the API, filled with one JSON block."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from rest_framework.utils.encoders import JSONEncoder

from consent import state
from consent.coverage import LUNG
from consent.models import Consent
from patients.models import Patient
from practice.models import User
from treatments import actions, bodychart, policy, records
from treatments.columns import SESSION_EMPTY, chart_body, session_columns
from treatments.models import Episode, NeedlingSession, Site, Structure
from treatments.narrative import spoken
from treatments.views.opening import patient_context, patient_page, session_page


@require_POST
def new(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Begin a draft now, with today's screening, the newest consent and the one open course of care pointed at."""
    user, patient = patient_page(request, patient_pk)
    if not (policy.can_start(user) and user.role == User.Role.PRACTITIONER):
        raise PermissionDenied  # a program names the practitioner, and does so through the API
    now = timezone.now()
    values = session_columns(SESSION_EMPTY | _beginning(user, patient, now), whole=True)
    written = actions.start_session(patient=patient, values=values, by=user, at=now)
    return redirect("treatments:editor", written.session.pk)


def _beginning(user: User, patient: Patient, now: Any) -> dict[str, Any]:
    screening = state.screening_for(patient, started_at=now)
    fresh = screening if state.screened_today(screening, practice=patient.practice, at=now) else None
    consent = Consent.objects.of_patient(patient).order_by("-given_at").values_list("pk", flat=True).first()
    courses = list(Episode.objects.of_patient(patient).filter(status=Episode.Status.ACTIVE).values_list("pk")[:2])
    return {
        "practitioner": user.pk,
        "started_at": now,
        "screening": fresh.pk if fresh else None,
        "consent": consent,
        "episode": courses[0][0] if len(courses) == 1 else None,
    }


def editor(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, session = session_page(request, pk, log=True)
    if not session.is_draft:
        return redirect("treatments:session", pk)
    if not policy.can_write(user, session):
        return redirect("treatments:session", pk)
    return render(request, "treatments/editor.html", _editor_context(user, session))


def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, session = session_page(request, pk)
    if not session.is_draft or not policy.can_write(user, session):
        return redirect("treatments:session", pk)
    return render(request, "treatments/review.html", _editor_context(user, session))


def _editor_context(user: User, session: NeedlingSession) -> dict[str, Any]:
    body = session.patient.body
    data = {
        "session": records.session_record(session, None, at=timezone.now()),
        "structures": _structures(user),
        "previous": _previous(session),
        "last_needle": _last_needle(user),
        "me": {"id": user.pk, "full_name": user.full_name},
        "urls": _urls(session, body),
    }
    started, written = timezone.localtime(session.started_at), timezone.localtime(session.written_at)
    return patient_context(user, session.patient) | {
        "session_id": session.pk,
        "session": session,
        "started": f"{started:%a} {started.day} {started:%b}, treated {started:%H:%M}",
        "written": f"written {written:%H:%M}",
        "may_sign": policy.can_sign(user, session),
        "editor_url": reverse("treatments:editor", args=[session.pk]),
        "review_url": reverse("treatments:review", args=[session.pk]),
        "editor_data": json.loads(json.dumps(data, cls=JSONEncoder)),
    }


def _structures(user: User) -> dict[str, dict[str, Any]]:
    """What the editor needs of every structure, by key."""
    rows = Structure.objects.visible_to(user).only(
        "key", "name", "laterality", "kind", "pneumothorax_risk", "hazards", "typical_referral"
    )
    return {
        s.key: {
            "name": spoken(s.name)[:1].upper() + spoken(s.name)[1:],
            "laterality": s.laterality,
            "kind": s.kind,
            "lung": s.pneumothorax_risk or LUNG in s.hazards,
            "refers": s.typical_referral,
        }
        for s in rows
    }


def _previous(session: NeedlingSession) -> dict[str, Any] | None:
    """Where the patient was needled last: the ghost dots."""
    signed = NeedlingSession.objects.of_patient(session.patient).filter(status=NeedlingSession.Status.SIGNED)
    last = signed.filter(started_at__lt=session.started_at).order_by("-started_at").first()
    if last is None:
        return None
    points = [chart_body(site) for site in last.sites.order_by("position")]
    return {"started_at": last.started_at, "points": [p for p in points if p]}


def _last_needle(user: User) -> dict[str, Any] | None:
    site = Site.objects.visible_to(user).filter(created_by=user).exclude(gauge_mm=None).order_by("-created_at").first()
    if site is None:
        return None
    return {
        "technique": site.technique or None,
        "gauge_mm": str(site.gauge_mm),
        "length_mm": site.length_mm,
        "lot": site.lot_id,
    }


def _urls(session: NeedlingSession, body: str) -> dict[str, Any]:
    api = f"/api/v1/sessions/{session.pk}"
    return {
        "session": api,
        "sign": f"{api}/sign",
        "structures": "/api/v1/structures",
        "regions": "/api/v1/regions?kind=referral",
        "lots": "/api/v1/needle-lots?active=true&limit=200",
        "chart": f"/api/v1/charts/{bodychart.VERSION}?body={body}",
        "views": list(bodychart.load(body=body).views),
        "sign_in": reverse("account_login"),
        "consent": reverse("consent:capture", args=[session.patient_id]),
        "screening": reverse("consent:screening", args=[session.patient_id]),
        "editor": reverse("treatments:editor", args=[session.pk]),
        "review": reverse("treatments:review", args=[session.pk]),
        "signed": reverse("treatments:session", args=[session.pk]),
    }
