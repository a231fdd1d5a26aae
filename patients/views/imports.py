"""Moving in, as pages for a manager: upload, say what the columns are, look at the report, import, look again."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from patients import actions
from patients.import_forms import SettleForm, StartForm, UploadForm, WritingForm
from patients.import_serving import report_response
from patients.importing import files
from patients.importing.reading import records
from patients.models import Import
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted

HERE = {"nav": "practice", "tab": "imports"}
LISTED = 50
SAMPLES = 5
SHOWN = 100


def imports(request: HttpRequest) -> HttpResponse:
    """All imports, newest first, and the form for the next file."""
    user = permitted(request, "imports.manage")
    form = UploadForm(request.POST or None, request.FILES or None)
    made = form.attempt(lambda: _upload(form, user))
    if made:
        return redirect("patients:import", made.pk)
    rows = Import.objects.visible_to(user).select_related("created_by")[:LISTED]
    context = HERE | {"imports": rows, "form": form}
    return render(request, "patients/imports.html", context, status=422 if form.errors else 200)


def _upload(form: UploadForm, user: User) -> Import:
    file = form.cleaned_data["file"]
    return actions.upload_import(
        kind=form.cleaned_data["kind"], pieces=file.chunks(), file_name=file.name or "", by=user
    )


def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where this import stands, and the step that comes next. Sending the form confirms the columns."""
    user, of_import = _import(request, pk)
    form = _settle_form(of_import, request.POST or None) if _can_be_settled(of_import) else None
    if request.method == "POST" and form is not None:
        if form.attempt(lambda: _settle(request, form, of_import, user)):
            return redirect("patients:import", pk)
        return render(request, "patients/import.html", _context(of_import, form), status=422)
    return render(request, "patients/import.html", _context(of_import, form))


def _settle(request: HttpRequest, form: SettleForm, of_import: Import, user: User) -> Import:
    try:
        return actions.settle_import(
            pk=of_import.pk,
            source=form.cleaned_data["source"],
            mapping=form.mapping(),
            date_order=form.cleaned_data["date_order"],
            by=user,
            version=version_sent(request, of_import.version),
        )
    except ValidationError as error:
        if "date_order" in getattr(error, "error_dict", {}):
            of_import.mapping = {str(index): key for index, key in form.mapping().items()}
            form.fields["date_order"].help_text = actions.evidence_of(of_import).sentence
        raise


def _can_be_settled(of_import: Import) -> bool:
    return bool(of_import.stored_as) and not of_import.is_at_work and files.path_of(of_import.stored_as).is_file()


def _settle_form(of_import: Import, data: Any) -> SettleForm:
    path = files.path_of(of_import.stored_as)
    rows = records(path, encoding=of_import.encoding, separator=of_import.separator)
    samples = [record.cells for record in islice(rows, 1, SAMPLES + 1)]
    evidence = actions.evidence_of(of_import)
    return SettleForm(data, of_import=of_import, samples=samples, evidence=evidence)


def _context(of_import: Import, form: SettleForm | None) -> dict[str, Any]:
    rows = of_import.rows.filter(run=of_import.run)
    start = StartForm(initial={"duplicates": Import.Duplicates.LEAVE})
    return HERE | {
        "of_import": of_import,
        "form": form,
        "writing": WritingForm(initial={"encoding": of_import.encoding, "separator": of_import.separator}),
        "likeness": actions.likeness_of(of_import),
        "start": start,
        "rows": rows[:SHOWN],
        "has_more": len(rows[SHOWN : SHOWN + 1]) > 0,
        "told": counted(of_import),
        "importable": sum(of_import.counts.get(key, 0) for key in ("create", "update", "duplicate")),
    }


def counted(of_import: Import) -> list[tuple[str, int, str]]:
    """What became of the rows: word, number, level of the tag."""
    done = of_import.status in (Import.Status.IMPORTING, Import.Status.DONE)
    words = (
        ("create", "New, written" if done else "New", "ok"),
        ("update", "Changed, taken over" if done else "Changed since the last import", "ok" if done else "warn"),
        ("left", "Changed, left as it is here", "warn"),
        ("link", "Taken for somebody already here", "ok"),
        ("duplicate", "May be somebody already here" + (", left out" if done else ""), "warn"),
        ("same", "Known already, nothing to do", "ok"),
        ("error", "Not importable", "stop"),
    )
    return [(word, of_import.counts[key], level) for key, word, level in words if of_import.counts.get(key)]


def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The moving part of the page; when the work is over the whole page is asked for again."""
    _, of_import = _import(request, pk)
    response = render(request, "patients/_import_progress.html", {"of_import": of_import, "told": counted(of_import)})
    if not of_import.is_at_work:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def reread(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, of_import = _import(request, pk)
    form = WritingForm(request.POST)
    done = form.attempt(
        lambda: actions.reread_import(
            pk=pk,
            encoding=form.cleaned_data["encoding"],
            separator=form.cleaned_data["separator"],
            by=user,
            version=version_sent(request, of_import.version),
        )
    )
    if not done:
        messages.error(request, " ".join(message for found in form.errors.values() for message in found))
    return redirect("patients:import", pk)


@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, of_import = _import(request, pk)
    form = StartForm(request.POST)
    version = version_sent(request, of_import.version)
    if not form.attempt(lambda: actions.start_import(pk=pk, values=form.cleaned_data, by=user, version=version)):
        messages.error(request, " ".join(message for found in form.errors.values() for message in found))
    return redirect("patients:import", pk)


@require_POST
def stop(request: HttpRequest, pk: UUID, forget: bool = False) -> HttpResponse:
    """Stop the work, or take the file away."""
    user, _ = _import(request, pk)
    try:
        (actions.forget_file if forget else actions.stop_import)(pk=pk, by=user)
        messages.success(request, "The file is removed." if forget else "Stopped. What was written stays.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:import", pk)


def report(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Every row a person has to know about, as CSV: which row, which column, what to do."""
    _, of_import = _import(request, pk)
    return report_response(of_import)


def _import(request: HttpRequest, pk: UUID) -> tuple[User, Import]:
    user = permitted(request, "imports.manage")
    return user, get_object_or_404(Import.objects.visible_to(user).select_related("practice", "created_by"), pk=pk)
