"""Staff: invited, changed, deactivated; credentials; the page on which a person sets a password."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.http import require_POST

from practice import actions
from practice.errors import Refused, Stale
from practice.forms import CredentialForm, InviteForm, PasswordForm, PersonForm
from practice.models import User
from practice.policy import allowed
from practice.views.guarding import signed_in


def staff(request: HttpRequest) -> HttpResponse:
    people = User.objects.visible_to(_manager(request)).prefetch_related("credentials")
    return render(request, "practice/staff.html", {"nav": "practice", "tab": "staff", "people": people})


def invite(request: HttpRequest) -> HttpResponse:
    manager = _manager(request)
    form = InviteForm(request.POST or None, initial={"profession": "osteopath"})
    if form.is_valid():
        person = form.attempt(lambda: actions.invite_person(values=form.cleaned_data, by=manager))
        if person:
            link = request.build_absolute_uri(actions.set_password_link(person=person, by=manager))
            return render(request, "practice/link.html", {"nav": "practice", "person": person, "link": link})
    return _form(request, form, "Invite a person", "Invite")


def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = _manager(request)
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    names = list(PersonForm.base_fields)
    form = PersonForm(request.POST or None, initial={name: getattr(person, name) for name in names})
    if form.is_valid():
        version = _version(request, person.version)
        if form.attempt(lambda: actions.change_person(pk=pk, values=form.cleaned_data, by=manager, version=version)):
            messages.success(request, "Saved.")
            return redirect("staff")
    context = {"nav": "practice", "tab": "staff", "form": form, "person": person, "credential_form": CredentialForm()}
    return render(request, "practice/person.html", context, status=422 if form.errors else 200)


@require_POST
def add_credential(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = _manager(request)
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    form = CredentialForm(request.POST)
    if form.is_valid() and form.attempt(
        lambda: actions.add_credential(person=person, values=form.cleaned_data, by=manager)
    ):
        messages.success(request, "Credential added.")
        return redirect("person", pk)
    initial = {name: getattr(person, name) for name in PersonForm.base_fields}
    context = {"nav": "practice", "tab": "staff", "person": person, "form": PersonForm(initial=initial)}
    return render(request, "practice/person.html", context | {"credential_form": form}, status=422)


@require_POST
def switch(request: HttpRequest, pk: UUID, on: bool) -> HttpResponse:
    """Deactivate or reactivate."""
    manager = _manager(request)
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    act = actions.reactivate_person if on else actions.deactivate_person
    try:
        act(pk=person.pk, by=manager, version=_version(request, person.version))
        messages.success(request, f"{person.full_name} can {'sign in again' if on else 'no longer sign in'}.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("person", pk)


@require_POST
def password_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = _manager(request)
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk, is_active=True)
    link = request.build_absolute_uri(actions.set_password_link(person=person, by=manager))
    return render(request, "practice/link.html", {"nav": "practice", "person": person, "link": link})


@login_not_required
def set_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """From a one-time link. Wrong, used and run-out links look the same."""
    person = _person_of(uid)
    if person is None or not default_token_generator.check_token(person, token):
        return render(request, "practice/link_over.html", status=404)
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        password = form.cleaned_data["password"]
        if form.attempt(lambda: actions.set_password(person=person, password=password)):
            return redirect("account_login")
    context = {"form": form, "person": person}
    return render(request, "practice/set_password.html", context, status=422 if form.errors else 200)


def _person_of(uid: str) -> User | None:
    try:
        pk = UUID(urlsafe_base64_decode(uid).decode())
    except ValueError:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def _manager(request: HttpRequest) -> User:
    user = signed_in(request)
    if not allowed(user, "staff.manage"):
        raise PermissionDenied
    return user


def _version(request: HttpRequest, current: int) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdigit() else current


def _form(request: HttpRequest, form: InviteForm, title: str, verb: str) -> HttpResponse:
    context = {"nav": "practice", "tab": "staff", "form": form, "title": title, "verb": verb}
    return render(request, "practice/form.html", context, status=422 if form.errors else 200)
