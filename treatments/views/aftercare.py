"""Follow-ups, courses of care and needle lots as pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from practice.errors import Refused, Stale
from practice.models import User
from practice.views.guarding import permitted
from treatments import actions, policy
from treatments.follow_up_grades import answer_of, grade_of
from treatments.forms import AnswerForm, EpisodeForm, LotForm
from treatments.models import Episode, FollowUp, NeedleLot
from treatments.narrative import sided
from treatments.views.opening import patient_context, patient_page, sent_version

LISTED = 100
LATELY_DAYS = 14


def follow_ups(request: HttpRequest) -> HttpResponse:
    """Due and overdue first, then what was answered lately."""
    user = permitted(request, "follow_ups.read")
    now = timezone.now()
    rows = FollowUp.objects.visible_to(user).select_related("patient", "session__practitioner")
    lately = rows.filter(state__in=["answered", "acknowledged"], answered_at__gte=now - timedelta(days=LATELY_DAYS))
    answered = lately.order_by("-answered_at")[:LISTED]
    context = {
        "nav": "follow_ups",
        "due": rows.due(now)[:LISTED],
        "coming": rows.open().filter(due_at__gt=now).order_by("due_at")[:LISTED],
        "answered": [(check, answer_of(check).score, grade_of(check)) for check in answered],
        "may_record": policy.allowed(user, "follow_ups.record"),
        "may_acknowledge": policy.allowed(user, "follow_ups.acknowledge"),
    }
    return render(request, "treatments/follow_ups.html", context)


def follow_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down what the patient said on the phone; an area not asked stays empty."""
    user, check = _check(request, pk)
    if not policy.can_record(user, check):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, treated=_treated(check), initial={"hours_since": _hours(check)})
    if form.is_valid():
        version = sent_version(request, check.version)
        if form.attempt(
            lambda: actions.record_answer(pk=pk, values=form.values(), by=user, at=timezone.now(), version=version)
        ):
            messages.success(request, "Answer recorded.")
            return redirect("treatments:follow_ups")
    context = patient_context(user, check.patient) | {"form": form, "check": check, "nav": "follow_ups"}
    return render(request, "treatments/follow_up.html", context, status=422 if form.errors else 200)


@require_POST
def follow_up_verb(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """No answer, acknowledge, or close with a reason."""
    user, check = _check(request, pk)
    version = sent_version(request, check.version)
    try:
        if verb == "no-answer":
            actions.record_no_answer(pk=pk, by=user, version=version)
        elif verb == "acknowledge":
            actions.acknowledge(pk=pk, by=user, at=timezone.now(), version=version)
        else:
            actions.close(pk=pk, reason=request.POST.get("reason", ""), by=user, version=version)
        messages.success(request, "Saved.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("treatments:follow_ups")


def episode(request: HttpRequest, patient_pk: UUID, pk: UUID | None = None) -> HttpResponse:
    """A new course of care, or a change to one."""
    user, patient = patient_page(request, patient_pk)
    if not policy.can_write_episode(user):
        raise PermissionDenied
    row = get_object_or_404(Episode.objects.visible_to(user).of_patient(patient), pk=pk) if pk else None
    initial = {name: getattr(row, name) for name in EpisodeForm.base_fields} if row else {"status": "active"}
    form = EpisodeForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = form.cleaned_data

        def save() -> Episode:
            if row is None:
                return actions.open_episode(patient=patient, values=values, by=user)
            version = sent_version(request, row.version)
            return actions.change_episode(pk=row.pk, values=values, by=user, version=version)

        if form.attempt(save):
            messages.success(request, "Saved.")
            return redirect("treatments:of_patient", patient.pk)
    context = patient_context(user, patient) | {"form": form, "episode": row}
    return render(request, "treatments/episode.html", context, status=422 if form.errors else 200)


def lots(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "lots.manage")
    form = LotForm(request.POST or None)
    if form.is_valid() and form.attempt(lambda: actions.add_lot(values=form.cleaned_data, by=user)):
        messages.success(request, "Lot added.")
        return redirect("treatments:lots")
    rows = NeedleLot.objects.visible_to(user).order_by("-active", "expires_on")
    today = user.practice.local_date(timezone.now())
    context = {"nav": "practice", "tab": "lots", "lots": rows, "form": form, "today": today}
    return render(request, "treatments/lots.html", context, status=422 if form.errors else 200)


def lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One lot: correct it, take it out of use, and everyone needled with it."""
    user = permitted(request, "lots.manage")
    row = get_object_or_404(NeedleLot.objects.visible_to(user), pk=pk)
    form = LotForm(request.POST or None, initial={name: getattr(row, name) for name in LotForm.base_fields})
    if form.is_valid():
        values = form.cleaned_data | {"active": request.POST.get("active") == "yes"}
        version = sent_version(request, row.version)
        if form.attempt(lambda: actions.change_lot(pk=pk, values=values, by=user, version=version)):
            messages.success(request, "Saved.")
            return redirect("treatments:lot", pk)
    context: dict[str, Any] = {"nav": "practice", "tab": "lots", "lot": row, "form": form}
    if policy.allowed(user, "sessions.read"):
        context["sites"] = row.sites.select_related("session__patient", "structure").order_by("-session__started_at")
    return render(request, "treatments/lot.html", context, status=422 if form.errors else 200)


def _check(request: HttpRequest, pk: UUID) -> tuple[User, FollowUp]:
    user = permitted(request, "follow_ups.read")
    rows = FollowUp.objects.visible_to(user).select_related("patient__practice", "session__practitioner")
    return user, get_object_or_404(rows, pk=pk)


def _treated(check: FollowUp) -> list[tuple[str, str, str]]:
    if check.session is None:
        return []
    sites = check.session.sites.told()
    return list(dict.fromkeys((s.structure_id, s.side, sided(s.structure.name, s.side)) for s in sites))


def _hours(check: FollowUp) -> int | None:
    if check.session is None:
        return None
    return int((timezone.now() - check.session.started_at).total_seconds() // 3600)
