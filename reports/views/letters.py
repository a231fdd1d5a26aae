"""Letters as pages: begun with one tap, written with the preview beside, issued."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from patients.models import Contact, Patient
from practice.access import note_access
from practice.device_key import device_key
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted, signed_in
from reports import actions, gathering, policy
from reports.forms import LABELS, LetterForm
from reports.models import Document, Letter
from reports.models.letters import TEXTS
from reports.views.previews import pictures
from treatments.views.opening import patient_context

READ = "documents.gp_letter.read"


@require_POST
def begin(request: HttpRequest, about: str, source: UUID) -> HttpResponse:
    """A new letter about a session, a course of care or a patient. Tapped twice, the one that was begun opens again."""
    user = permitted(request, READ)
    if about not in ("session", "episode", "patient"):
        raise Http404
    if begun := _begun(user, about, source):
        return redirect("reports:letter", begun.pk)
    try:
        letter = actions.begin_letter_about(about=about, pk=source, contact_pk=None, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(request))
    return redirect("reports:letter", letter.pk)


def _back(request: HttpRequest) -> str:
    """The page of ours that the button was on."""
    sent = request.POST.get("next", "")
    return sent if url_has_allowed_host_and_scheme(sent, None) else "/"


def _begun(user: User, about: str, pk: UUID) -> Letter | None:
    """This person's own letter about the same thing that was never issued."""
    rows = Letter.objects.visible_to(user).current().filter(author=user, documents=None, **{about: pk})
    if about == "patient":
        rows = rows.filter(session=None, episode=None)
    return rows.first()


def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter, its form beside the preview. Others read what its author writes."""
    user, row = _letter(request, pk)
    form = LetterForm.of(row, request.POST or None)
    if form.is_valid():
        if not policy.can_write_letter(user, row):
            raise PermissionDenied
        values = form.changes | _more(request, user)
        if form.attempt(lambda: actions.write_letter(pk=pk, values=values, by=user, version=form.version_seen)):
            messages.success(request, "Letter saved.")
            return redirect("reports:letter", pk)
    elif request.method == "GET":
        note_access(request, patient_id=row.patient_id, kind="gp_letter", record_id=row.pk)
    return render(request, "reports/letter.html", _context(user, row, form), status=422 if form.errors else 200)


def _more(request: HttpRequest, user: User) -> dict[str, Any]:
    """The facts that are left out (each has a box that is ticked when it prints)."""
    printed = set(request.POST.getlist("printed"))
    shown = set(request.POST.getlist("shown")) & set(gathering.LETTER_FACTS)
    return {"left_out": [key for key in gathering.LETTER_FACTS if key in shown - printed]} if shown else {}


def _context(user: User, row: Letter, form: LetterForm) -> dict[str, Any]:
    now = timezone.now()
    told = gathering.letter_facts(row, at=now)
    writes = policy.can_write_letter(user, row) and row.discarded_at is None
    by_hand = row.changed_by_hand()
    return {
        **patient_context(user, row.patient, tab="documents"),
        "letter": row,
        "form": form,
        "texts": [(form[name], by_hand[name]) for name in TEXTS],
        "facts": [(key, label, value, key not in row.left_out) for key, (label, value) in told.items()],
        "contacts": _contacts(user, row.patient) if writes else [],
        "writes": writes,
        "mine": policy.can_write_letter(user, row),
        "issued": _issued(user, row),
        "pictures": pictures(lambda: actions.preview_letter(row, at=now, draft=True)),
        "owner": {"id": str(user.pk), "device_key": device_key(user)},
        "content": {
            "id": str(row.pk), "version": row.version, "labels": LABELS, "left_out": row.left_out,
            **{name: getattr(row, name) for name in form.fields if name != "version"},
        },
    }  # fmt: skip


def _contacts(user: User, patient: Patient) -> list[tuple[Contact, str]]:
    """The patient's own first, each with what they are to the patient."""
    own = {patient.referrer_id: "referrer", patient.gp_id: "GP"}
    rows = Contact.objects.visible_to(user).filter(archived_at=None)[:500]
    told = [(contact, own.get(contact.pk, "")) for contact in rows]
    return sorted(told, key=lambda pair: not pair[1])


def _issued(user: User, row: Letter) -> list[Document]:
    rows = Document.objects.visible_to(user).filter(letter=row).without_content()
    return list(rows.select_related("superseded_by", "created_by"))


def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pages as they would print now, as pictures."""
    _, row = _letter(request, pk)
    shown = pictures(lambda: actions.preview_letter(row, at=timezone.now(), draft=True))
    return render(request, "reports/_pictures.html", {"pictures": shown, "what": "Letter"})


@require_POST
def choose_addressee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another contact: the lines of the envelope and the salutation change with it."""
    user, row = _letter(request, pk)
    wanted = request.POST.get("contact", "")
    rows = Contact.objects.visible_to(user).filter(archived_at=None)
    contact = get_object_or_404(rows, pk=wanted) if _is_id(wanted) else None
    return _done(
        request,
        pk,
        lambda: actions.write_letter(
            pk=pk, values={"contact": contact}, by=user, version=version_sent(request, row.version)
        ),
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
def act_on(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Fill in again, put aside, bring back."""
    user, row = _letter(request, pk)
    version, now = version_sent(request, row.version), timezone.now()
    acts: dict[str, Callable[[], Any]] = {
        "fill-in": lambda: actions.fill_in_again(
            pk=pk, names=request.POST.getlist("names"), by=user, at=now, version=version
        ),
        "discard": lambda: actions.discard_letter(pk=pk, by=user, at=now, version=version),
        "restore": lambda: actions.restore_letter(pk=pk, by=user, version=version),
    }
    if act not in acts:
        raise Http404
    return _done(request, pk, acts[act])


@require_POST
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make it a document, and open that."""
    user, _ = _letter(request, pk)
    try:
        document = actions.issue_letter(pk=pk, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:letter", pk)
    return redirect("reports:document", document.pk)


def _done(request: HttpRequest, pk: UUID, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("reports:letter", pk)


def _letter(request: HttpRequest, pk: UUID) -> tuple[User, Letter]:
    user = signed_in(request)
    if not policy.can_read_letters(user):
        raise PermissionDenied
    row = actions.letters_of(user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return user, row
