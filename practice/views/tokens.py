"""API tokens: one's own; a manager sees and issues everybody's."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from practice import actions
from practice.forms import TokenForm
from practice.models import Token, User
from practice.policy import allowed
from practice.views.answering import answered
from practice.views.guarding import signed_in

HERE = {"nav": "practice", "tab": "tokens"}


@reauthentication_required(allow_get=True)
def tokens(request: HttpRequest) -> HttpResponse:
    """A new token is shown once, on the page that answers its form."""
    user, now = signed_in(request), timezone.now()
    form = TokenForm(request.POST or None, initial={"user": user.pk}, people=_people(user))
    issued = form.attempt(
        lambda: actions.issue_token(
            person=form.cleaned_data["user"],
            name=form.cleaned_data["name"],
            days=form.cleaned_data["days"],
            by=user,
            at=now,
        )
    )
    context = HERE | {"tokens": _rows(user), "now": now, "everybody": allowed(user, "tokens.manage")}
    if issued is None:
        return answered(request, "practice/tokens.html", form, context)
    fresh = TokenForm(initial={"user": user.pk}, people=_people(user))
    return render(request, "practice/tokens.html", context | {"form": fresh, "issued": issued})


@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    token = get_object_or_404(_rows(user), pk=pk)
    actions.revoke_token(pk=pk, by=user, at=timezone.now())
    messages.success(request, f"{token.name} no longer works.")
    return redirect("tokens")


def _rows(user: User) -> QuerySet[Token]:
    rows = Token.objects.visible_to(user).select_related("user")
    return rows if allowed(user, "tokens.manage") else rows.filter(user=user)


def _people(user: User) -> QuerySet[User]:
    people = User.objects.visible_to(user).filter(is_active=True)
    return people if allowed(user, "tokens.manage") else people.filter(pk=user.pk)
