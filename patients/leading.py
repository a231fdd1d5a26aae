"""Where an address about a merged patient leads: to the record that stands for the whole person."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from patients.models import Patient


class LeadsElsewhere(Exception):
    """The page asked for is about a record that was merged into another."""

    def __init__(self, asked: Patient) -> None:
        super().__init__("merged")
        self.asked = asked


def reach(request: HttpRequest, rows: QuerySet[Patient], pk: UUID) -> Patient:
    """The patient of a page, or 404. A merged record: looking leads to the same page of the one that stands, and
    what is sent is written there, so that a form that was open meanwhile loses nothing."""
    patient: Patient = get_object_or_404(rows.select_related("practice", "merged_into__practice"), pk=pk)
    if patient.merged_into is None:
        return patient
    if request.method in ("GET", "HEAD"):
        raise LeadsElsewhere(patient)
    return patient.merged_into


class MergedPatientMiddleware:
    """Answers LeadsElsewhere with the same address of the standing record."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, LeadsElsewhere):
            return None
        if not request.headers.get("HX-Request"):
            messages.info(request, f"No. {error.asked.record_number:06d} was merged into this record.")
        return redirect(request.get_full_path().replace(str(error.asked.pk), str(error.asked.whole_id)))
