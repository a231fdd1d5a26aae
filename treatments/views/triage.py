"""The phone card as pages: find the caller, ask, hand over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import search
from patients.models import Patient
from practice.access import note_access
from practice.forms import ActionForm
from practice.identifiers import new_id
from practice.models import User
from practice.views.guarding import permitted
from treatments import actions, needled_zones, policy, triage
from treatments.models import Triage
from treatments.triage_forms import TakeForm, TellForm, TriageForm, answered_fields
from treatments.triage_told import told
from treatments.views.opening import patient_context, patient_page


def find_caller(request: HttpRequest) -> HttpResponse:
    """Who rings? The patient, or somebody who is none."""
    user = permitted(request, "triage.write")
    words = request.GET.get("search", "")
    matches = search.find(words, practice=user.practice, today=user.practice.local_date(timezone.now()))
    context = {"nav": "today", "search": words, "matches": matches, "hide_search": True,
               "is_cut": len(matches) == search.SHOWN}  # fmt: skip
    template = "treatments/_callers.html" if request.headers.get("HX-Request") else "treatments/find_caller.html"
    return render(request, template, context)


def of_patient(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The card of a patient: zones of the last 30 days, the three questions."""
    user, patient = patient_page(request, patient_pk)
    if not policy.can_triage(user):
        raise PermissionDenied
    if request.method != "POST":
        note_access(request, patient_id=patient.pk, kind="phone_card", record_id=patient.pk)
    return _asked(request, user, patient)


def of_caller(request: HttpRequest) -> HttpResponse:
    """The card of somebody who is no patient here, or is not found."""
    return _asked(request, permitted(request, "triage.write"), None)


def _asked(request: HttpRequest, user: User, patient: Patient | None) -> HttpResponse:
    now = timezone.now()
    form = TriageForm(request.POST or None, initial=_first(request, user, patient))
    if form.is_valid():
        card = form.attempt(
            lambda: actions.record_triage(patient=patient, values=form.values(), by=user, at=now, pk=form.card_id)
        )
        if card:
            return redirect("treatments:triage_card", card.pk)
    zones = needled_zones.zones_of(patient, by=user, at=now) if patient else []
    alone = triage.enough_alone([zone.for_rule() for zone in zones])
    context = {
        "nav": "today",
        "form": form,
        "opened": now,
        "opening": triage.OPENING,
        "enough_alone": " ".join(alone),
        "zones": needled_zones.told([zone.stored() for zone in zones], now=now, zone=user.practice.zone),
        "sessions": _by_session(zones, user, now),
        "look_back_days": triage.LOOK_BACK_DAYS,
    }
    context |= patient_context(user, patient) if patient else {}
    return render(request, "treatments/triage.html", context | {"nav": "today"}, status=422 if form.errors else 200)


def _first(request: HttpRequest, user: User, patient: Patient | None) -> dict[str, Any]:
    """A new card; with `?follows=` the answers of the card that it corrects."""
    initial = {"card": new_id(), "opened_at": timezone.now().isoformat()}
    try:
        earlier = Triage.objects.visible_to(user).filter(pk=UUID(request.GET.get("follows", ""))).first()
    except ValueError:
        earlier = None
    if earlier and earlier.patient_id == (patient.pk if patient else None):
        initial |= answered_fields(earlier)
    return initial


def _by_session(zones: list[needled_zones.NeedledZone], user: User, now: Any) -> list[dict[str, Any]]:
    """What was done, session by session: the one over the lung first."""
    found: dict[Any, dict[str, Any]] = {}
    for zone in zones:
        row = found.setdefault(zone.session.pk, {
            "when": needled_zones.when(zone.session.started_at, now=now, zone=user.practice.zone),
            "who": zone.session.practitioner.full_name, "zones": [],
        })  # fmt: skip
        row["zones"].append(zone)
    return list(found.values())


def card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A stamped card: the words to read, who has it, what was done."""
    user = permitted(request, "triage.read")
    row = _card(user, pk)
    if row.patient:
        note_access(request, patient_id=row.patient.pk, kind="triage", record_id=row.pk)
    return _shown(request, user, row)


def _shown(request: HttpRequest, user: User, row: Triage, **forms: ActionForm) -> HttpResponse:
    people = User.objects.visible_to(user).practitioners().filter(is_active=True, supervisor=None)
    whom = row.follow_up.assignee_id if row.follow_up else None
    context = {
        "told": told(row),
        "card": row,
        "heading": triage.heading(row.result, number=user.practice.emergency_number),
        "number": user.practice.emergency_number,
        "zones": needled_zones.told(row.zones, now=timezone.now(), zone=user.practice.zone),
        "look_back_days": triage.LOOK_BACK_DAYS,
        "tell_form": TellForm(people=people, initial={"to": whom}),
        "take_form": TakeForm(),
        "may_write": policy.can_triage(user),
        "may_take": policy.can_take_triage(user),
    }
    context |= (patient_context(user, row.patient) if row.patient else {}) | {"nav": "today"} | forms
    bad = any(form.errors for form in forms.values())
    return render(request, "treatments/triage_card.html", context, status=422 if bad else 200)


@require_POST
def tell(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand over to a practitioner, by name."""
    user, row = _writable(request, pk)
    people = User.objects.visible_to(user).practitioners().filter(is_active=True, supervisor=None)
    form = TellForm(request.POST, people=people)
    if form.attempt(lambda: actions.tell_practitioner(pk=pk, to=form.cleaned_data["to"], by=user, at=timezone.now())):
        messages.success(request, f"{form.cleaned_data['to']} is told. The card stays open until it is taken.")
        return redirect("treatments:triage_card", row.pk)
    return _shown(request, user, row, tell_form=form)


@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A practitioner has the caller."""
    user = permitted(request, "triage.read")
    row = _card(user, pk)
    if not policy.can_take_triage(user):
        raise PermissionDenied
    form = TakeForm(request.POST)
    if form.attempt(lambda: actions.take_triage(pk=pk, note=form.cleaned_data["note"], by=user, at=timezone.now())):
        messages.success(request, "You have this call.")
        return redirect("treatments:triage_card", pk)
    return _shown(request, user, row, take_form=form)


@require_POST
def ambulance(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, row = _writable(request, pk)
    form = ActionForm(request.POST)
    by = request.POST.get("called_by", "")
    if form.attempt(lambda: actions.note_ambulance(pk=pk, called_by=by, by=user, at=timezone.now())):
        messages.success(request, "Stamped. Tell a practitioner as well.")
        return redirect("treatments:triage_card", row.pk)
    return _shown(request, user, row, called_form=form)


def _card(user: User, pk: UUID) -> Triage:
    return get_object_or_404(Triage.objects.visible_to(user).told(), pk=pk)


def _writable(request: HttpRequest, pk: UUID) -> tuple[User, Triage]:
    user = permitted(request, "triage.read")
    row = _card(user, pk)
    if not policy.can_triage(user):
        raise PermissionDenied
    return user, row
