"""Registrations by a link, at the desk: a link goes out, what comes back waits here and is decided one by one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions, duplicates, own_words, policy
from patients.invite_forms import InviteForm, RejectForm
from patients.models import Patient, Registration
from patients.registration_form import NewPatientForm
from patients.registration_words import LINK_LASTS
from practice.access import note_access
from practice.errors import Refused, Stale
from practice.models import User
from practice.qr_code import as_svg
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted

LISTED = 50


def registrations(request: HttpRequest) -> HttpResponse:
    """What was sent in first, then the links that are out, then what was decided lately."""
    user = permitted(request, "registrations.read")
    return _list(request, user, InviteForm())


def _list(request: HttpRequest, user: User, form: InviteForm) -> HttpResponse:
    rows = Registration.objects.visible_to(user).told()
    over = rows.exclude(state__in=Registration.OPEN)
    context = {
        "nav": "patients", "form": form, "may_invite": policy.may_invite(user),
        "waiting": _named(rows.waiting()[:LISTED]),
        "out": _named(rows.filter(state=Registration.State.INVITED)[:LISTED]),
        "over": _named(over.order_by("-updated_at", "-id")[:LISTED]),
    }  # fmt: skip
    return render(request, "patients/registrations.html", context, status=422 if form.errors else 200)


def _named(rows: Any) -> list[tuple[Registration, str]]:
    return [(row, own_words.name_of(row)) for row in rows]


def waiting(request: HttpRequest) -> HttpResponse:
    """The part of Today: nothing at all while nothing was sent in."""
    user = permitted(request, "registrations.read")
    rows = Registration.objects.visible_to(user).waiting()
    found = _named(rows.told()[:6])
    context = {"rows": found, "count": rows.count() if len(found) == 6 else len(found)}
    return render(request, "patients/_registrations_waiting.html", context) if found else HttpResponse()


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """By mail: the address is read back first, and goes out when somebody has said that it is right. Or shown here."""
    user = permitted(request, "registrations.write")
    form = InviteForm(request.POST)
    shown = request.POST.get("way") == Registration.Way.SHOWN
    if form.is_valid() and not shown and form.cleaned_data["email"] and request.POST.get("right") != "yes":
        return render(request, "patients/registration_address.html", {"nav": "patients", "form": form})
    way = Registration.Way.SHOWN if shown else Registration.Way.EMAIL
    made = form.attempt(lambda: actions.invite(way=way, **form.cleaned_data, by=user, at=timezone.now()))
    if made is None:
        return _list(request, user, form)
    if shown:
        return _shown(request, user, made)
    messages.success(request, "The link is on its way. What comes back stands under To look at.")
    return redirect("patients:registrations")


@require_POST
def link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link of an open invitation, to be read off this screen."""
    user, row = _row(request, pk, "registrations.write")
    return _shown(request, user, row)


