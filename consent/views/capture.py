"""Taking a consent: the text in sections, what is agreed to, and how it is given."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from consent import actions, forms, policy, state
from consent.languages import direction, name_of
from consent.models import ConsentText
from consent.views.about_patient import page_context, patient_at
from patients.models import Patient
from practice.models import User

TEXT_CHANGED = (
    "The text was changed while this page was open. Here is the new version: read it, and sign again. "
    "Answers and notes are still here; the signature under the old words is not kept."
)


def capture(request: HttpRequest, patient_pk: UUID) -> HttpResponse:
    """Nothing is preselected, nothing typed is lost; what is signed is the version that was on the screen."""
    user, patient = patient_at(request, patient_pk)
    if not policy.can_capture(user, patient):
        raise PermissionDenied
    offered = state.texts_in_use(patient.practice)
    text = _chosen(request, offered)
    if text is None:
        return render(request, "consent/no_text.html", page_context(user, patient), status=404)
    problems: dict[str, str] = {}
    post = request.POST.copy()
    if request.method == "POST":
        if post.get("text", str(text.pk)) != str(text.pk):
            problems["text"] = TEXT_CHANGED
            post.pop("signature", None)
        else:
            problems = _recorded(request, patient, text, user)
        if not problems:
            return redirect("consent:of_patient", patient.pk)
    context = page_context(user, patient) | _context(text, offered, post, problems, patient, user)
    return render(request, "consent/capture.html", context, status=422 if problems else 200)


def _chosen(request: HttpRequest, offered: dict[str, ConsentText]) -> ConsentText | None:
    """The text in the language that was asked for, else in the practice's own."""
    wanted = request.POST.get("language") or request.GET.get("language", "")
    return offered.get(wanted) or next(iter(offered.values()), None)


def _recorded(request: HttpRequest, patient: Patient, text: ConsentText, user: User) -> dict[str, str]:
    """The problems; none when the consent is recorded."""
    values, problems = forms.consent_values(request.POST, text)
    if problems:
        return problems
    scans = [file.read() for file in request.FILES.getlist("scan")] if values["method"] == "paper_scan" else []
    try:
        consent = actions.record_consent(
            patient=patient, text=text, values=values, by=user, at=timezone.now(), scans=scans
        )
    except ValidationError as error:
        return {field: " ".join(words) for field, words in error.message_dict.items()}
    messages.success(request, "Consent recorded.")
    for care in state.cares_of(consent):
        messages.warning(request, care.message)
    return {}


def _context(
    text: ConsentText,
    offered: dict[str, ConsentText],
    post: QueryDict,
    problems: dict[str, str],
    patient: Patient,
    user: User,
) -> dict[str, Any]:
    today = patient.practice.local_date(timezone.now())
    items = [
        item | {"given": post.get(f"scope_{item['key']}", ""), "error": problems.get(f"decisions.{item['key']}")}
        for item in text.scope_items
    ]
    discussed = set(post.getlist("risk"))
    return {
        "text": text,
        "languages": [(code, name_of(code), code == text.language) for code in offered],
        "direction": direction(text.language),
        "items": items,
        "risks": [risk | {"ticked": risk["key"] in discussed} for risk in text.risks],
        "problems": problems,
        "beside": {field.replace(".", "_"): problem for field, problem in problems.items()},
        "signature_problem": next((v for k, v in problems.items() if k.startswith("signature")), ""),
        "can_explain": policy.can_explain_risks(user),
        "post": post,
        "cares": state.cares_before(patient, on=today),
    }
