"""Record requests and refused corrections as pages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients.models import Patient
from patients.views.opening import changeable, page_context, patient_of
from practice.access import note_access
from practice.errors import Refused
from practice.models import User
from practice.policy import allowed
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted, signed_in
from reports import actions, policy
from reports.models import RecordPackage, RecordRequest, RefusedCorrection
from reports.request_forms import CorrectionForm, HandOverForm, ReceiveForm, RefuseForm, StatementForm

LISTED = 100
HERE = {"nav": "practice", "tab": "requests"}


def requests(request: HttpRequest) -> HttpResponse:
    """What is open, the nearest due first; what was closed lately."""
    user = permitted(request, "record_requests.read")
    rows = RecordRequest.objects.visible_to(user).select_related("patient", "handed_over_by")
    context = HERE | {
        "open": _told(rows.open()[:LISTED], user),
        "closed": rows.exclude(status=RecordRequest.Status.OPEN).order_by("-updated_at")[:LISTED],
    }
    return render(request, "reports/requests.html", context)


def due(request: HttpRequest) -> HttpResponse:
    """The same as a card of Today; nothing when nothing is open."""
    user = signed_in(request)
    may = allowed(user, "record_requests.read")
    rows = (
        RecordRequest.objects.visible_to(user).open().select_related("patient") if may else RecordRequest.objects.none()
    )
    return render(request, "reports/_requests_due.html", {"open": _told(rows[:5], user)})


def _told(rows: QuerySet[RecordRequest], user: User) -> list[tuple[RecordRequest, int]]:
    today = user.practice.local_date(timezone.now())
    return [(row, row.days_left(today)) for row in rows]


def receive(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    user, patient = changeable(request, patient_pk)
    if not policy.can_receive_requests(user):
        raise PermissionDenied
    today = user.practice.local_date(timezone.now())
    form = ReceiveForm(request.POST or None, initial={"received_on": today})
    made = form.attempt(
        lambda: actions.receive_request(patient=patient, values=form.cleaned_data, by=user, at=timezone.now())
    )
    if made:
        messages.success(request, f"Received. Due on {made.due_on.day} {made.due_on:%b %Y}.")
        return redirect("reports:request", made.pk)
    context = page_context(user, patient, "documents") | {"form": form}
    return render(request, "reports/request_new.html", context, status=422 if form.errors else 200)


def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request: what was asked, what was made, and how it ends. Sending the form hands it over."""
    user, row = _request(request, pk)
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and not policy.can_decide_requests(user):
        raise PermissionDenied
    version = version_sent(request, row.version)
    if form.attempt(
        lambda: actions.hand_over(pk=pk, values=form.cleaned_data, by=user, at=timezone.now(), version=version)
    ):
        messages.success(request, "Handed over.")
        return redirect("reports:request", pk)
    note_access(request, patient_id=row.patient_id, kind="record_request", record_id=row.pk)
    context = _context(user, row) | {"form": form}
    return render(request, "reports/request.html", context, status=422 if form.errors else 200)


@require_POST
def prepare(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, _ = _request(request, pk)
    try:
        document = actions.prepare_record(pk=pk, by=user, at=timezone.now())
        messages.success(request, f"The record is made: {document.pages} pages.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:request", pk)


@require_POST
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = _request(request, pk)
    if not policy.can_decide_requests(user):
        raise PermissionDenied
    form = RefuseForm(request.POST)
    version = version_sent(request, row.version)
    done = form.attempt(
        lambda: actions.refuse_request(
            pk=pk,
            reason=form.cleaned_data["why"],
            taken_back=form.cleaned_data["taken_back"],
            by=user,
            version=version,
        )
    )
    if done:
        messages.success(request, "Closed.")
        return redirect("reports:request", pk)
    return render(request, "reports/request.html", _context(user, row) | {"refuse_form": form}, status=422)


def package(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The newest data package, as it was stored."""
    user, row = _request(request, pk)
    if not policy.can_read_full_records(user):
        raise PermissionDenied
    packed = get_object_or_404(RecordPackage.objects.visible_to(user).filter(request=row)[:1])
    try:
        pieces = actions.package_pieces(packed)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:request", pk)
    note_access(request, patient_id=row.patient_id, kind="record_package", record_id=packed.pk, act="exported")
    name = f"record-{row.patient.record_number}-{packed.pk.hex[-8:]}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store",
               "Content-Length": str(packed.size)}  # fmt: skip
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


def corrections(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Corrections that were refused, with what the patient says about it."""
    user, patient = patient_of(request, patient_pk)
    if not policy.can_read_corrections(user):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, initial={"asked_on": user.practice.local_date(timezone.now())})
    if request.method == "POST" and not policy.can_refuse_corrections(user):
        raise PermissionDenied
    made = form.attempt(
        lambda: actions.refuse_correction(patient=patient, values=form.cleaned_data, by=user, at=timezone.now())
    )
    if made:
        messages.success(request, "Kept with the record.")
        return redirect("reports:corrections", patient_pk)
    context = page_context(user, patient, "documents") | _corrections(user, patient) | {"form": form}
    return render(request, "reports/corrections.html", context, status=422 if form.errors else 200)


def statements(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The patient's statements as a card of the chart; nothing when there is none."""
    user, patient = patient_of(request, patient_pk)
    may = policy.can_read_corrections(user)
    context = _corrections(user, patient) if may else {"rows": []}
    return render(request, "reports/_statements.html", context | {"patient": patient})


@require_POST
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "corrections.refuse")
    row = get_object_or_404(RefusedCorrection.objects.visible_to(user), pk=pk)
    form = StatementForm(request.POST)
    version = version_sent(request, row.version)
    text = form.data.get("statement", "")
    if form.attempt(lambda: actions.add_statement(pk=pk, statement=text, by=user, version=version)):
        messages.success(request, "The statement stands with the record.")
    else:
        messages.error(request, " ".join(message for found in form.errors.values() for message in found))
    return redirect("reports:corrections", row.patient_id)


def _corrections(user: User, patient: Patient) -> dict[str, Any]:
    rows = RefusedCorrection.objects.visible_to(user).of_patient(patient).select_related("created_by")
    return {"rows": rows[:LISTED], "may_refuse": policy.can_refuse_corrections(user)}


def _request(request: HttpRequest, pk: UUID) -> tuple[User, RecordRequest]:
    user = permitted(request, "record_requests.read")
    rows = RecordRequest.objects.visible_to(user).select_related("patient__practice", "practice", "created_by",
                                                                 "handed_over_by")  # fmt: skip
    return user, get_object_or_404(rows, pk=pk)


def _context(user: User, row: RecordRequest) -> dict[str, Any]:
    today = user.practice.local_date(timezone.now())
    return page_context(user, row.patient, "documents") | {
        "row": row,
        "days_left": row.days_left(today),
        "documents": row.documents.without_content().select_related("created_by", "superseded_by")[:10],
        "packages": row.packages.defer("content")[:1],
        "may_prepare": policy.can_prepare_records(user),
        "may_read": policy.can_read_full_records(user),
        "may_decide": policy.can_decide_requests(user),
        "form": HandOverForm(),
        "refuse_form": RefuseForm(),
    }
