"""The form behind a registration link: no sign-in, no cookie, no script. It shows what was typed in it and nothing else,
and answers everybody alike, so that nobody learns from it who is a patient here."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from patients import actions
from patients.models import Registration
from patients.own_form import OwnForm
from patients.registration_words import privacy_notice
from practice.views.by_link import page_by_link, shown


@page_by_link("registration-link", wait="practice/by_link/wait.html")
def own_registration(request: HttpRequest, token: str) -> HttpResponse:
    """The form, then thanks. Unknown, used, run out, withdrawn: one answer, the same to the byte."""
    registration = actions.find_registration(token=token, at=timezone.now())
    return filled_in(request, registration) if registration else _closed(request)


def filled_in(request: HttpRequest, registration: Registration) -> HttpResponse:
    practice = registration.practice
    form = OwnForm(
        request.POST if request.method == "POST" else None, practice=practice, initial={"sex_at_birth": "unknown"}
    )
    outcome = form.attempt(lambda: _outcome(registration, form))
    if outcome == "closed":
        return _closed(request)
    if outcome == "sent":
        return shown(request, "patients/by_link/thanks.html", practice)
    context = {"form": form, "notice": privacy_notice(practice)}
    return shown(request, "patients/by_link/form.html", practice, context, status=422 if form.errors else 200)


def _outcome(registration: Registration, form: OwnForm) -> str:
    given = {"person": form.values(), "identifiers": form.identifiers(), "gp": form.cleaned_data["gp"]}
    return "sent" if actions.send_in(registration=registration, **given, at=timezone.now()) else "closed"


def _closed(request: HttpRequest) -> HttpResponse:
    return shown(request, "patients/by_link/closed.html")
