"""E-mailing a document: whom to, confirmed, sent."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients.banner import banner_context
from patients.models import Contact, Patient
from practice import postbox
from practice.access import note_access
from practice.errors import Refused
from practice.identifiers import new_id
from practice.models import User
from practice.policy import allowed
from practice.views.answering import answered
from practice.views.guarding import signed_in
from reports import actions, policy, posting
from reports.models import Delivery, Document
from reports.sending_forms import SendForm
from treatments import references


@require_POST
def email_session(request: HttpRequest, session_pk: UUID) -> HttpResponse:
    """One tap from the signed session: its current summary, made now where there is none, ready to be sent."""
    user = signed_in(request)
    session = references.sessions(user).filter(pk=session_pk).first()
    if session is None:
        raise Http404
    if not allowed(user, "documents.email"):
        raise PermissionDenied
    kind = Document.Kind.PATIENT_SUMMARY.value
    rows = Document.objects.visible_to(user).filter(session=session, kind=kind, superseded_by=None)
    document = rows.without_content().filter(source_versions__addenda=session.addenda.count()).first()
    try:
        document = document or actions.issue_document(session_pk=session_pk, kind=kind, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("treatments:session", session_pk)
    return redirect("reports:email", document.pk)


def email(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The document beside the form: whom it goes to, with the address to compare."""
    user = signed_in(request)
    document = actions.document_to_send(pk, by=user)
    if not policy.can_email(user, document):
        raise PermissionDenied
    patient = posting.whose(document)
    form = SendForm(request.POST or None, initial={"key": new_id()}, patient=patient, contacts=_contacts(patient, user))
    delivery = form.attempt(lambda: _send(form, document, user))
    if delivery is None:
        context = _beside(document, patient, user) | {"preview": "hide" not in request.GET}
        return answered(request, "reports/email.html", form, context)
    note_access(request, patient_id=document.patient_id, kind=document.kind, record_id=document.pk, act="emailed")
    messages.success(request, f"On its way to {delivery.to}.")
    return redirect("reports:mail", delivery.email_id)


def _send(form: SendForm, document: Document, user: User) -> Delivery:
    values = form.cleaned_data
    sending = actions.Sending(form.to, form.contact, values["message"], values["protect"])
    return actions.email_document(
        document_pk=document.pk, sending=sending, by=user, at=timezone.now(), pk=values["key"]
    )


def _contacts(patient: Patient, user: User) -> list[Contact]:
    """The patient's own GP and referrer first, then the practice's other doctors."""
    rows = Contact.objects.visible_to(user).filter(archived_at=None, kind__in=(Contact.Kind.GP, Contact.Kind.REFERRER))
    own = (patient.gp_id, patient.referrer_id)
    return sorted(rows.exclude(email="")[:50], key=lambda contact: contact.pk not in own)


def _beside(document: Document, patient: Patient, user: User) -> dict[str, object]:
    now = timezone.now()
    reason = posting.held_back(document, patient, None, to=patient.email, protect=False)
    earlier = Delivery.objects.visible_to(user).told().filter(document=document)
    return {
        "nav": "patients",
        "tab": "documents",
        "document": document,
        "stands_against": "" if reason is None or reason[0] == "no_address" else reason[1],
        "no_server": not postbox.is_set_up(),
        "earlier": earlier[:10],
        "password_of": user.practice.get_document_password_rule_display().lower(),
        **banner_context(patient, at=now),
    }
