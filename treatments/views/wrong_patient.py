"""Written for the wrong patient: choose the right one, compare the two, say how it happened. Three steps, one address."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from patients import search
from patients.models import Alert, Patient
from practice.forms import ActionForm
from practice.models import User
from practice.sent_numbers import version_sent
from treatments import actions, policy, rewriting
from treatments.models import NeedlingSession, Rewrite
from treatments.views.opening import patient_context, session_page


class WrongPatientForm(ActionForm):
    reason = forms.CharField(
        max_length=Rewrite._meta.get_field("reason").max_length,
        required=False,
        label="How it happened",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Printed on every page of the session that is struck out. Do not name the other patient.",
    )


def wrong_patient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Without `to` the search; with it both patients side by side."""
    user, row = session_page(request, pk)
    if not policy.can_rewrite(user, row):
        raise PermissionDenied
    to = request.POST.get("to") or request.GET.get("to") or ""
    return _compare(request, user, row, _patient(user, to)) if to else _search(request, user, row)


def _patient(user: User, sent: str) -> Patient:
    try:
        found = Patient.objects.visible_to(user).led(UUID(sent))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _search(request: HttpRequest, user: User, row: NeedlingSession) -> HttpResponse:
    words = request.GET.get("search", "")
    found = search.find(words, practice=user.practice, today=user.practice.local_date(timezone.now()))
    matches = [match for match in found if match.patient.pk != row.patient.whole_id]
    context = {"session": row, "search": words, "matches": matches}
    if request.headers.get("HX-Request"):
        return render(request, "treatments/_right_patients.html", context)
    return render(request, "treatments/wrong_patient.html", patient_context(user, row.patient) | context)


def _compare(request: HttpRequest, user: User, row: NeedlingSession, right: Patient) -> HttpResponse:
    form = WrongPatientForm(request.POST if request.method == "POST" else None)
    done = form.attempt(
        lambda: actions.rewrite_session(
            pk=row.pk, patient=right, reason=form.cleaned_data["reason"], by=user, at=timezone.now(),
            version=version_sent(request, row.version),
        )
    )  # fmt: skip
    if done:
        messages.success(
            request, "Struck out, and begun again for the right patient. Read what is proposed, then sign."
        )
        return redirect("treatments:session", done.written.session.pk)
    context: dict[str, Any] = {
        "session": row,
        "right": right,
        "sides": _sides(user, row.patient.whole, right),
        "form": form,
        "left_behind": rewriting.left_behind(row),
    }
    page = patient_context(user, row.patient) | context
    return render(request, "treatments/compare_patients.html", page, status=422 if form.errors else 200)


def _sides(user: User, wrong: Patient, right: Patient) -> list[tuple[str, Patient, list[Alert]]]:
    """Wrong and right, each with the dangers of the record."""
    today = user.practice.local_date(timezone.now())
    alerts = (
        Alert.objects.visible_to(user).of_patients([wrong, right]).filter(severity=Alert.Severity.DANGER).current(today)
    )
    dangers = list(alerts.select_related("patient"))
    return [(label, person, [a for a in dangers if a.patient.whole_id == person.pk])
            for label, person in (("Written for, and wrong", wrong), ("Was treated, and right", right))]  # fmt: skip
