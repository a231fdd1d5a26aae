"""Documents as pages: issue and open, and the list of a patient."""

from hashlib import sha256
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from consent.models import Consent
from patients.banner import banner_context
from patients.leading import reach
from patients.models import Patient
from patients.policy import can_change, can_see_who_looked
from practice.access import note_access
from practice.errors import Refused
from practice.models import User
from practice.policy import allowed
from practice.views.guarding import permitted, signed_in
from reports import actions, policy
from reports.models import Delivery, Document, Letter
from reports.serving import pdf_response
from reports.views.origins import made_from
from reports.views.previews import pictures_of
from treatments import references
from treatments.models import NeedlingSession
from treatments.views.opening import patient_context

LISTED = 100


def buttons(request: HttpRequest, session_pk: UUID) -> HttpResponse:
    """The documents of a session: what may be issued, and what was."""
    user = signed_in(request)
    session = references.sessions(user).filter(pk=session_pk).first()
    if session is None:
        raise Http404
    kinds = [kind for kind in policy.kinds_of_a_session() if policy.can_issue(user, kind.value, session)]
    rows = Document.objects.visible_to(user).filter(session=session, kind__in=policy.readable_kinds(user))
    context = {
        "session": session,
        "kinds": kinds,
        "seen": [kind for kind in policy.kinds_of_a_session() if policy.can_read(user, kind)],
        "documents": rows.without_content().select_related("superseded_by")[:20],
        "can_email": allowed(user, "documents.email") and bool(kinds),
        "may_write_letter": policy.can_write_letters(user) and session.status == NeedlingSession.Status.SIGNED,
    }
    return render(request, "reports/_buttons.html", context)


def issued(request: HttpRequest, session_pk: UUID) -> HttpResponse:
    """What left the house about a session that is to be struck out, and to whom: somebody has to act on each."""
    user = signed_in(request)
    session = references.sessions(user).filter(pk=session_pk).first()
    if session is None:
        raise Http404
    rows = Document.objects.visible_to(user).filter(Q(session=session) | Q(letter__session=session))
    rows = rows.filter(kind__in=policy.readable_kinds(user)).without_content()
    sent = Delivery.objects.visible_to(user).select_related("email", "breach").order_by("created_at")
    context = {
        "documents": rows.prefetch_related(Prefetch("deliveries", sent))[:LISTED],
        "letters": Letter.objects.visible_to(user).filter(session=session) if policy.can_read_letters(user) else [],
        "may_report": allowed(user, "breaches.report"),
    }
    return render(request, "reports/_issued.html", context)


@require_POST
def issue(request: HttpRequest, session_pk: UUID, kind: str) -> HttpResponse:
    """Make the document, store it, and open it."""
    user = signed_in(request)
    if kind not in policy.kinds_of_a_session():
        raise Http404
    try:
        document = actions.issue_document(session_pk=session_pk, kind=kind, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("treatments:session", session_pk)
    return redirect("reports:content", document.pk)


def consent_buttons(request: HttpRequest, consent_pk: UUID) -> HttpResponse:
    """The copies of a consent for the patient: the ones that were made, and a new one."""
    user = permitted(request, "consent.read")
    consent = get_object_or_404(Consent.objects.visible_to(user).defer("signature"), pk=consent_pk)
    rows = Document.objects.visible_to(user).filter(consent=consent, kind__in=policy.readable_kinds(user))
    context = {
        "consent": consent,
        "documents": rows.without_content().select_related("superseded_by")[:20],
        "can_issue": policy.can_issue(user, Document.Kind.CONSENT_COPY, consent),
    }
    template = "reports/_consent_buttons.html" if request.headers.get("HX-Request") else "reports/consent_copies.html"
    return render(request, template, context)


@require_POST
def issue_consent_copy(request: HttpRequest, consent_pk: UUID) -> HttpResponse:
    """Make the patient's copy, store it, and open it."""
    user = permitted(request, "consent.read")
    try:
        document = actions.issue_consent_copy(consent_pk=consent_pk, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("consent:detail", consent_pk)
    return redirect("reports:content", document.pk)


def consent_text(request: HttpRequest, text_pk: UUID) -> HttpResponse:
    """A consent text as PDF, to read or to sign on paper."""
    user = permitted(request, "consent.read")
    headers = {"Content-Disposition": 'inline; filename="consent-text.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(
        actions.consent_text_pdf(text_pk=text_pk, by=user), content_type="application/pdf", headers=headers
    )


def content(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    rows = Document.objects.visible_to(user).filter(kind__in=policy.readable_kinds(user))
    document = get_object_or_404(rows, pk=pk)
    note_access(request, patient_id=document.patient_id, kind=document.kind, record_id=document.pk, act="printed")
    return pdf_response(document, download="download" in request.GET)


def _letters(user: User, patient: Patient) -> list[tuple[Letter, Document | None]]:
    """Letters that are not put aside, each with the newest document made of it."""
    rows = Letter.objects.visible_to(user).of_patient(patient).current().select_related("contact", "author")[:LISTED]
    found = list(rows)
    made = Document.objects.visible_to(user).filter(letter__in=found, superseded_by=None).without_content()
    newest = {document.letter_id: document for document in made.order_by("created_at")}
    return [(letter, newest.get(letter.pk)) for letter in found]


def of_patient(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    user = permitted(request, "patients.read")
    patient = reach(request, Patient.objects.visible_to(user), patient_pk)
    kinds = policy.readable_kinds(user)
    if not kinds:
        raise PermissionDenied
    rows = Document.objects.visible_to(user).of_patient(patient).filter(kind__in=kinds).without_content()
    context = {
        "nav": "patients",
        "tab": "documents",
        "documents": rows.select_related("session", "consent", "episode", "addressee", "created_by", "superseded_by")[
            :LISTED
        ],
        "letters": _letters(user, patient) if policy.can_read_letters(user) else [],
        "may_read_letters": policy.can_read_letters(user),
        "may_write_letters": policy.can_write_letters(user),
        "can_see_who_looked": can_see_who_looked(user, patient),
        "may_change": can_change(user, patient),
        "can_email": allowed(user, "documents.email"),
        **banner_context(patient, at=timezone.now()),
    }
    return render(request, "reports/of_patient.html", context)


def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One issued document: its pages, what it was made from, and what came before and after it."""
    user = signed_in(request)
    rows = Document.objects.visible_to(user).filter(kind__in=policy.readable_kinds(user))
    related = (
        "patient__practice",
        "session",
        "consent",
        "episode",
        "letter",
        "addressee",
        "created_by",
        "supersedes",
        "superseded_by",
    )
    row = get_object_or_404(rows.select_related(*related), pk=pk)
    note_access(request, patient_id=row.patient_id, kind=row.kind, record_id=row.pk)
    content = bytes(row.content)
    context = {
        **patient_context(user, row.patient, tab="documents"),
        "document": row,
        "versions": made_from(row),
        "intact": sha256(content).hexdigest() == row.sha256,
        "may_open": allowed(user, "sessions.read"),
        "pictures": pictures_of(content, row.pages),
        "can_email": policy.can_email(user, row) and not hasattr(row, "superseded_by"),
    }
    return render(request, "reports/document.html", context)
