"""Consent and screening pages. They fetch, call and answer; rules live in the actions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from consent import actions, forms, policy, screening_form, signature, state
from consent.models import Area, Consent, ConsentText, Screening
from patients.banner import banner_context
from patients.models import Patient
from patients.policy import can_see_who_looked
from practice.access import note_access
from practice.errors import Refused
from practice.models import User
from practice.views.guarding import permitted


def of_patient(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """What is in force and why not, consents and screenings, newest first."""
    user, patient = _patient(request, patient_pk)
    note_access(request, patient_id=patient.pk, kind="consents", record_id=patient.pk)
    now = timezone.now()
    covered = state.coverage_now(patient, at=now)
    consents = Consent.objects.visible_to(user).of_patient(patient).select_related("text", "obtained_by")
    screenings = Screening.objects.visible_to(user).of_patient(patient).select_related("reviewed_by")
    context = {
        "coverage": [(forms.scope_label(scope), c) for scope, c in covered.items()],
        "consents": consents.prefetch_related("withdrawals").defer("signature")[:50],
        "screenings": screenings[:50] if policy.can_see_screenings(user) else [],
        "can_capture": policy.can_capture(user, patient),
        "can_screen": policy.can_screen(user, patient),
        "can_read_answers": policy.can_read_answers(user),
        "labels": screening_form.rows(),
    }
    return render(request, "consent/of_patient.html", _context(user, patient) | context)


def banner(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The tags for the patient's header: consent and screening."""
    _, patient = _patient(request, patient_pk)
    now = timezone.now()
    covered = state.coverage_now(patient, at=now)["general"]
    screening = state.screening_for(patient, started_at=now)
    fresh = state.screened_today(screening, practice=patient.practice, at=now)
    return render(request, "consent/_banner.html", {"covered": covered, "screening": screening, "fresh": fresh})


def capture(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The text in sections, what is agreed to, and the signature. Nothing is preselected, nothing typed is lost."""
    user, patient = _patient(request, patient_pk)
    if not policy.can_capture(user, patient):
        raise PermissionDenied
    text = ConsentText.objects.visible_to(user).published().newest_first().first()
    if text is None:
        raise Http404
    problems: dict[str, str] = {}
    if request.method == "POST":
        values, problems = forms.consent_values(request.POST, text)
        if not problems:
            try:
                actions.record_consent(patient=patient, text=text, values=values, by=user, at=timezone.now())
            except ValidationError as error:
                problems = {field: " ".join(words) for field, words in error.message_dict.items()}
            else:
                messages.success(request, "Consent recorded.")
                return redirect("consent:of_patient", patient.pk)
    context = {
        "text": text,
        "items": [item | {"given": request.POST.get(f"scope_{item['key']}", ""),
                          "error": problems.get(f"decisions.{item['key']}")} for item in text.scope_items],
        "problems": problems,
        "signature_problem": next((v for k, v in problems.items() if k.startswith("signature")), ""),
        "can_explain": policy.can_explain_risks(user),
        "post": request.POST,
        "name_problem": problems.get("given_by.name", ""),
    }  # fmt: skip
    return render(request, "consent/capture.html", _context(user, patient) | context, status=422 if problems else 200)


def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One consent as it was given, with the drawn signature."""
    user = permitted(request, "consent.read")
    rows = Consent.objects.visible_to(user).select_related("patient__practice", "text", "obtained_by")
    consent = get_object_or_404(rows, pk=pk)
    note_access(request, patient_id=consent.patient_id, kind="consent", record_id=consent.pk)
    drawn = signature.parse(consent.signature) if consent.signature else None
    decided = [(i["label"], consent.decisions.get(i["key"], "not_offered")) for i in consent.text.scope_items]
    context = {"consent": consent, "drawn": drawn, "decided": decided, "withdrawals": consent.withdrawals.all(),
               "can_withdraw": policy.can_capture(user, consent.patient),
               "given_scopes": [(i["key"], i["label"]) for i in consent.text.scope_items
                                if consent.decisions.get(i["key"]) == "given"]}  # fmt: skip
    return render(request, "consent/detail.html", _context(user, consent.patient) | context)


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "consent.capture")
    consent = get_object_or_404(Consent.objects.visible_to(user), pk=pk)
    scope, reason = request.POST.get("scope", "")[:30], request.POST.get("reason", "")
    try:
        actions.withdraw(consent_pk=pk, scope=scope, reason=reason, by=user, at=timezone.now())
        messages.success(request, "Taken back. It acts at once.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("consent:detail", consent.pk)


def screening(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """The questions; a yes opens side, area and detail. Works without scripts."""
    user, patient = _patient(request, patient_pk)
    if not policy.can_screen(user, patient):
        raise PermissionDenied
    problems: dict[str, str] = {}
    answers: dict[str, dict[str, Any]] = {}
    if request.method == "POST":
        values = forms.screening_values(request.POST)
        answers = {a["key"]: a for a in values["answers"]}
        try:
            taken = actions.record_screening(patient=patient, values=values, by=user, at=timezone.now())
        except ValidationError as error:
            problems = {field: " ".join(words) for field, words in error.message_dict.items()}
        else:
            done = "Screening recorded." if taken.complete else "Recorded, but not complete: some questions are open."
            messages.success(request, done)
            return redirect("consent:of_patient", patient.pk)
    context = {
        "questions": forms.shown_questions(answers),
        "areas": Area.objects.visible_to(user).filter(kind=Area.Kind.AREA),
        "earlier": state.screening_for(patient, started_at=timezone.now())
        if policy.can_review(user, patient)
        else None,
        "can_review": policy.can_review(user, patient),
        "problems": problems,
    }
    return render(request, "consent/screening.html", _context(user, patient) | context, status=422 if problems else 200)


@require_POST
def nothing_changed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient was asked, and nothing has changed since the last screening."""
    user = permitted(request, "screening.review")
    earlier = get_object_or_404(Screening.objects.visible_to(user).select_related("patient__practice"), pk=pk)
    actions.confirm_unchanged(earlier=earlier, by=user, at=timezone.now())
    messages.success(request, "Screening recorded: nothing has changed.")
    return redirect("consent:of_patient", earlier.patient_id)


@require_POST
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "screening.review")
    row = get_object_or_404(Screening.objects.visible_to(user), pk=pk)
    try:
        actions.review_screening(pk=pk, by=user, at=timezone.now())
        messages.success(request, "Reviewed.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("consent:of_patient", row.patient_id)


def texts(request: HttpRequest) -> HttpResponse:
    """All versions of the wording, the current one first."""
    user = permitted(request, "consent_texts.manage")
    rows = ConsentText.objects.visible_to(user).newest_first()
    return render(request, "consent/texts.html", {"nav": "practice", "tab": "texts", "texts": rows})


def text(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "consent.read")
    row = get_object_or_404(ConsentText.objects.visible_to(user), pk=pk)
    return render(request, "consent/text.html", {"nav": "practice", "tab": "texts", "text": row})


def _patient(request: HttpRequest, pk: UUID) -> tuple[User, Patient]:
    user = permitted(request, "consent.read")
    return user, get_object_or_404(Patient.objects.visible_to(user).select_related("practice"), pk=pk)


def _context(user: User, patient: Patient) -> dict[str, Any]:
    banner = banner_context(patient, at=timezone.now())
    return {"nav": "patients", "tab": "consent", "can_see_who_looked": can_see_who_looked(user, patient), **banner}
