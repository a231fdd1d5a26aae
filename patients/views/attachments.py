"""Attached files as pages: listed by day and kind, added, looked at, downloaded, put right, archived."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from patients import actions, attachment_serving, file_kinds, policy
from patients.attachment_forms import ArchiveForm, AttachForm, AttachmentForm
from patients.models import Attachment, Patient
from patients.views.opening import page_context, patient_of
from practice.access import note_access
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent, whole_number

NEWEST, AT_ONCE = 5, 50
PAGES_AT_ONCE = 10
WORDS_SHOWN = 50_000
TAB = "attachments"
Kind = Attachment.Kind


@dataclass(frozen=True)
class Row:
    """An attachment as this person sees it."""

    attachment: Attachment
    named: bool
    opens: bool


def attachments(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All files of the patient, newest first, by kind; asked for by the chart, the newest few as a card. Sending the form
    adds files."""
    user, patient = _patient(request, pk)
    if request.method == "POST":
        return _add(request, user, patient)
    if request.headers.get("HX-Request"):
        rows = _rows(user, patient).filter(archived_at=None)[:NEWEST]
        context = {"patient": patient, "rows": _seen(user, rows), "may_attach": policy.can_attach(user, patient)}
        return render(request, "patients/_attachments.html", context)
    return render(request, "patients/attachments.html", _list_context(request, user, patient))


def _patient(request: HttpRequest, pk: UUID) -> tuple[User, Patient]:
    user, patient = patient_of(request, pk)
    if not policy.can_list_attachments(user):
        raise PermissionDenied
    return user, patient


def _rows(user: User, patient: Patient) -> Any:
    return Attachment.objects.visible_to(user).of_patient(patient).select_related("created_by", "archived_by")


def _seen(user: User, rows: Any) -> list[Row]:
    return [Row(a, policy.can_see_title(user, a), policy.can_open_attachment(user, a)) for a in rows]


def _list_context(request: HttpRequest, user: User, patient: Patient, **more: Any) -> dict[str, Any]:
    rows = _rows(user, patient)
    archived = request.GET.get("show") == "archived"
    rows = rows.exclude(archived_at=None) if archived else rows.filter(archived_at=None)
    counts = dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))
    kind = request.GET.get("kind", "")
    shown = rows.filter(kind=kind) if kind in Kind.values else rows
    page = _page_number(request)
    found = list(shown[page * AT_ONCE : (page + 1) * AT_ONCE + 1])
    return page_context(user, patient, TAB) | {
        "rows": _seen(user, found[:AT_ONCE]),
        "older": page + 1 if len(found) > AT_ONCE else 0,
        "kinds": [(k.value, k.label, counts[k.value]) for k in Kind if counts.get(k.value)],
        "kind": kind,
        "total": sum(counts.values()),
        "archived": archived,
        "may_attach": policy.can_attach(user, patient),
        "form": AttachForm(),
        "most_megabytes": actions.most_bytes() // 1048576,
        "most_bytes": actions.most_bytes(),
        "accept": ",".join([*file_kinds.WORDS, ".docx"]),
        **more,
    }


def _page_number(request: HttpRequest) -> int:
    return whole_number(request.GET.get("page", ""), 0)


def _add(request: HttpRequest, user: User, patient: Patient) -> HttpResponse:
    """Each file by itself: one that is not kept does not hold up the others."""
    if not policy.can_attach(user, patient):
        raise PermissionDenied
    form = AttachForm(request.POST)
    sent = [actions.Sent(file.name or "", file.read()) for file in request.FILES.getlist("file")]
    outcomes = form.attempt(
        lambda: actions.add_attachments(
            patient=patient, sent=sent, values=form.cleaned_data, by=user, at=timezone.now()
        )
    )
    problems = _told(request, outcomes or []) if sent else ["Choose the files first."]
    if problems or form.errors:
        context = _list_context(request, user, patient, form=form, problems=problems)
        return render(request, "patients/attachments.html", context, status=422)
    return redirect("patients:attachments", patient.pk)


def _told(request: HttpRequest, outcomes: Sequence[actions.Added | actions.NotAdded]) -> list[str]:
    """Says what was added; answers what was wrong, by the file's name."""
    for outcome in outcomes:
        if isinstance(outcome, actions.Added):
            say = messages.info if outcome.was_here else messages.success
            say(request, f"{outcome.name}: {outcome.notice}")
    return [f"{outcome.name}: {outcome.problem}" for outcome in outcomes if isinstance(outcome, actions.NotAdded)]


