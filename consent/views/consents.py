"""Consents as pages: what is in force, taking one, reading one, taking it back. Rules live in the actions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from consent import actions, forms, policy, scope_history, screening_form, signature, state
from consent.models import Consent, ConsentScan, Screening, Withdrawal
from consent.scan_serving import scan_response
from consent.views.about_patient import page_context, patient_at
from patients.models import Patient
from practice.access import note_access
from practice.errors import Refused
from practice.models import User
from practice.views.guarding import permitted

LISTED = 50
BANNER_SCOPES = ("thorax_neck", "abdomen", "pelvic_floor", "electrical", "retained_needle")


def of_patient(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """What is in force and why not, consents and screenings, newest first."""
    user, patient = patient_at(request, patient_pk)
    note_access(request, patient_id=patient.pk, kind="consents", record_id=patient.pk)
    consents = _consents(user, patient)
    withdrawals = [w for consent in consents for w in consent.withdrawals.all()]
    covered = _coverage(patient, consents, withdrawals)
    history = scope_history.told(consents, withdrawals)
    screenings = Screening.objects.visible_to(user).of_patient(patient).select_related("reviewed_by")
    context = {
        "coverage": [(forms.scope_label(s), c, history[s]) for s, c in covered.items() if c.why != "none"],
        "not_asked": [forms.scope_label(s) for s, c in covered.items() if c.why == "none"],
        "anything_in_force": any(c.in_force for c in covered.values()),
        "consents": consents[:LISTED],
        "screenings": screenings[:LISTED] if policy.can_see_screenings(user) else [],
        "can_capture": policy.can_capture(user, patient),
        "can_screen": policy.can_screen(user, patient),
        "can_read_answers": policy.can_read_answers(user),
        "labels": screening_form.rows(),
    }
    return render(request, "consent/of_patient.html", page_context(user, patient) | context)


def _consents(user: User, patient: Patient) -> list[Consent]:
    rows = Consent.objects.visible_to(user).of_patient(patient).select_related("text", "obtained_by")
    return list(rows.prefetch_related("withdrawals__created_by", "scans").defer(*state.HEAVY))


def _coverage(patient: Patient, consents: Sequence[Consent], withdrawals: Sequence[Withdrawal]) -> dict[str, Any]:
    stands = state.standing_of(consents, withdrawals, practice_pk=patient.practice_id)
    return state.coverage_of(patient, stands, at=timezone.now())


def banner(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The tags for the patient's header: consent, what is not covered by it, and screening."""
    _, patient = patient_at(request, patient_pk)
    now = timezone.now()
    covered = state.coverage_now(patient, at=now)
    screening = state.screening_for(patient, started_at=now)
    context = {
        "covered": covered["general"],
        "taken_back": [forms.scope_label(s) for s in BANNER_SCOPES if covered[s].why == "withdrawn"],
        "refused": [forms.scope_label(s) for s in BANNER_SCOPES if covered[s].why == "refused"],
        "screening": screening,
        "fresh": state.screened_today(screening, practice=patient.practice, at=now),
    }
    return render(request, "consent/_banner.html", context)


def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One consent as it was given, with the drawn signature."""
    user = permitted(request, "consent.read")
    rows = Consent.objects.visible_to(user).select_related("patient__practice", "text", "obtained_by")
    consent = get_object_or_404(rows.prefetch_related("withdrawals__created_by", "scans"), pk=pk)
    note_access(request, patient_id=consent.patient_id, kind="consent", record_id=consent.pk)
    can_capture = policy.can_capture(user, consent.patient)
    risks = {risk["key"]: risk["label"] for risk in consent.text.risks}
    context = {
        "consent": consent,
        "drawn": signature.parse(consent.signature) if consent.signature else None,
        "decided": _decided(consent),
        "discussed": [risks.get(key, key) for key in consent.risks_discussed],
        "all_discussed": bool(risks) and set(risks) == set(consent.risks_discussed),
        "cares": state.cares_of(consent),
        "withdrawals": [(forms.scope_label(w.scope), w) for w in consent.withdrawals.all()],
        "can_withdraw": can_capture,
        "can_add_scan": can_capture and consent.method == Consent.Method.PAPER_SCAN,
        "given_scopes": _left_to_take_back(consent),
    }
    return render(request, "consent/detail.html", page_context(user, consent.patient) | context)


def _decided(consent: Consent) -> list[tuple[str, str, datetime | None]]:
    """Each item as the text words it, what was said, and when it was taken back."""
    taken = {withdrawal.scope: withdrawal.withdrawn_at for withdrawal in reversed(consent.withdrawals.all())}
    rows = []
    for item in consent.text.scope_items:
        said = consent.decisions.get(item["key"], "not_offered")
        rows.append((item["label"], said, _first(taken, item["key"]) if said == "given" else None))
    return rows


def _first(taken: dict[str, datetime], scope: str) -> datetime | None:
    moments = [taken[name] for name in (scope, "all") if name in taken]
    return min(moments, default=None)


def _left_to_take_back(consent: Consent) -> list[tuple[str, str]]:
    gone = {withdrawal.scope for withdrawal in consent.withdrawals.all()}
    given = [(scope, forms.scope_label(scope)) for scope, said in consent.decisions.items() if said == "given"]
    return [] if "all" in gone else [(scope, label) for scope, label in given if scope not in gone]


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One consent is taken back, whole or for a scope."""
    user = permitted(request, "consent.capture")
    consent = get_object_or_404(Consent.objects.visible_to(user), pk=pk)
    scope, reason = request.POST.get("scope", "")[:30], request.POST.get("reason", "")
    try:
        actions.withdraw(consent_pk=pk, scope=scope, reason=reason, by=user, at=timezone.now())
        messages.success(request, "Taken back. It acts at once.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("consent:detail", consent.pk)


@require_POST
def withdraw_everywhere(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The patient does not want a scope any more, whichever consents gave it."""
    user, patient = patient_at(request, patient_pk)
    if not policy.can_capture(user, patient):
        raise PermissionDenied
    scope, reason = request.POST.get("scope", "")[:30], request.POST.get("reason", "")
    try:
        actions.withdraw_everywhere(patient=patient, scope=scope, reason=reason, by=user, at=timezone.now())
        messages.success(request, "Taken back. It acts at once, also on open drafts.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("consent:of_patient", patient.pk)


@require_POST
def add_scan(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "consent.capture")
    consent = get_object_or_404(Consent.objects.visible_to(user), pk=pk)
    chosen = request.FILES.getlist("scan")
    try:
        for file in chosen:
            actions.add_scan(consent_pk=consent.pk, content=file.read(), by=user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = "Scan added." if chosen else "Choose the scan first: a PDF, JPEG or PNG of at most 10 MB."
        (messages.success if chosen else messages.error)(request, said)
    return redirect("consent:detail", consent.pk)


def scan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The scanned paper. Opening it is in the access log."""
    user = permitted(request, "consent.read")
    row = get_object_or_404(ConsentScan.objects.visible_to(user), pk=pk)
    try:
        content = actions.content_of(row)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("consent:detail", row.consent_id)
    note_access(request, patient_id=row.patient_id, kind="consent_scan", record_id=row.pk)
    return scan_response(row, content)