def _shown(request: HttpRequest, user: User, row: Registration) -> HttpResponse:
    now = timezone.now()
    try:
        token = actions.show_link(pk=row.pk, by=user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("patients:registration", row.pk)
    address = request.build_absolute_uri(reverse("registration:form", args=[token]))
    context = {
        "nav": "patients", "registration": row, "address": address, "until": now + LINK_LASTS,
        "code": as_svg(address, label="The link as a code for a phone's camera"),
    }  # fmt: skip
    response = render(request, "patients/registration_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One registration. While it waits it stands in the form of a new patient, beside whom it may already be."""
    user, row = _row(request, pk, "registrations.read")
    may = policy.can_decide_registration(user, row)
    if request.method == "POST" and not may:
        raise PermissionDenied
    if not (row.is_waiting and may):
        if request.method == "POST":
            return _refused(request, row, actions.registration_is_over(row))
        return _told(request, user, row)
    return _to_decide(request, user, row)


def _told(request: HttpRequest, user: User, row: Registration, **more: Any) -> HttpResponse:
    """Nothing is to be decided: what was written, as long as it is kept, and what became of it."""
    answers = getattr(row, "answers", None)
    context = {
        "nav": "patients", "registration": row, "name": own_words.name_of(row), "answers": answers,
        "mail": actions.mail_of(row),
        "facts": own_words.told(answers.said, row.practice) if answers and answers.said else [],
        "may_decide": policy.can_decide_registration(user, row),
    }  # fmt: skip
    return render(request, "patients/registration_over.html", context | more)


def _to_decide(request: HttpRequest, user: User, row: Registration, **more: Any) -> HttpResponse:
    said = row.answers.said
    initial = own_words.form_values(said, country=row.practice.country)
    posted = request.POST if request.method == "POST" and not more else None
    form = NewPatientForm(posted, user=user, initial=initial)
    candidates: list[dict[str, Any]] = []
    if form.is_valid():
        try:
            found = form.attempt(lambda: _accepted(request, row, form, user))
        except actions.RegistrationDecided as refusal:
            return _refused(request, row, refusal)
        if isinstance(found, Patient):
            messages.success(request, f"{found.full_name} is registered, No. {found.record_number:06d}.")
            return redirect("patients:chart", found.pk)
        candidates = found or []
    seems = own_words.as_patient(said, row.practice)
    context = {
        "nav": "patients", "form": form, "candidates": candidates, "hide_search": True, "registration": row,
        "said": said, "name": seems.full_name, "found": duplicates.likely(Patient.objects.visible_to(user), seems),
        "reject_form": RejectForm(),
    } | more  # fmt: skip
    bad = form.errors or candidates or more
    return render(request, "patients/registration.html", context, status=422 if bad else 200)


def _accepted(request: HttpRequest, row: Registration, form: NewPatientForm, user: User) -> Any:
    """The new patient, or the candidates who may be the same person."""
    sure = request.POST.get("confirm_not_duplicate") == "yes"
    try:
        return actions.accept_registration(
            pk=row.pk, values=form.values(), identifiers=form.identifiers(), referral=form.referral(), by=user,
            at=timezone.now(), version=version_sent(request, row.version), confirm_not_duplicate=sure,
        )  # fmt: skip
    except actions.PossibleDuplicate as gate:
        return gate.errors


def take_in(request: HttpRequest, pk: UUID, other: UUID) -> HttpResponse:
    """They are a patient already: what they wrote beside what the record says, chosen field by field."""
    user, row = _row(request, pk, "registrations.write")
    rows = Patient.objects.visible_to(user).select_related("practice", "gp", "referrer", "merged_into")
    patient = get_object_or_404(rows, pk=other).whole
    if not row.is_waiting:
        return _refused(request, row, actions.registration_is_over(row))
    said = row.answers.said
    lines = own_words.lines_beside(patient, said)
    chosen = [line.key for line in lines if request.POST.get(line.key) == "loser"]
    if request.method == "POST" and _took(request, user, row, patient, chosen):
        return redirect("patients:details", patient.pk)
    if request.method != "POST":
        note_access(request, patient_id=patient.pk, kind="patient", record_id=patient.pk)
    context = {
        "nav": "patients", "registration": row, "patient": patient, "chosen": chosen,
        "posted": request.method == "POST", "name": own_words.name_of(row), "added": own_words.added_to(patient, said),
        "contradictions": [line for line in lines if line.contradicts],
        "differing": [line for line in lines if line.differs],
        "same": [line for line in lines if not line.differs],
    }  # fmt: skip
    return render(request, "patients/registration_take_in.html", context, status=409 if request.method == "POST" else 200)  # fmt: skip


def _took(request: HttpRequest, user: User, row: Registration, patient: Patient, chosen: list[str]) -> bool:
    """Whether it was taken in; else why not is said."""
    done = _attempt(request, lambda: actions.take_into_record(
        pk=row.pk, patient_pk=patient.pk, take=chosen, by=user, at=timezone.now(),
        version=version_sent(request, row.version), patient_version=version_sent(request, patient.version, "patient_version"),
    ))  # fmt: skip
    if done:
        messages.success(request, f"Taken into No. {patient.record_number:06d}. Look it over once more.")
    return done


@require_POST
def reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = _row(request, pk, "registrations.write")
    form = RejectForm(request.POST)
    if not row.is_waiting:
        return _refused(request, row, actions.registration_is_over(row))
    if form.attempt(lambda: actions.reject_registration(
        pk=pk, **form.cleaned_data, by=user, at=timezone.now(), version=version_sent(request, row.version)
    )):  # fmt: skip
        messages.success(request, "Not taken. What they wrote is deleted when its time is over.")
        return redirect("patients:registrations")
    return _to_decide(request, user, row, reject_form=form)


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = _row(request, pk, "registrations.write")
    if _attempt(request, lambda: actions.withdraw_invitation(
        pk=pk, by=user, at=timezone.now(), version=version_sent(request, row.version)
    )):  # fmt: skip
        messages.success(request, "Withdrawn. The link opens nothing any more.")
        return redirect("patients:registrations")
    return redirect("patients:registration", pk)


def _row(request: HttpRequest, pk: UUID, permission: str) -> tuple[User, Registration]:
    user = permitted(request, permission)
    return user, get_object_or_404(Registration.objects.visible_to(user).told(), pk=pk)


def _refused(request: HttpRequest, row: Registration, refusal: Refused) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("patients:registration", row.pk)


def _attempt(request: HttpRequest, work: Callable[[], Any]) -> bool:
    """Whether it was done; else the sentence is shown."""
    try:
        work()
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
        return False
    return True
