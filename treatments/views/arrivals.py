"""Arrivals as pages: marked in two taps, seen on Today, begun in one; moved and withdrawn on a page of their own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients.models import Patient
from practice.access import note_access
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted
from treatments import actions, policy, waiting
from treatments.arrival_forms import ForWhomForm, WithdrawForm
from treatments.models import Arrival, NeedlingSession
from treatments.views.opening import patient_context, patient_page


def arrive(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Is it the right person, and for whom do they come? One button for each practitioner."""
    user, patient = patient_page(request, patient_pk)
    if not policy.can_mark_arrivals(user):
        raise PermissionDenied
    people = practitioners(user)
    form = ForWhomForm(request.POST if request.method == "POST" else None, practitioners=people)
    done = form.attempt(
        lambda: actions.mark_arrived(
            patient=patient, practitioner_pk=form.cleaned_data["practitioner"], by=user, at=timezone.now()
        )
    )
    if done:
        arrival, new = done
        told = "is marked as arrived" if new else "was marked already"
        messages.success(request, f"{patient.full_name} {told} for {arrival.practitioner.full_name}.")
        return redirect("today")
    if request.method != "POST":
        note_access(request, patient_id=patient.pk, kind="arrival", record_id=patient.pk)
    context = patient_context(user, patient) | {"nav": "today", "form": form} | _for_whom(user, patient, people)
    return render(request, "treatments/arrive.html", context, status=422 if form.errors else 200)


def _for_whom(user: User, patient: Patient, people: list[User]) -> dict[str, Any]:
    """Who treated the patient last stands first; everybody with how many wait for them."""
    here = waiting.waiting_for(user, at=timezone.now())
    sessions = NeedlingSession.objects.visible_to(user).of_patient(patient).shown().order_by("-started_at")
    last = sessions.values_list("practitioner_id", flat=True).first()
    counts = {person.pk: sum(row.arrival.practitioner_id == person.pk for row in here) for person in people}
    ordered = sorted(people, key=lambda person: person.pk != last)
    return {
        "people": [(person, counts[person.pk], person.pk == last) for person in ordered],
        "already": next((row for row in here if row.patient.pk == patient.pk), None),
        "active": patient.status == Patient.Status.ACTIVE,
    }


def arrivals(request: HttpRequest) -> HttpResponse:
    """Everybody who came today, and how it ended."""
    user = permitted(request, "arrivals.read")
    now = timezone.now()
    rows = waiting.of_today(user, at=now)
    here = [row for row in rows if row.arrival.is_waiting]
    over = [row for row in rows if not row.arrival.is_waiting]
    context = {"nav": "today", "rows": here, "over": over, "today": user.practice.local_date(now)} | may(user)
    return render(request, "treatments/arrivals.html", context)


def arrival(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move the patient to a colleague, or say that the wait is over without a treatment."""
    user, row = _arrival(request, pk)
    return _page(request, user, row)


@require_POST
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = _arrival(request, pk)
    form = ForWhomForm(request.POST, practitioners=practitioners(user))
    moved = form.attempt(
        lambda: actions.move_arrival(
            pk=pk, practitioner_pk=form.cleaned_data["practitioner"], by=user, version=version_sent(request, row.version)
        )
    )  # fmt: skip
    if moved:
        messages.success(request, f"{row.patient.whole.full_name} waits for {moved.practitioner.full_name} now.")
        return redirect("today")
    return _page(request, user, row, move_form=form)


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = _arrival(request, pk)
    form = WithdrawForm(request.POST)
    if form.attempt(
        lambda: actions.withdraw_arrival(
            pk=pk, **form.cleaned_data, by=user, at=timezone.now(), version=version_sent(request, row.version)
        )
    ):
        messages.success(request, f"{row.patient.whole.full_name} is not waiting any more.")
        return redirect("today")
    return _page(request, user, row, withdraw_form=form)


@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One tap: the draft is begun and open. Who was too late, or too early, is told on Today."""
    user = permitted(request, "arrivals.read")
    row = get_object_or_404(Arrival.objects.visible_to(user), pk=pk)
    if not policy.can_take_arrival(user, row):
        raise PermissionDenied
    try:
        written = actions.take_arrival(pk=pk, by=user, at=timezone.now(), version=version_sent(request, row.version))
    except Refused as refusal:
        messages.error(request, str(refusal))
    except Stale:
        messages.error(request, "Somebody has changed this arrival since. Look at the list again.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        return redirect("treatments:editor", written.session.pk)
    return redirect("today")


def _arrival(request: HttpRequest, pk: UUID) -> tuple[User, Arrival]:
    """An arrival, for somebody who may change it; 403 before any form is read."""
    user = permitted(request, "arrivals.read")
    row = get_object_or_404(Arrival.objects.visible_to(user).told(), pk=pk)
    if not policy.can_change_arrival(user, row):
        raise PermissionDenied
    return user, row


def _page(request: HttpRequest, user: User, row: Arrival, **forms: Any) -> HttpResponse:
    first = {"practitioner": str(row.practitioner_id)}
    context = {
        "nav": "today",
        "here": waiting.told([row], user=user, at=timezone.now())[0],
        "move_form": ForWhomForm(initial=first, practitioners=practitioners(user)),
        "withdraw_form": WithdrawForm(),
    }
    bad = any(form.errors for form in forms.values())
    page = patient_context(user, row.patient) | context | forms
    return render(request, "treatments/arrival.html", page, status=422 if bad else 200)


def practitioners(user: User) -> list[User]:
    return list(User.objects.visible_to(user).practitioners().filter(is_active=True).order_by("full_name", "pk"))


def may(user: User) -> dict[str, bool]:
    """What the rows of a list offer to this person."""
    return {"may_mark": policy.can_mark_arrivals(user), "may_take": policy.may_take_arrivals(user)}
