"""Patient pages: find, register, look, correct. They fetch, call and answer; rules live in the actions."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions, policy, search
from patients.forms import AlertForm, PatientForm
from patients.models import Alert, Patient, whole_patient_ids
from patients.models.people import PatientQuerySet
from patients.result_rows import LISTED, SeenLately, seen_words, with_dangers
from patients.views.details import details_page
from patients.views.opening import changeable, page_context, patient_of
from practice.access import note_access
from practice.errors import Refused, Stale
from practice.models import AccessEntry, Practice
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted

RECENT = 20


def patient_list(request: HttpRequest) -> HttpResponse:
    """Results as they are typed; the people seen lately when nothing is."""
    user = permitted(request, "patients.read")
    words = request.GET.get("search", "")
    today = user.practice.local_date(timezone.now())
    matches = search.find(words, practice=user.practice, today=today)
    rows = Patient.objects.visible_to(user).only(*LISTED)
    recent = [] if words.strip() else lately(rows, practice=user.practice, today=today)
    with_dangers(
        [*(row.patient for row in matches), *(row.patient for row in recent)], practice=user.practice, today=today
    )
    context = {"nav": "patients", "search": words, "matches": matches, "is_cut": len(matches) == search.SHOWN,
               "recent": recent, "hide_search": True, "receives": policy.can_receive(user),
               "can_register": policy.can_write(user),
               "can_see_registrations": policy.can_read_registrations(user)}  # fmt: skip
    template = "patients/_results.html" if request.headers.get("HX-Request") else "patients/list.html"
    return render(request, template, context)


def lately(rows: PatientQuerySet, *, practice: Practice, today: date) -> list[SeenLately]:
    """Who was seen last; where those are few, then who was registered last and not seen yet."""
    people = rows.current().select_related("last_session_by")
    listed = list(people.exclude(last_session_at=None).order_by("-last_session_at", "family_name")[:RECENT])
    if len(listed) < RECENT:
        listed += people.filter(last_session_at=None).order_by("-record_number")[: RECENT - len(listed)]
    return [SeenLately(patient, seen_words(patient, practice=practice, today=today)) for patient in listed]


def chart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The overview; what hangs on the patient comes as fragments of the apps above."""
    user, patient = patient_of(request, pk)
    note_access(request, patient_id=patient.pk, kind="patient", record_id=patient.pk)
    return render(request, "patients/chart.html", page_context(user, patient, "overview"))


def details(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about the person. Two people at once: the second sees what the first changed, and loses nothing."""
    user, patient = patient_of(request, pk)
    may = policy.can_change(user, patient)
    form = PatientForm(request.POST or None, user=user, initial=PatientForm.initial_of(patient))
    if request.method == "POST" and not may:
        raise PermissionDenied
    if form.is_valid():
        version = version_sent(request, patient.version)
        if form.attempt(
            lambda: actions.correct_patient(pk=pk, values=form.values(), by=user, at=timezone.now(), version=version)
        ):
            messages.success(request, "Saved.")
            return redirect("patients:details", pk)
    if request.method != "POST":
        note_access(request, patient_id=patient.pk, kind="patient", record_id=patient.pk)
    return details_page(request, user, patient, form=form)


@require_POST
def add_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, patient = changeable(request, pk)
    form = AlertForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data | {"starts_on": user.practice.local_date(timezone.now())}
        if form.attempt(lambda: actions.add_alert(patient=patient, values=values, by=user)):
            messages.success(request, "Alert added. It stands in the header of every page from now on.")
            return redirect("patients:details", pk)
    return details_page(request, user, patient, alert_form=form)


@require_POST
def end_alert(request: HttpRequest, pk: UUID, alert: UUID) -> HttpResponse:
    """End it today; it stays in the record."""
    user, patient = patient_of(request, pk)
    row = get_object_or_404(Alert.objects.visible_to(user).of_patient(patient), pk=alert)
    today = user.practice.local_date(timezone.now())
    try:
        actions.change_alert(pk=row.pk, values={"ends_on": max(today, row.starts_on)}, by=user,
                             version=version_sent(request, row.version))  # fmt: skip
        messages.success(request, "The alert ends today.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:details", pk)


def who_looked(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, patient = patient_of(request, pk)
    if not policy.can_see_who_looked(user, patient):
        raise PermissionDenied
    everyone = [*whole_patient_ids(patient), patient.practice_id]  # an export of the practice is about everybody
    entries = AccessEntry.objects.visible_to(user).filter(patient_id__in=everyone).select_related("created_by")
    context = {"entries": entries.order_by("-created_at")[:200]}
    return render(request, "patients/who_looked.html", page_context(user, patient, "who") | context)
