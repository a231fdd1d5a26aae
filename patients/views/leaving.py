"""A patient is archived or has died, and the way back; from the details page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions
from patients.leaving_forms import ArchiveForm, DeathForm, TakeBackForm
from patients.views.details import details_page
from patients.views.opening import changeable
from practice.errors import Refused, Stale
from practice.forms import ActionForm
from practice.sent_numbers import version_sent


@require_POST
def archive(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ArchiveForm(request.POST)
    done = "Archived. Search still finds this record."
    return _left(request, pk, "archive_form", form, done,
                 lambda **who: actions.archive_patient(reason=form.cleaned_data["reason"], **who))  # fmt: skip


@require_POST
def death(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = DeathForm(request.POST)
    done = "Recorded. Nothing is sent or asked from now on; what was waiting is taken back."
    return _left(request, pk, "death_form", form, done,
                 lambda **who: actions.record_death(values=form.cleaned_data, **who))  # fmt: skip


@require_POST
def take_death_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = TakeBackForm(request.POST)
    done = "Back in the lists. Messages and calls that were taken back stay so: plan anew what is still wanted."
    return _left(request, pk, "take_back_form", form, done,
                 lambda **who: actions.take_death_back(reason=form.cleaned_data["reason"], **who))  # fmt: skip


@require_POST
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, patient = changeable(request, pk)
    try:
        version = version_sent(request, patient.version)
        actions.restore_patient(pk=patient.pk, by=user, at=timezone.now(), version=version)
        messages.success(request, "Back in the lists.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:details", pk)


def _left(
    request: HttpRequest, pk: UUID, name: str, form: ActionForm, done: str, act: Callable[..., Any]
) -> HttpResponse:
    user, patient = changeable(request, pk)
    version = version_sent(request, patient.version)
    if form.is_valid() and form.attempt(lambda: act(pk=patient.pk, by=user, at=timezone.now(), version=version)):
        messages.success(request, done)
        return redirect("patients:details", pk)
    return details_page(request, user, patient, **{name: form})
