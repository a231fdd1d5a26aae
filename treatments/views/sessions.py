"""A session as it is read: signed, void or unfinished; and the verbs that a page offers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from consent.coverage import SCOPES
from consent.regions import label
from practice.errors import Refused, Stale
from treatments import actions, chart_svg, findings, policy, records
from treatments.chart_dots import dots_of
from treatments.forms import AddendumForm
from treatments.models import NeedlingSession, Site
from treatments.views.opening import patient_context, sent_version, session_page


def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As it will print: sentences, notes, safety, addenda, and whether it is unchanged since it was signed."""
    _, row = session_page(request, pk, log=True)
    return render(request, "treatments/session.html", _context(request, row, form=AddendumForm()))


def _context(request: HttpRequest, row: NeedlingSession, **more: Any) -> dict[str, Any]:
    user = request.user
    sites = list(row.sites.told())
    now = timezone.now()
    until = row.reopen_until()
    drawing = chart_svg.signed_views(dots_of(row.patient, sites), row.patient.body) if sites else []
    context = {
        "session": row,
        "narrative": records.narrative_of(row, sites),
        "views": drawing,
        "lots": _lots(sites),
        "relied_on": [SCOPES.get(scope, scope) for scope in row.relied_on],
        "referred": sorted({label(key) for site in sites for key in site.referred_to}),
        "addenda": row.addenda.select_related("created_by"),
        "unchanged": row.content_sha256 and records.is_unchanged(row, sites),
        "judged": findings.judge(row, sites, at=now) if row.is_draft else None,
        "versions": records.versions_of(row)[:50],
        "can_write": row.is_draft and policy.can_write(user, row),  # type: ignore[arg-type]
        "can_take_over": row.is_draft and policy.can_take_over(user, row),  # type: ignore[arg-type]
        "can_add": not row.is_draft and policy.can_add_to(user, row),  # type: ignore[arg-type]
        "can_void": row.status == "signed" and policy.can_void(user, row),  # type: ignore[arg-type]
        "can_reopen": until is not None and now <= until and policy.can_reopen(user, row),  # type: ignore[arg-type]
        "can_discard": policy.can_discard(user, row),  # type: ignore[arg-type]
    }
    return patient_context(user, row.patient) | context | more  # type: ignore[arg-type]


def _lots(sites: list[Site]) -> list[str]:
    lots = {site.lot_id: site.lot for site in sites if site.lot}
    return [f"{lot.lot_number} (to {lot.expires_on:%m/%Y})" for lot in lots.values() if lot]


@require_POST
def add_addendum(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    if not policy.can_add_to(user, row):
        raise PermissionDenied
    form = AddendumForm(request.POST)
    if form.is_valid():
        text, reason = form.cleaned_data["text"], form.cleaned_data["reason"]
        if form.attempt(
            lambda: actions.add_addendum(session_pk=pk, text=text, reason=reason, by=user, at=timezone.now())
        ):
            messages.success(request, "Addendum added.")
            return redirect("treatments:session", pk)
    return render(request, "treatments/session.html", _context(request, row, form=form), status=422)


@require_POST
def void(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    reason = request.POST.get("reason", "")
    return _act(request, row, "The session is void. It stays in the record, struck through.", lambda version: (
        actions.void_session(pk=pk, reason=reason, by=user, at=timezone.now(), version=version)
    ))  # fmt: skip


@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    return _act(request, row, "Open again. Sign it when it is right.", lambda version: (
        actions.reopen_session(pk=pk, by=user, at=timezone.now(), version=version)
    ))  # fmt: skip


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    return _act(request, row, "Discarded. You can bring it back from here.", lambda version: (
        actions.discard_session(pk=pk, by=user, version=version)
    ))  # fmt: skip


@require_POST
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    return _act(request, row, "The draft is back.", lambda version: (
        actions.restore_session(pk=pk, by=user, version=version)
    ))  # fmt: skip


@require_POST
def take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    reason = request.POST.get("reason", "")
    return _act(request, row, "You may now finish and sign this session.", lambda version: (
        actions.take_over_session(pk=pk, reason=reason, by=user, version=version)
    ))  # fmt: skip


def _act(request: HttpRequest, row: NeedlingSession, said: str, work: Callable[[int], object]) -> HttpResponse:
    """Do the verb, or say on the same page why not."""
    try:
        work(sent_version(request, row.version))
        messages.success(request, said)
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("treatments:session", row.pk)
