"""Response: the tab, and what the overview shows of it. Nothing of this is for the front desk."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe

from patients.models import Patient
from practice.access import note_access
from practice.models import Side
from treatments import policy
from treatments.plots import svg
from treatments.reactions import reactor_of
from treatments.response import Muscle, signed
from treatments.response_plot import response_plot
from treatments.responses import Place, responses_of
from treatments.views.opening import patient_context, patient_page


def response(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Every muscle of late with its last time in words, and one of them in full."""
    user, patient = patient_page(request, patient_pk)
    if not policy.allowed(user, "sessions.read"):
        raise PermissionDenied
    note_access(request, patient_id=patient.pk, kind="response", record_id=patient.pk)
    context = shown(patient, request.GET.get("muscle", "")) | {"reactor": reactor_of(patient, at=timezone.now())}
    return render(request, "treatments/response.html", patient_context(user, patient, "response") | context)


def muscle(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """One muscle's picture for the overview; the last needled one unless another is chosen."""
    user, patient = patient_page(request, patient_pk)
    if not policy.allowed(user, "sessions.read"):
        return HttpResponse()
    context = {"patient": patient} | shown(patient, request.GET.get("muscle", ""))
    return render(
        request, "treatments/_response_card.html" if context["muscle"] else "treatments/_no_response.html", context
    )


def reacts(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """How the patient usually takes it, for who has never met them."""
    user, patient = patient_page(request, patient_pk)
    if not policy.allowed(user, "sessions.read"):
        return HttpResponse()
    return render(request, "treatments/_reacts.html", {"reactor": reactor_of(patient, at=timezone.now())})


def shown(patient: Patient, wanted: str) -> dict[str, Any]:
    """All muscles, and the wanted one (structure:side) or the newest with its picture and rows."""
    muscles = responses_of(patient)
    place = _place(wanted) or (Place(muscles[0].structure, muscles[0].side) if muscles else None)
    found = responses_of(patient, place=place) if place else []
    one = found[0] if found else None
    return {
        "muscles": muscles,
        "muscle": one,
        "plot": mark_safe(svg(response_plot(one))) if one else "",  # every word in it is escaped
        "rows": _rows(one) if one else [],
    }


def _place(wanted: str) -> Place | None:
    structure, _, side = wanted.replace("\x00", "").partition(":")
    return Place(structure[:80], side) if structure and side in Side.values else None


def _rows(one: Muscle) -> list[dict[str, Any]]:
    return [{"visit": visit, "change": signed(visit.change)} for visit in one.visits]
