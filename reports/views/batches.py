"""The day's print: ordered, left, come back to, opened as one PDF."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from practice.access import note_access
from practice.errors import Refused, Stale
from practice.models import Clinic, User
from practice.sent_numbers import version_sent, whole_number
from practice.views.guarding import signed_in
from reports import actions, policy
from reports.forms import BatchForm
from reports.models import PrintBatch

LISTED = 50


def batches(request: HttpRequest) -> HttpResponse:
    """Order a day, and what was ordered lately."""
    user = _may_print(request)
    form = BatchForm(request.POST or None, **_choices(user))
    if form.is_valid():
        made = form.attempt(lambda: actions.order_batch(by=user, at=timezone.now(), **form.cleaned_data))
        if made:
            return redirect("reports:batch", made.pk)
    rows = PrintBatch.objects.visible_to(user).filter(kind__in=policy.orderable_kinds(user))
    told = rows.select_related("clinic", "practitioner", "created_by")[:LISTED]
    context = {"nav": "practice", "tab": "print", "form": form, "batches": [(b, len(b.sessions)) for b in told]}
    return render(request, "reports/batches.html", context, status=422 if form.errors else 200)


def _choices(user: User) -> dict[str, Any]:
    return {
        "clinics": Clinic.objects.visible_to(user).filter(is_active=True),
        "practitioners": User.objects.visible_to(user).practitioners(),
        "kinds": policy.orderable_kinds(user),
        "today": user.practice.local_date(timezone.now()),
    }


def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is, and why some are not there. The page asks again every two seconds and may be left."""
    _, row = _batch(request, pk)
    problems = row.problems.select_related("session__patient", "session__practitioner")
    progress = actions.progress_of(row)
    context = {
        "nav": "practice",
        "tab": "print",
        "batch": row,
        "progress": progress,
        "volumes": actions.volumes(progress),
        "problems": problems[:LISTED],
    }
    template = "reports/_batch.html" if request.headers.get("HX-Request") else "reports/batch.html"
    return render(request, template, context)


def batch_pdf(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """All of them, or one volume of very many, as a PDF; whose pages it holds is noted one by one."""
    _, row = _batch(request, pk)
    volume = whole_number(request.GET.get("volume", "1"), 0)
    try:
        bound = actions.bound(row, volume=volume)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:batch", pk)
    for patient, document in bound.holds:
        note_access(request, patient_id=patient, kind=row.kind, record_id=document, act="printed")
    headers = {"Content-Disposition": f'inline; filename="day-{row.day}.pdf"', "Cache-Control": "private, no-store"}
    return FileResponse(bound.file, content_type="application/pdf", headers=headers)


@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = _batch(request, pk)
    try:
        actions.stop_batch(pk=pk, by=user, at=timezone.now(), version=version_sent(request, row.version))
    except Stale as stale:
        messages.error(request, str(stale))
    return redirect("reports:batch", pk)


def _may_print(request: HttpRequest) -> User:
    user = signed_in(request)
    if not policy.orderable_kinds(user):
        raise PermissionDenied
    return user


def _batch(request: HttpRequest, pk: UUID) -> tuple[User, PrintBatch]:
    user = _may_print(request)
    rows = PrintBatch.objects.visible_to(user).filter(kind__in=policy.orderable_kinds(user))
    return user, get_object_or_404(rows.select_related("clinic", "practitioner", "created_by"), pk=pk)
