"""The practice's settings, clinics and tokens."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from practice import actions
from practice.forms import ClinicForm, PracticeForm, TokenForm
from practice.models import Clinic, Practice, Token, User
from practice.policy import allowed
from practice.views.guarding import permitted, signed_in


def index(request: HttpRequest) -> HttpResponse:
    """The practice's pages; who manages nothing sees their own tokens."""
    user = signed_in(request)
    return redirect("staff" if allowed(user, "staff.manage") else "tokens")


def settings(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "practice.manage")
    practice = Practice.objects.visible_to(user).get()
    fields = PracticeForm().fields
    form = PracticeForm(request.POST or None, initial={name: getattr(practice, name) for name in fields})
    if form.is_valid():
        sent = request.POST.get("version", "")
        version = int(sent) if sent.isdigit() else practice.version
        if form.attempt(lambda: actions.change_practice(values=form.cleaned_data, by=user, version=version)):
            messages.success(request, "Saved.")
            return redirect("settings")
    context = {"nav": "practice", "tab": "settings", "form": form, "version": practice.version,
               "title": "Settings", "verb": "Save settings"}  # fmt: skip
    return render(request, "practice/form.html", context, status=422 if form.errors else 200)


def clinics(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "clinics.manage")
    form = ClinicForm(request.POST or None, initial={"is_active": True})
    if form.is_valid() and form.attempt(lambda: actions.add_clinic(values=form.cleaned_data, by=user)):
        messages.success(request, "Clinic added.")
        return redirect("clinics")
    rows = Clinic.objects.visible_to(user)
    context = {"nav": "practice", "tab": "clinics", "clinics": rows, "form": form}
    return render(request, "practice/clinics.html", context, status=422 if form.errors else 200)


def clinic(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "clinics.manage")
    row = get_object_or_404(Clinic.objects.visible_to(user), pk=pk)
    form = ClinicForm(request.POST or None, initial={name: getattr(row, name) for name in ClinicForm.base_fields})
    if form.is_valid():
        sent = request.POST.get("version", "")
        version = int(sent) if sent.isdigit() else row.version
        if form.attempt(lambda: actions.change_clinic(pk=pk, values=form.cleaned_data, by=user, version=version)):
            messages.success(request, "Saved.")
            return redirect("clinics")
    context = {
        "nav": "practice",
        "tab": "clinics",
        "form": form,
        "title": row.name,
        "verb": "Save",
        "version": row.version,
    }
    return render(request, "practice/form.html", context, status=422 if form.errors else 200)


def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a manager sees everybody's. A new token is shown once, on this page."""
    user = signed_in(request)
    everybody = allowed(user, "tokens.manage")
    people = User.objects.visible_to(user).filter(is_active=True)
    form = TokenForm(request.POST or None, initial={"user": user, "days": 90})
    form.fields["user"].queryset = people if everybody else people.filter(pk=user.pk)  # type: ignore[attr-defined]
    secret = None
    if form.is_valid():
        values = form.cleaned_data
        issued = form.attempt(
            lambda: actions.issue_token(
                person=values["user"], name=values["name"], days=values["days"], by=user, at=timezone.now()
            )
        )
        secret = issued[1] if issued else None
    rows = Token.objects.visible_to(user).select_related("user")
    context = {"nav": "practice", "tab": "tokens", "form": form, "secret": secret, "now": timezone.now(),
               "tokens": rows if everybody else rows.filter(user=user)}  # fmt: skip
    return render(request, "practice/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    token = get_object_or_404(Token.objects.visible_to(user), pk=pk)
    actions.revoke_token(pk=token.pk, by=user, at=timezone.now())
    messages.success(request, "The token no longer works.")
    return redirect("tokens")
