"""Needle lots as pages: scanned or typed, corrected, taken out of use, and everyone needled with one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from practice.access import note_access
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted
from treatments import actions, boxes, policy
from treatments.forms import LotForm
from treatments.models import NeedleLot


def lots(request: HttpRequest) -> HttpResponse:
    """The boxes, and a new one: its code scanned into the field fills the form, or opens the box that is here already."""
    user = permitted(request, "lots.manage")
    code = request.GET.get("code", "")
    today = user.practice.local_date(timezone.now())
    scanned = boxes.scanned(code, by=user, today=today) if code.strip() else None
    if scanned and len(scanned.here) == 1:
        return redirect("treatments:lot", scanned.here[0].pk)
    form = LotForm(request.POST or None, initial=scanned.proposed if scanned else None)
    if form.is_valid() and form.attempt(lambda: actions.add_lot(values=form.cleaned_data, by=user)):
        messages.success(request, "Lot added.")
        return redirect("treatments:lots")
    rows = (
        scanned.here
        if scanned and scanned.here
        else NeedleLot.objects.visible_to(user).order_by("-active", "expires_on")
    )
    context = {
        "nav": "practice",
        "tab": "lots",
        "lots": rows,
        "form": form,
        "today": today,
        "code": code,
        "scanned": scanned,
    }
    return render(request, "treatments/lots.html", context, status=422 if form.errors else 200)


def lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One lot: correct it, take it out of use, and everyone needled with it."""
    user = permitted(request, "lots.manage")
    row = get_object_or_404(NeedleLot.objects.visible_to(user), pk=pk)
    form = LotForm(request.POST or None, initial={name: getattr(row, name) for name in LotForm.base_fields})
    if form.is_valid():
        values = form.cleaned_data | {"active": request.POST.get("active") == "yes"}
        version = version_sent(request, row.version)
        if form.attempt(lambda: actions.change_lot(pk=pk, values=values, by=user, version=version)):
            messages.success(request, "Saved.")
            return redirect("treatments:lot", pk)
    context: dict[str, Any] = {"nav": "practice", "tab": "lots", "lot": row, "form": form}
    context["today"] = user.practice.local_date(timezone.now())
    if policy.allowed(user, "sessions.read"):
        context["needled"] = boxes.needled_with(row)
    return render(request, "treatments/lot.html", context, status=422 if form.errors else 200)


def print_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everyone needled with the lot, with how to reach them: to print when a box is recalled. Each is in the access log."""
    user: User = permitted(request, "sessions.read")
    row = get_object_or_404(NeedleLot.objects.visible_to(user), pk=pk)
    needled = boxes.needled_with(row)
    for person in needled:
        note_access(request, patient_id=person.patient.pk, kind="lot_list", record_id=row.pk, act="printed")
    context = {"nav": "practice", "tab": "lots", "lot": row, "needled": needled, "now": timezone.now()}
    return render(request, "treatments/lot_list.html", context)
