"""A session as it is read: signed, void or unfinished; and the verbs that a page offers."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from consent.coverage import SCOPES
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent
from treatments import actions, chart_svg, findings, policy, records, rewriting, version_rows
from treatments.chart_dots import body_of, dots_of
from treatments.clocks import clocks_of
from treatments.forms import AddendumForm
from treatments.models import NeedlingSession, Site
from treatments.safety import Finding
from treatments.versions import stretches
from treatments.views.opening import patient_context, session_page
from treatments.views.versions import happened

FRESH = timedelta(minutes=10)
HAPPENINGS = 30
REOPENED = "reopened within the grace"


def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As it will print: sentences, notes, safety, addenda, and whether it is unchanged since it was signed."""
    _, row = session_page(request, pk, log=True)
    return render(request, "treatments/session.html", _context(request, row, form=AddendumForm()))


def _context(request: HttpRequest, row: NeedlingSession, **more: Any) -> dict[str, Any]:
    user = request.user
    sites = list(row.sites.told())
    now = timezone.now()
    until = row.reopen_until()
    judged = findings.judge(row, sites, at=now) if row.is_draft else None
    drawing = chart_svg.signed_views(dots_of(row.patient, sites), body_of(row.patient, sites)) if sites else []
    saves = stretches(version_rows.saves_of(row))
    addenda = list(row.addenda.select_related("created_by"))
    context = {
        "session": row,
        "words": row,
        "clocks": clocks_of(row),
        "narrative": records.narrative_of(row, sites),
        "views": drawing,
        "lots": _lots(sites),
        "relied_on": [SCOPES.get(scope, scope) for scope in row.relied_on],
        "deviations": _deviations(row),
        "addenda": addenda,
        "unchanged": row.content_sha256 and records.is_unchanged(row, sites),
        "judged": judged,
        "countersign_blocks": _left_to_answer(judged, row) if judged and row.awaits_countersignature else [],
        "happened": happened(saves, addenda)[:HAPPENINGS],
        "reopened": [stretch[-1].at for stretch in saves if stretch[-1].why == REOPENED],
        "fresh": _is_fresh(user, row, now),  # type: ignore[arg-type]
        "next_note": _next_note(user, row, now) if not row.is_draft else None,  # type: ignore[arg-type]
        "reopen_until": until if until and now <= until else None,
        "can_countersign": row.awaits_countersignature and policy.can_countersign(user, row),  # type: ignore[arg-type]
        "can_write": row.is_draft and policy.can_write(user, row),  # type: ignore[arg-type]
        "can_take_over": row.is_draft and policy.can_take_over(user, row),  # type: ignore[arg-type]
        "can_add": not row.is_draft and policy.can_add_to(user, row),  # type: ignore[arg-type]
        "can_void": row.status == "signed" and policy.can_void(user, row),  # type: ignore[arg-type]
        "can_reopen": row.status == "signed" and until is not None and now <= until and policy.can_reopen(user, row),  # type: ignore[arg-type]
        "can_discard": policy.can_discard(user, row),  # type: ignore[arg-type]
    }
    context |= _rewritten(user, row)  # type: ignore[arg-type]
    return patient_context(user, row.patient) | context | more  # type: ignore[arg-type]


def _rewritten(user: User, row: NeedlingSession) -> dict[str, Any]:
    """Whether it was written for the wrong patient, or took the place of one that was."""
    begun, struck = rewriting.ends_of(row)
    return {
        "rewrite_from": begun,
        "rewrite_as": struck,
        "left_behind": rewriting.left_behind(row) if struck else [],
        "can_rewrite": struck is None and row.status != "discarded" and policy.can_rewrite(user, row),
    }


def _is_fresh(user: User, row: NeedlingSession, now: datetime) -> bool:
    """Just signed by this person: the page says so, and what comes next."""
    return row.status == "signed" and row.signed_by_id == user.pk and row.signed_at is not None and (
        now - row.signed_at <= FRESH
    )  # fmt: skip


def _next_note(user: User, row: NeedlingSession, now: datetime) -> NeedlingSession | None:
    """The person's oldest unsigned draft of today."""
    midnight = datetime.combine(row.practice.local_date(now), time.min, tzinfo=row.practice.zone)
    drafts = NeedlingSession.objects.visible_to(user).unsigned().filter(practitioner=user, started_at__gte=midnight)
    return drafts.select_related("patient").order_by("started_at").first()


def _deviations(row: NeedlingSession) -> list[tuple[str, str]]:
    """What it was signed against, in the words that were on the screen, and why."""
    told = {finding["key"]: finding["message"] for finding in row.findings_signed}
    return [(told.get(d["key"], d["key"].partition(":")[0].replace("_", " ")), d["reason"]) for d in row.deviations]


def _left_to_answer(judged: findings.Judged, row: NeedlingSession) -> list[Finding]:
    """What stops the countersignature: all that blocks, but for the deviations that the student gave reasons for."""
    given = {deviation["key"] for deviation in row.deviations}
    return [finding for finding in judged.blocks if finding.key not in given]


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
        actions.restore_session(pk=pk, by=user, at=timezone.now(), version=version)
    ))  # fmt: skip


@require_POST
def take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    reason = request.POST.get("reason", "")
    return _act(request, row, "You may now finish and sign this session.", lambda version: (
        actions.take_over_session(pk=pk, reason=reason, by=user, version=version)
    ))  # fmt: skip


@require_POST
def countersign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The supervisor's signature under what a student signed."""
    user, row = session_page(request, pk)
    if not policy.can_countersign(user, row):
        raise PermissionDenied
    return _act(request, row, "Countersigned. It counts as signed now.", lambda version: (
        actions.sign_session(pk=pk, by=user, at=timezone.now(), version=version)
    ))  # fmt: skip


@require_POST
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = session_page(request, pk)
    reason = request.POST.get("reason", "")
    return _act(request, row, "Sent back. It stands in the student's notes to finish.", lambda version: (
        actions.send_back_session(pk=pk, reason=reason, by=user, at=timezone.now(), version=version)
    ))  # fmt: skip


def _act(request: HttpRequest, row: NeedlingSession, said: str, work: Callable[[int], object]) -> HttpResponse:
    """Do the verb, or say on the same page why not."""
    try:
        work(version_sent(request, row.version))
        messages.success(request, said)
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("treatments:session", row.pk)
