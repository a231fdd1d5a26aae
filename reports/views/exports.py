"""The whole practice in open formats, for a manager who has just given their password."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from practice.access import note_access
from practice.errors import Refused
from practice.views.guarding import permitted
from reports import actions
from reports.models import PracticeExport

LISTED = 50
HERE = {"nav": "practice", "tab": "exports"}


@reauthentication_required(allow_get=True)
def exports(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "practice.export")
    if request.method == "POST":
        try:
            actions.request_export(by=user, at=timezone.now())
            messages.success(request, "The export is being written. You can leave this page.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("reports:exports")
    rows = list(PracticeExport.objects.visible_to(user).select_related("requested_by")[:LISTED])
    context = HERE | {"exports": rows, "at_work": any(row.is_at_work for row in rows)}
    return render(request, "reports/exports.html", context)


def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "practice.export")
    row = get_object_or_404(PracticeExport.objects.visible_to(user), pk=pk)
    response = render(request, "reports/_export_progress.html", {"row": row})
    if not row.is_at_work:
        response["HX-Refresh"] = "true"
    return response


@reauthentication_required
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file, for a limited time. Who took it stands in the access log of everybody in it."""
    user = permitted(request, "practice.export")
    if not PracticeExport.objects.visible_to(user).filter(pk=pk):
        raise Http404
    try:
        export, pieces = actions.fetch_export(pk=pk, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:exports")
    note_access(request, patient_id=user.practice_id, kind="practice", record_id=export.pk, act="exported")
    headers = {
        "Content-Disposition": f'attachment; filename="practice-{export.pk.hex[-8:]}.zip"',
        "Content-Length": str(export.size),
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
