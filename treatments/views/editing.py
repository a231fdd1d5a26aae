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

from consent.coverage import LUNG
from practice.device_key import device_key
from practice.models import User
from treatments import actions, bodychart, copy_forward, policy, records, rewriting
from treatments.beginning import beginning
from treatments.clocks import clocks_of
from treatments.columns import chart_body
from treatments.models import NeedlingSession, Site, Structure
from treatments.narrative import spoken
from treatments.offered import offered_to
from treatments.views.answers import answers_after
from treatments.views.opening import patient_context, patient_page, session_page


@require_POST
def new(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Begin a draft now, with today's screening, the newest consent and the one open course of care pointed at."""
    user, patient = patient_page(request, patient_pk)
    if not (policy.can_start(user) and user.role == User.Role.PRACTITIONER):
        raise PermissionDenied  # a program names the practitioner, and does so through the API
    now = timezone.now()
    values = beginning(patient, practitioner=user, at=now)
    written = actions.start_session(patient=patient, values=values, by=user, at=now)
    return redirect("treatments:editor", written.session.pk)


def editor(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, session = session_page(request, pk, "rewritten_from", log=True)
    if not session.is_draft:
        return redirect("treatments:session", pk)
    if not policy.can_write(user, session):
        return redirect("treatments:session", pk)
    return render(request, "treatments/editor.html", _editor_context(user, session))


def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, session = session_page(request, pk, "rewritten_from")
    if not session.is_draft or not policy.can_write(user, session):
        return redirect("treatments:session", pk)
    return render(request, "treatments/review.html", _editor_context(user, session))


def _editor_context(user: User, session: NeedlingSession) -> dict[str, Any]:
    body, last = session.patient.body, copy_forward.last_signed(session)
    structures = _structures(user)
    begun = getattr(session, "rewritten_from", None)
    data = {
        "session": records.session_record(session, None, at=timezone.now()),
        "structures": structures,
        "previous": _previous(last),
        "last_needle": _last_needle(user),
        "offered": offered_to(user),
        "rewritten": rewriting.proposed_sites(begun.wrong) if begun else None,
        "spoken": _spoken(session, last),
        "me": {"id": user.pk, "full_name": user.full_name, "device_key": device_key(user)},
        "urls": _urls(session, body),
    }
    started = timezone.localtime(session.started_at, session.practice.zone)
    clocks = clocks_of(session)
    return patient_context(user, session.patient) | {
        "session_id": session.pk,
        "session": session,
        "rewrite_from": begun,
        "started": f"{started:%a} {started.day} {started:%b}, treated {started:%H:%M}",
        "written": f"written {clocks.written}" + (f" (late entry, {clocks.late})" if clocks.late else ""),
        "may_sign": policy.can_sign(user, session),
        "editor_url": reverse("treatments:editor", args=[session.pk]),
        "review_url": reverse("treatments:review", args=[session.pk]),
        "answers": answers_after(last, structures),
        "editor_data": json.loads(json.dumps(data, cls=JSONEncoder)),
    }


def _spoken(session: NeedlingSession, last: NeedlingSession | None) -> dict[str, str]:
    """What placeholders become that the draft itself does not know."""
    patient, day = session.patient, session.practice.local_date(session.started_at)
    born = patient.date_of_birth
    return {
        "patient": patient.preferred_name or patient.given_names,
        "pronoun": patient.pronouns.partition("/")[0].strip().lower(),
        "age": str(day.year - born.year - ((day.month, day.day) < (born.month, born.day))),
        "practitioner": session.practitioner.full_name,
        "today": f"{day.day} {day:%b %Y}",
        "last_visit": copy_forward.day_of(last) if last else "",
    }


def _structures(user: User) -> dict[str, dict[str, Any]]:
    """What the editor needs of every structure, by key."""
    rows = Structure.objects.visible_to(user).only(
        "key",
        "name",
        "laterality",
        "kind",
        "pneumothorax_risk",
        "hazards",
        "typical_referral",
        "short_codes",
        "synonyms",
    )
    return {
        s.key: {
            "name": spoken(s.name)[:1].upper() + spoken(s.name)[1:],
            "laterality": s.laterality,
            "kind": s.kind,
            "lung": s.pneumothorax_risk or LUNG in s.hazards,
            "refers": s.typical_referral,
            "drawn": bodychart.is_drawn(s.key),
            "codes": s.short_codes,
            "synonyms": s.synonyms,
        }
        for s in rows
    }


def _previous(last: NeedlingSession | None) -> dict[str, Any] | None:
    """Where the patient was needled last: the ghost dots."""
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
        "copy_forward": f"{api}/copy-forward",
        "shorthand": "/api/v1/shorthand",
        "patient": f"/api/v1/patients/{session.patient_id}",
        "structures": "/api/v1/structures",
        "regions": "/api/v1/regions?kind=referral",
        "hazards": "/api/v1/hazards",
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
