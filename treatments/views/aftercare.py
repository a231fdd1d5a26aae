"""Courses of care as pages."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from practice.sent_numbers import version_sent
from treatments import actions, policy
from treatments.forms import EpisodeForm
from treatments.models import Episode
from treatments.views.opening import patient_context, patient_page


def episode(request: HttpRequest, patient_pk: UUID, pk: UUID | None = None) -> HttpResponse:
    """A new course of care, or a change to one."""
    user, patient = patient_page(request, patient_pk)
    if not policy.can_write_episode(user):
        raise PermissionDenied
    row = get_object_or_404(Episode.objects.visible_to(user).of_patient(patient), pk=pk) if pk else None
    initial = {name: getattr(row, name) for name in EpisodeForm.base_fields} if row else {"status": "active"}
    form = EpisodeForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = form.cleaned_data

        def save() -> Episode:
            if row is None:
                return actions.open_episode(patient=patient, values=values, by=user)
            version = version_sent(request, row.version)
            return actions.change_episode(pk=row.pk, values=values, by=user, version=version)

        if form.attempt(save):
            messages.success(request, "Saved.")
            return redirect("treatments:of_patient", patient.pk)
    context = patient_context(user, patient) | {"form": form, "episode": row}
    return render(request, "treatments/episode.html", context, status=422 if form.errors else 200)
