"""Sign-in is allauth's; people come by invitation only, and who guesses passwords is locked out by axes."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from practice.actions import set_password
from practice.models import User


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Through the one door, so that the history says that it happened; the given object keeps its session."""
        user.password = set_password(person=user, password=password).password


def attempted_email(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The address somebody tries to sign in with: the form calls it `login`, allauth's backend `email`."""
    given = (credentials or {}).get("email") or request.POST.get("login") or ""
    return str(given).strip().lower()[:254]
