"""Notes that were taken over from another system, on the patient's chart by date."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patients import policy
from patients.models import HistoricalNote
from patients.views.opening import page_context, patient_of
from practice.access import note_access
from practice.sent_numbers import whole_number

AT_ONCE = 50
NEWEST = 5


def past_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of them, newest first, a page at a time; asked for by the chart, the newest few as a card."""
    user, patient = patient_of(request, pk)
    as_card = bool(request.headers.get("HX-Request"))
    if not policy.can_read_historical_notes(user):
        if as_card:
            return render(request, "patients/_past_notes.html", {"patient": patient, "notes": []})
        raise PermissionDenied
    notes = HistoricalNote.objects.visible_to(user).of_patient(patient).current()
    if as_card:
        newest = notes.defer("text")[:NEWEST]
        return render(request, "patients/_past_notes.html", {"patient": patient, "notes": newest})
    note_access(request, patient_id=patient.pk, kind="past_notes", record_id=patient.pk)
    page = whole_number(request.GET.get("page", ""), 0)
    found = list(notes[page * AT_ONCE : (page + 1) * AT_ONCE + 1])
    context = {"notes": found[:AT_ONCE], "older": page + 1 if len(found) > AT_ONCE else 0}
    return render(request, "patients/past_notes.html", page_context(user, patient, "sessions") | context)
