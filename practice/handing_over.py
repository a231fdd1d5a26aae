"""A tablet handed to a patient: this browser reaches one page and nothing else until staff give their password.

Kept in the signed-in session, so that no reload, back button, typed address or second tab leads out of it.
"""

from dataclasses import asdict, dataclass

from django.http import HttpRequest

KEY = "handed_over"
RETURN_PATH = "/handed-over"
ALWAYS = (RETURN_PATH, "/static/", "/presence", "/healthz")


@dataclass(frozen=True)
class HandedOver:
    """The page that may be seen, and where the staff go on afterwards."""

    path: str
    back: str


def hand_over(request: HttpRequest, *, path: str, back: str) -> None:
    request.session[KEY] = asdict(HandedOver(path, back))


def handed_over(request: HttpRequest) -> HandedOver | None:
    stored = request.session.get(KEY)
    return HandedOver(**stored) if stored else None


def close_page(request: HttpRequest) -> None:
    """The patient has finished: even their own page is over, only giving the tablet back is left."""
    if state := handed_over(request):
        request.session[KEY] = asdict(HandedOver(RETURN_PATH, state.back))


def take_back(request: HttpRequest) -> str:
    """The tablet is with the staff again. Answers where they go on."""
    state = handed_over(request)
    request.session.pop(KEY, None)
    return state.back if state else "/"


def may_be_seen(path: str, state: HandedOver) -> bool:
    return path == state.path or path.startswith(ALWAYS)
