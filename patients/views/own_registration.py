"""The form that a new person fills in: behind a link, or on the desk's tablet. It shows what was typed in it and nothing
else, and answers everybody alike, so that nobody learns from it who is a patient here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions
from patients.models import Registration
from patients.own_form import OwnForm
from patients.registration_words import privacy_notice
from practice.handing_over import close_page, hand_over, handed_over
from practice.views.by_link import page_by_link, shown
from practice.views.guarding import permitted


@page_by_link("registration-link", wait="practice/by_link/wait.html")
def own_registration(request: HttpRequest, token: str) -> HttpResponse:
    """The form, then thanks. No sign-in, no cookie, no script. Unknown, used, run out, withdrawn: one answer, the same
    to the byte."""
    registration = actions.find_registration(token=token, at=timezone.now())
    if registration is None:
        return _closed(request)
    form = OwnForm(_typed(request), practice=registration.practice)
    outcome = form.attempt(lambda: _sent(registration, form))
    if outcome is None:
        return _form(request, registration, form)
    return shown(request, "patients/by_link/thanks.html", registration.practice) if outcome else _closed(request)


@require_POST
def hand_over_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The tablet goes to the new person: from here on it shows their form and nothing else."""
    user = permitted(request, "registrations.write")
    row = get_object_or_404(Registration.objects.visible_to(user), pk=pk)
    if not row.is_invited:
        messages.error(request, str(actions.LinkOver()))
        return redirect("patients:registration", pk)
    path = reverse("patients:fill-in", args=[pk])
    hand_over(request, path=path, back=reverse("patients:registrations"))
    return redirect(path)


def fill_in_here(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form in the new person's own hands, on a tablet that shows nothing else; no link is made for it."""
    state = handed_over(request)
    if state is None or state.path != request.path:
        raise Http404
    user = permitted(request, "registrations.write")
    row = get_object_or_404(Registration.objects.visible_to(user).select_related("practice"), pk=pk)
    form = OwnForm(_typed(request), practice=row.practice, at_the_desk=True)
    if row.is_invited and form.attempt(lambda: _sent(row, form)) is None:
        return _form(request, row, form, at_the_desk=True)
    close_page(request)
    return redirect("give-back")


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _sent(registration: Registration, form: OwnForm) -> bool:
    given = {"person": form.values(), "identifiers": form.identifiers(), "gp": form.cleaned_data["gp"]}
    return actions.send_in(registration=registration, **given, at=timezone.now())


def _form(
    request: HttpRequest, registration: Registration, form: OwnForm, *, at_the_desk: bool = False
) -> HttpResponse:
    practice = registration.practice
    context = {"form": form, "notice": privacy_notice(practice), "at_the_desk": at_the_desk}
    return shown(request, "patients/by_link/form.html", practice, context, status=422 if form.errors else 200,
                 referrer="same-origin" if at_the_desk else "no-referrer")  # fmt: skip


def _closed(request: HttpRequest) -> HttpResponse:
    return shown(request, "patients/by_link/closed.html")
