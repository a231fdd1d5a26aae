"""Pages behind a link that is its own key: no sign-in, no cookie, no script, few bytes (docs/adr/0014).

The token stands in the address alone. Whatever opens nothing gets one answer, the same to the byte; how often one
address may ask is bounded; nobody keeps the page, lists it or learns from where its reader came.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from practice.models import Practice
from practice.throttling import within_rate

LinkView = Callable[[HttpRequest, str], HttpResponse]
MOST_PER_ADDRESS, WINDOW_S = 60, 300


def page_by_link(name: str, *, wait: str) -> Callable[[LinkView], LinkView]:
    """A view of a token, open to everybody. Who asks too often from one address is shown the page `wait`."""

    def opened(view: LinkView) -> LinkView:
        @csrf_exempt  # nothing rests on a cookie: who does not know the link cannot forge a request with it
        @login_not_required
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def bounded(request: HttpRequest, token: str) -> HttpResponse:
            if not within_rate(
                f"{name}-{request.META.get('REMOTE_ADDR', '')}", most=MOST_PER_ADDRESS, seconds=WINDOW_S
            ):
                return shown(request, wait, status=429)
            return view(request, token)

        return bounded

    return opened


def shown(
    request: HttpRequest, template: str, practice: Practice | None = None, context: Mapping[str, Any] | None = None,
    *, status: int = 200, referrer: str = "no-referrer",
) -> HttpResponse:  # fmt: skip
    """The page in the practice's time; without a practice it names none. `referrer` is another one only where the address
    holds no token and the form rests on a cookie: without an origin Django takes no form."""
    home = practice or Practice()
    with timezone.override(home.zone):
        words = {"practice": practice, "referrer": referrer, **_numbers(home), **(context or {})}
        response = render(request, template, words, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = referrer
    response["X-Robots-Tag"] = "noindex"
    return response


def _numbers(practice: Practice) -> dict[str, Any]:
    """Whom to call: as written, and as a phone dials it."""
    called = (("practice", practice.phone), ("after hours", practice.after_hours_phone))
    return {
        "emergency": (practice.emergency_number, _dialled(practice.emergency_number)),
        "calls": [(who, number, _dialled(number)) for who, number in called if number],
    }


def _dialled(number: str) -> str:
    return "".join(c for c in number if c.isdigit() or c == "+")
