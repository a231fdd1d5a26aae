"""Documents as pages: issue and open, and the list of a patient."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients.banner import banner_context
from patients.models import Patient
from patients.policy import can_see_who_looked
from practice.access import note_access
from practice.errors import Refused
from practice.views.guarding import permitted, signed_in
from reports import actions, policy
from reports.models import Document
from reports.serving import pdf_response
from treatments import references

LISTED = 100


def buttons(request: HttpRequest, session_pk: UUID) -> HttpResponse:
    """The documents of a session: what may be issued, and what was."""
    user = signed_in(request)
    session = references.sessions(user).filter(pk=session_pk).first()
    if session is None:
        raise Http404
    kinds = [kind for kind in Document.Kind if policy.can_issue(user, kind.value, session)]
    rows = Document.objects.visible_to(user).filter(session=session, kind__in=policy.readable_kinds(user))
    context = {"session": session, "kinds": kinds, "documents": rows.without_content()[:20]}
    return render(request, "reports/_buttons.html", context)


@require_POST
def issue(request: HttpRequest, session_pk: UUID, kind: str) -> HttpResponse:
    """Make the document, store it, and open it."""
    user = signed_in(request)
    if kind not in Document.Kind.values:
        raise Http404
    try:
        document = actions.issue_document(session_pk=session_pk, kind=kind, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("treatments:session", session_pk)
    return redirect("reports:content", document.pk)


def content(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    rows = Document.objects.visible_to(user).filter(kind__in=policy.readable_kinds(user))
    document = get_object_or_404(rows, pk=pk)
    note_access(request, patient_id=document.patient_id, kind=document.kind, record_id=document.pk, act="printed")
    return pdf_response(document, download="download" in request.GET)


def of_patient(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    user = permitted(request, "patients.read")
    patient = get_object_or_404(Patient.objects.visible_to(user).select_related("practice"), pk=patient_pk)
    kinds = policy.readable_kinds(user)
    if not kinds:
        raise PermissionDenied
    rows = Document.objects.visible_to(user).of_patient(patient).filter(kind__in=kinds).without_content()
    context = {
        "nav": "patients",
        "tab": "documents",
        "documents": rows.select_related("session", "created_by", "superseded_by")[:LISTED],
        "can_see_who_looked": can_see_who_looked(user, patient),
        **banner_context(patient, at=timezone.now()),
    }
    return render(request, "reports/of_patient.html", context)
