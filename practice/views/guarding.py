"""Who is at the page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from practice.models import User
from practice.policy import allowed


def signed_in(request: HttpRequest) -> User:
    """The signed-in person; the middleware has let nobody else through."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def permitted(request: HttpRequest, permission: str) -> User:
    """The signed-in person, if the one table says they may; 403 otherwise."""
    user = signed_in(request)
    if not allowed(user, permission):
        raise PermissionDenied
    return user
