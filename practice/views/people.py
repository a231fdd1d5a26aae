"""Staff: invited, changed, deactivated; their credentials; the link on which they set a password."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from practice import actions
from practice.errors import Refused, Stale
from practice.forms import CredentialForm, InviteForm, PersonForm
from practice.models import Credential, User
from practice.sent_numbers import version_sent
from practice.views.answering import answered
from practice.views.guarding import permitted

HERE = {"nav": "practice", "tab": "staff"}


def staff(request: HttpRequest) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    people = User.objects.visible_to(manager).order_by("-is_active", "full_name", "pk").prefetch_related("credentials")
    context = {"people": people, "today": manager.practice.local_date(timezone.now())}
    return render(request, "practice/staff.html", HERE | context)


@reauthentication_required(allow_get=True)
def invite(request: HttpRequest) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    form = InviteForm(request.POST or None, people=_supervisors(manager))
    person = form.attempt(lambda: actions.invite_person(values=form.changes, by=manager))
    if person is None:
        return answered(request, "practice/invite.html", form, HERE)
    messages.success(request, f"{person.full_name} is invited.")
    if person.role == User.Role.SERVICE:
        return redirect("tokens")
    return _link(request, person, manager)


@reauthentication_required(allow_get=True)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    form = PersonForm.of(person, request.POST or None, people=_supervisors(manager, person))
    done = form.attempt(
        lambda: actions.change_person(pk=pk, values=form.changes, by=manager, version=form.version_seen)
    )
    if done:
        messages.success(request, f"{done.full_name}: saved.")
        return redirect("staff")
    return answered(request, "practice/person.html", form, HERE | _beside(manager, person))


@require_POST
def add_credential(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    form = CredentialForm(request.POST)
    if form.attempt(lambda: actions.add_credential(person=person, values=form.changes, by=manager)):
        messages.success(request, "Credential added.")
        return redirect("person", pk)
    context = HERE | _beside(manager, person) | {"credential_form": form}
    form_of_person = PersonForm.of(person, people=_supervisors(manager, person))
    return render(request, "practice/person.html", context | {"form": form_of_person}, status=422)


def credential(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    row = get_object_or_404(Credential.objects.visible_to(manager).select_related("user"), pk=pk)
    form = CredentialForm.of(row, request.POST or None)
    done = form.attempt(
        lambda: actions.change_credential(pk=pk, values=form.changes, by=manager, version=form.version_seen)
    )
    if done:
        messages.success(request, "Credential saved.")
        return redirect("person", row.user_id)
    context = {"title": f"{row}, {row.user.full_name}", "verb": "Save credential"}
    return answered(request, "practice/form.html", form, HERE | context)


@require_POST
@reauthentication_required
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    try:
        actions.deactivate_person(pk=pk, by=manager, at=timezone.now(), version=version_sent(request, person.version))
        messages.success(request, f"{person.full_name} can no longer sign in. Their tokens are revoked.")
    except (Refused, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("person", pk)


@require_POST
def reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    try:
        actions.reactivate_person(pk=pk, by=manager, version=version_sent(request, person.version))
        messages.success(request, f"{person.full_name} can sign in again. Tokens have to be made anew.")
    except Stale as refusal:
        messages.error(request, str(refusal))
    return redirect("person", pk)


@require_POST
@reauthentication_required
def password_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    manager = permitted(request, "staff.manage")
    person = get_object_or_404(User.objects.visible_to(manager), pk=pk)
    try:
        return _link(request, person, manager)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", pk)


def _link(request: HttpRequest, person: User, by: User) -> HttpResponse:
    """Shown once: the next look at the page has no link on it."""
    link = actions.issue_password_link(pk=person.pk, by=by, at=timezone.now())
    context = {"person": person, "link": request.build_absolute_uri(link.path), "expires_at": link.expires_at}
    return render(request, "practice/link.html", HERE | context)


def _supervisors(manager: User, person: User | None = None) -> QuerySet[User]:
    """Who may be chosen: qualified practitioners of the practice, and not the person."""
    people = User.objects.visible_to(manager).practitioners().filter(supervisor=None, is_active=True)
    return people.exclude(pk=person.pk) if person else people


def _beside(manager: User, person: User) -> dict[str, object]:
    """What stands beside the form on a person's page."""
    return {
        "person": person,
        "credentials": person.credentials.all(),
        "credential_form": CredentialForm(),
        "today": manager.practice.local_date(timezone.now()),
        "is_self": person.pk == manager.pk,
    }
