"""How long a record is kept; legal holds; and a destruction, proposed by one person and confirmed by another."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions, destroying, expired, policy
from patients.contact_picker import as_id
from patients.leaving_forms import ConfirmForm, DestroyForm, HoldForm, LiftForm
from patients.models import DestroyedRecord, Destruction, LegalHold, Patient
from patients.views.details import details_page
from patients.views.opening import patient_of
from practice.access import note_access
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import signed_in

LISTED = 200
AT_ONCE = 50


@require_POST
def set_hold(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, patient = patient_of(request, pk)
    if not policy.can_hold(user, patient):
        raise PermissionDenied
    form = HoldForm(request.POST)
    if form.is_valid() and form.attempt(
        lambda: actions.set_hold(patient=patient, reason=form.cleaned_data["reason"], by=user)
    ):
        messages.success(request, "The hold stands. Nothing of this record is destroyed until it is lifted.")
        return redirect("patients:details", pk)
    return details_page(request, user, patient, hold_form=form)


@require_POST
def lift_hold(request: HttpRequest, pk: UUID, hold: UUID) -> HttpResponse:
    user, patient = patient_of(request, pk)
    if not policy.can_hold(user, patient):
        raise PermissionDenied
    row = get_object_or_404(LegalHold.objects.visible_to(user).of_patient(patient), pk=hold)
    form, version = LiftForm(request.POST), version_sent(request, row.version)
    if form.is_valid() and form.attempt(
        lambda: actions.lift_hold(
            pk=row.pk, reason=form.cleaned_data["reason"], by=user, at=timezone.now(), version=version
        )
    ):
        messages.success(request, "Lifted. The record is kept by its rule again.")
        return redirect("patients:details", pk)
    return details_page(request, user, patient, lift_form=form)


@require_POST
@reauthentication_required
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first of two people."""
    user, patient = patient_of(request, pk)
    if not policy.can_propose_destruction(user, patient):
        raise PermissionDenied
    form = DestroyForm(request.POST)
    if form.is_valid() and form.attempt(
        lambda: actions.propose_destruction(
            patient=patient, reason=form.cleaned_data["reason"], by=user, at=timezone.now()
        )
    ):
        messages.success(request, "Proposed. Somebody else has to confirm it under Practice, Keeping.")
        return redirect("patients:details", pk)
    return details_page(request, user, patient, destroy_form=form)


def keeping(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, holds that stand, and the register of what was destroyed."""
    user = signed_in(request)
    if not policy.can_read_register(user):
        raise PermissionDenied
    proposals = Destruction.objects.visible_to(user).filter(state=Destruction.State.PROPOSED)
    holds = LegalHold.objects.visible_to(user).filter(lifted_at=None)
    register = DestroyedRecord.objects.visible_to(user).select_related("created_by", "proposed_by")
    context = {
        "nav": "practice", "tab": "keeping", "proposals": proposals.select_related("proposed_by"),
        "holds": holds.select_related("patient", "created_by")[:LISTED], "register": register[:LISTED],
        "may_confirm": policy.may_confirm(user),
    }  # fmt: skip
    return render(request, "patients/keeping.html", context)


def over(request: HttpRequest) -> HttpResponse:
    """Records whose time is over, in the order of registration, a page at a time."""
    user = signed_in(request)
    if not policy.can_read_register(user):
        raise PermissionDenied
    today = user.practice.local_date(timezone.now())
    rows = expired.expired(Patient.objects.visible_to(user), practice=user.practice, today=today).order_by("pk")
    if after := as_id(request.GET.get("after")):
        rows = rows.filter(pk__gt=after)
    found = list(rows[: AT_ONCE + 1])
    context = {
        "nav": "practice", "tab": "keeping", "today": today, "after": after,
        "rows": expired.told(found[:AT_ONCE], practice=user.practice),
        "next": found[AT_ONCE - 1].pk if len(found) > AT_ONCE else "",
        "may_propose": policy.may_propose_destruction(user), "may_confirm": policy.may_confirm(user),
    }  # fmt: skip
    return render(request, "patients/over.html", context)


@reauthentication_required(allow_get=True)
def destruction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would go, and the second person's yes. It cannot be undone."""
    user, row, patient = _proposed(request, pk)
    form = ConfirmForm(request.POST or None, number=row.record_number)
    version = version_sent(request, row.version)
    if form.is_valid() and form.attempt(
        lambda: actions.confirm_destruction(pk=row.pk, by=user, at=timezone.now(), version=version)
    ):
        messages.success(request, f"Destroyed. The register keeps No. {row.record_number:06d}.")
        return redirect("patients:keeping")
    note_access(request, patient_id=patient.pk, kind="patient", record_id=patient.pk)
    rows = destroying.everything_of(patient)
    counts = {str(model._meta.verbose_name_plural): len(keys) for model, keys in rows.items()}
    context: dict[str, Any] = {
        "nav": "practice", "tab": "keeping", "destruction": row, "patient": patient, "form": form,
        "kept": destroying.keeping_of(patient), "counts": sorted(counts.items()),
        "is_mine": row.proposed_by_id == user.pk,
    }  # fmt: skip
    return render(request, "patients/destruction.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row, _ = _proposed(request, pk)
    try:
        version = version_sent(request, row.version)
        actions.withdraw_destruction(pk=row.pk, by=user, at=timezone.now(), version=version)
        messages.success(request, "Taken back. The record stays.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:keeping")


def _proposed(request: HttpRequest, pk: UUID) -> tuple[User, Destruction, Patient]:
    user = signed_in(request)
    if not policy.may_confirm(user):
        raise PermissionDenied
    waiting = Destruction.objects.visible_to(user).filter(state=Destruction.State.PROPOSED)
    row = get_object_or_404(waiting.select_related("proposed_by"), pk=pk)
    rows = Patient.objects.visible_to(user).select_related("practice")
    return user, row, get_object_or_404(rows, pk=row.patient_id)