def attachment(request: HttpRequest, pk: UUID, attachment_pk: UUID) -> HttpResponse:
    """One file: shown in the page where that is safe, what is known of it, what happened to it. Sending the form puts
    right what is said about it."""
    user, patient, row = _attachment(request, pk, attachment_pk)
    may_change = policy.can_change_attachment(user, row)
    form = AttachmentForm.of(row, request.POST or None)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.attempt(lambda: _changed(request, form, row, user)):
            messages.success(request, "Saved.")
            return redirect("patients:attachment", patient.pk, row.pk)
    opens = policy.can_open_attachment(user, row)
    if opens and request.method != "POST":
        note_access(request, patient_id=row.patient_id, kind="attachment", record_id=row.pk)
    context = page_context(user, patient, TAB) | {
        "row": row,
        "form": form,
        "archive_form": ArchiveForm(),
        "may_change": may_change,
        "opens": opens,
        "named": policy.can_see_title(user, row),
        "history": row.history.select_related("history_user").order_by("-history_date", "-history_id")[:50],
        **(_shown(request, user, row) if opens else {}),
    }
    return render(request, "patients/attachment.html", context, status=422 if form.errors else 200)


def _changed(request: HttpRequest, form: AttachmentForm, row: Attachment, user: User) -> Attachment | None:
    try:
        return actions.change_attachment(
            pk=row.pk, values=form.changes, by=user, at=timezone.now(), version=version_sent(request, row.version)
        )
    except PermissionDenied as error:
        form.add_error("kind", str(error))
        return None


def _shown(request: HttpRequest, user: User, row: Attachment) -> dict[str, Any]:
    """What of the file stands in the page."""
    try:
        content = actions.file_of(row, by=user)
    except actions.AttachmentUnusable as refusal:
        return {"unusable": str(refusal)}
    if row.content_type == file_kinds.TEXT:
        words = file_kinds.words_of(content) or ""
        return {"words": words[:WORDS_SHOWN], "more_words": len(words) > WORDS_SHOWN}
    if not row.is_shown:
        return {}
    first = _page_number(request) * PAGES_AT_ONCE + 1
    last = min(first + PAGES_AT_ONCE - 1, row.pages or 1)
    return {
        "pictures": range(first, last + 1),
        "not_drawn": attachment_serving.NotDrawn.message,
        "mark": attachment_serving.mark_of(user, row),
        "next_pages": _page_number(request) + 1 if last < (row.pages or 1) else 0,
        "last": last,
    }


def _attachment(request: HttpRequest, pk: UUID, attachment_pk: UUID) -> tuple[User, Patient, Attachment]:
    """A file of this patient; of another patient it is not found, whoever asks."""
    user, patient = _patient(request, pk)
    return user, patient, get_object_or_404(_rows(user, patient).select_related("practice"), pk=attachment_pk)


@require_GET
def download(request: HttpRequest, pk: UUID, attachment_pk: UUID) -> HttpResponse:
    user, patient, row = _attachment(request, pk, attachment_pk)
    try:
        content = actions.file_of(row, by=user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("patients:attachment", patient.pk, row.pk)
    note_access(request, patient_id=row.patient_id, kind="attachment", record_id=row.pk, act="exported")
    return attachment_serving.file_response(row, content)


@require_GET
def picture(request: HttpRequest, pk: UUID, attachment_pk: UUID, number: int) -> HttpResponse:
    """The photo, or one page of a PDF; part of its page, else an opening of its own."""
    user, _, row = _attachment(request, pk, attachment_pk)
    try:
        response = attachment_serving.picture_response(row, actions.file_of(row, by=user), number)
    except (attachment_serving.NoPicture, Refused) as error:
        raise Http404 from error
    except attachment_serving.NotDrawn:
        return attachment_serving.not_drawn_response()
    if not attachment_serving.is_marked(request.GET.get("opened", ""), user=user, pk=row.pk):
        note_access(request, patient_id=row.patient_id, kind="attachment", record_id=row.pk)
    return response


@require_POST
def archive(request: HttpRequest, pk: UUID, attachment_pk: UUID, restore: bool = False) -> HttpResponse:
    user, patient, row = _attachment(request, pk, attachment_pk)
    version, reason = version_sent(request, row.version), request.POST.get("reason", "")[:300]
    try:
        if restore:
            actions.restore_attachment(pk=row.pk, by=user, version=version)
        else:
            actions.archive_attachment(pk=row.pk, reason=reason, by=user, at=timezone.now(), version=version)
        messages.success(request, "Back on the chart." if restore else "Archived. It can be brought back.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("patients:attachment", patient.pk, row.pk)
