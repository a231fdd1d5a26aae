"""The practice: its settings and its clinics."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from practice import actions
from practice.errors import Stale
from practice.forms import ClinicForm, PracticeForm
from practice.models import Clinic, Practice, User
from practice.policy import allowed
from practice.sent_numbers import version_sent
from practice.views.answering import answered
from practice.views.guarding import permitted, signed_in

CLINICS = {"nav": "practice", "tab": "clinics"}


def index(request: HttpRequest) -> HttpResponse:
    """Managers begin with the staff; everybody else reads what the practice is and who manages it."""
    user = signed_in(request)
    if allowed(user, "staff.manage"):
        return redirect("staff")
    context = {
        "nav": "practice",
        "tab": "about",
        "managers": User.objects.visible_to(user).filter(is_manager=True, is_active=True),
        "clinics": Clinic.objects.visible_to(user).filter(is_active=True),
    }
    return render(request, "practice/about.html", context)


def settings(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "practice.manage")
    practice = Practice.objects.visible_to(user).get()
    form = PracticeForm.of(practice, request.POST or None)
    done = form.attempt(
        lambda: actions.change_practice(pk=practice.pk, values=form.changes, by=user, version=form.version_seen)
    )
    if done:
        messages.success(request, "Settings saved.")
        return redirect("settings")
    return answered(request, "practice/settings.html", form, {"nav": "practice", "tab": "settings"})


def clinics(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "clinics.manage")
    form = ClinicForm(request.POST or None)
    if form.attempt(lambda: actions.add_clinic(values=form.changes, by=user)):
        messages.success(request, "Clinic added.")
        return redirect("clinics")
    rows = Clinic.objects.visible_to(user).order_by("-is_active", "name", "pk")
    return answered(request, "practice/clinics.html", form, CLINICS | {"clinics": rows})


def clinic(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "clinics.manage")
    row = get_object_or_404(Clinic.objects.visible_to(user), pk=pk)
    form = ClinicForm.of(row, request.POST or None)
    done = form.attempt(lambda: actions.change_clinic(pk=pk, values=form.changes, by=user, version=form.version_seen))
    if done:
        messages.success(request, f"{done.name}: saved.")
        return redirect("clinics")
    return answered(request, "practice/form.html", form, CLINICS | {"title": row.name, "verb": "Save clinic"})


@require_POST
def turn_clinic(request: HttpRequest, pk: UUID, on: bool) -> HttpResponse:
    """Close a clinic, or open it again."""
    user = permitted(request, "clinics.manage")
    row = get_object_or_404(Clinic.objects.visible_to(user), pk=pk)
    version = version_sent(request, row.version)
    try:
        (actions.restore_clinic if on else actions.archive_clinic)(pk=pk, by=user, version=version)
        messages.success(request, f"{row.name} is {'open again' if on else 'closed. Its records stay'}.")
    except Stale as refusal:
        messages.error(request, str(refusal))
    return redirect("clinics")
