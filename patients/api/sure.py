"""Who is at the screen: acts that cannot be undone, or nearly so, ask a browser for the password again."""

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from rest_framework.request import Request

from practice.errors import Refused


class ReauthenticationNeeded(Refused):
    code = "reauthentication_needed"
    message = "Enter your password again first: this act asks for it."


class PersonNeeded(Refused):
    code = "person_needed"
    message = "A token cannot do this. Somebody has to sign in and enter their password."


def sure_who_it_is(request: Request, *, tokens: bool) -> None:
    """A browser may have been left open. A token is handed out to do things without a person: it may, or may not."""
    if request.auth is not None:
        if tokens:
            return
        raise PersonNeeded
    try:
        reauthentication_required(lambda request: None)(request._request)
    except ReauthenticationRequired as lapsed:
        raise ReauthenticationNeeded from lapsed
