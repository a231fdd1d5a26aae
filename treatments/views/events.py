"""Adverse events as pages: the list with its rates, one event, a new one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients.models import Patient
from practice.access import note_access
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import signed_in
from treatments import actions, adverse, event_rates, policy, references
from treatments.event_forms import EventForm, ReviewForm
from treatments.models import AdverseEvent
from treatments.views.opening import patient_context

PLACE = {"nav": "practice", "tab": "events"}
LISTED = 200


def events(request: HttpRequest) -> HttpResponse:
    """Open ones first; of one patient with `?patient=`. What the manager has to look at is said."""
    user = _reader(request)
    rows = AdverseEvent.objects.visible_to(user).select_related("patient", "session", "reviewed_by")
    patient = _patient(user, request.GET.get("patient", ""))
    if patient is not None:
        rows = rows.of_patient(patient)
        note_access(request, patient_id=patient.pk, kind="adverse_events", record_id=patient.pk)
    listed = sorted(rows[:LISTED], key=lambda event: not event.is_open)
    context = PLACE | {
        "events": [(event, adverse.kinds()[event.kind].label) for event in listed],
        "to_review": rows.to_review().count(),
        "rates": None if patient else event_rates.rates_of(user),
        "of": patient,
        "may_record": policy.can_record_event(user),
    }
    more = patient_context(user, patient, "events") if patient else {}
    return render(request, "treatments/events.html", context | more)


def new_event(request: HttpRequest) -> HttpResponse:
    """For a patient (`?patient=`) or a session (`?session=`); without either a needlestick of the staff."""
    user = _reader(request)
    if not policy.can_record_event(user):
        raise PermissionDenied
    session = _session(user, request.GET.get("session", ""))
    patient = session.patient if session else _patient(user, request.GET.get("patient", ""))
    form = EventForm(request.POST or None, initial={"onset_at": timezone.localtime()}, staff=patient is None)
    if form.is_valid():
        event = form.attempt(
            lambda: actions.record_event(
                patient=patient, session=session, values=form.values(), by=user, at=timezone.now()
            )
        )
        if event:
            messages.success(request, "Recorded. Who has to be told is on the call list.")
            return redirect("treatments:event", event.pk)
    return _form(request, user, form, patient, {"session": session, "definitions": adverse.DEFINITIONS})


def event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One event: what is known, who has to be told, and (for a manager) the review."""
    user = _reader(request)
    row = get_object_or_404(AdverseEvent.objects.visible_to(user).select_related("patient__practice", "session"), pk=pk)
    if row.patient_id and request.method == "GET":
        note_access(request, patient_id=row.patient_id, kind="adverse_event", record_id=row.pk)
    form = EventForm.of(row, request.POST or None, staff=row.patient_id is None)
    if form.is_valid() and policy.can_record_event(user):
        version = version_sent(request, row.version)
        if form.attempt(
            lambda: actions.change_event(pk=pk, values=form.values(), by=user, at=timezone.now(), version=version)
        ):
            messages.success(request, "Saved.")
            return redirect("treatments:event", pk)
    more = {
        "event": row,
        "kind": adverse.kinds()[row.kind],
        "notices": adverse.notices(row.kind, row.severity),
        "review": ReviewForm() if policy.can_review_event(user) and row.reviewed_at is None else None,
        "may_write": policy.can_record_event(user),
        "definitions": adverse.DEFINITIONS,
    }
    return _form(request, user, form, row.patient, more)


@require_POST
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = _reader(request)
    row = get_object_or_404(AdverseEvent.objects.visible_to(user), pk=pk)
    if not policy.can_review_event(user):
        raise PermissionDenied
    form = ReviewForm(request.POST)
    version = version_sent(request, row.version)
    note = request.POST.get("note", "")
    if form.attempt(lambda: actions.review_event(pk=pk, note=note, by=user, at=timezone.now(), version=version)):
        messages.success(request, "Reviewed.")
    else:
        messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
    return redirect("treatments:event", pk)


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not policy.can_read_events(user):
        raise PermissionDenied
    return user


def _patient(user: User, text: str) -> Patient | None:
    rows = Patient.objects.visible_to(user).select_related("practice", "merged_into__practice")
    return get_object_or_404(rows, pk=_uuid(text)).whole if text else None


def _session(user: User, text: str) -> Any:
    return get_object_or_404(references.sessions(user), pk=_uuid(text)) if text else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # names nothing


def _form(request: HttpRequest, user: User, form: Any, patient: Patient | None, more: dict[str, Any]) -> HttpResponse:
    context = PLACE | {"form": form} | more | (patient_context(user, patient, "events") if patient else {})
    return render(request, "treatments/event.html", context, status=422 if form.errors else 200)
