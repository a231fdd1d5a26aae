"""One's own account, and the page on which a person sets a password from a link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from practice import actions
from practice.actions import LinkOver
from practice.forms import OwnNameForm, PasswordForm
from practice.views.answering import answered
from practice.views.guarding import signed_in


def account(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = OwnNameForm.of(user, request.POST or None)
    if form.attempt(lambda: actions.change_own_name(values=form.changes, by=user, version=form.version_seen)):
        messages.success(request, "Your name is saved.")
        return redirect("account")
    return answered(request, "practice/account.html", form, {"credentials": user.credentials.all()})


def presence(request: HttpRequest) -> HttpResponse:
    """Asked once a minute by every open page (see presence.js): 204 while signed in, otherwise sign-in answers."""
    return HttpResponse(status=204)


@never_cache
@login_not_required
def set_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """From a one-time link. Wrong, used and run-out links look the same."""
    try:
        person = actions.person_of_link(uid=uid, token=token)
        form = PasswordForm(request.POST or None)
        done = form.attempt(
            lambda: actions.set_password_by_link(uid=uid, token=token, password=form.cleaned_data["password"])
        )
    except LinkOver:
        return render(request, "practice/link_over.html", status=404)
    if done:
        messages.success(request, "Your password is set. Sign in with it.")
        return redirect("account_login")
    return answered(request, "practice/set_password.html", form, {"person": person})
