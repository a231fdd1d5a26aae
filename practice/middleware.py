"""What every request meets: a number to find it by, a bound on its size, the practice's clock, and the idle lock."""

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode

from practice.fault_lines import new_request_number
from practice.handing_over import handed_over, may_be_seen

GetResponse = Callable[[HttpRequest], HttpResponse]
LAST_SEEN = "last_seen"
BACKGROUND = "X-Background"  # a request the page makes by itself (a refresh): it is not the person's activity
REQUEST_NUMBER = "X-Request-ID"


def on_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


class RequestNumberMiddleware:
    """Every request has a random number: in its log lines, on the page that says something broke, in a header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = new_request_number()
        response = self.get_response(request)
        response[REQUEST_NUMBER] = number
        return response


class ProxyAddressMiddleware:
    """Behind one proxy the caller's address is the last one in X-Forwarded-For; those before it anybody can write."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if passed_on := request.headers.get("X-Forwarded-For", ""):
            request.META["REMOTE_ADDR"] = passed_on.split(",")[-1].strip()
        return self.get_response(request)


class BodyLimitMiddleware:
    """Answers 413 before a byte of a too large body is read. A body without a length reads as empty."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > most_bytes(request.path):
            return too_large(request)
        return self.get_response(request)


def most_bytes(path: str) -> int:
    """How large a body may be at an address."""
    larger = (most for pattern, most in settings.LARGE_BODIES if re.match(pattern, path))
    return next(larger, settings.MAX_BODY_BYTES)


def too_large(request: HttpRequest) -> HttpResponse:
    megabytes = most_bytes(request.path) // (1024 * 1024)
    if not on_api(request):
        return render(request, "413.html", {"megabytes": megabytes}, status=413)
    problem = {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "detail": f"The body is larger than {megabytes} MB. Send less at a time.",
        "code": "too_large",
        "errors": [],
    }
    return JsonResponse(problem, status=413, content_type="application/problem+json")


class PracticeTimeMiddleware:
    """Pages show and read times in the zone of the signed-in person's practice; the API speaks UTC."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        with timezone.override(user.practice.zone if user.is_authenticated and not on_api(request) else UTC):
            return self.get_response(request)


class PrivatePagesMiddleware:
    """No cache hands a page on without asking; whoever leaves takes with them what the browser remembers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache"'  # the back button shows nothing after signing out
        elif was_signed_in and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class IdleLockMiddleware:
    """Signs a browser out after the practice's idle time; requests a page makes by itself are no activity.

    The request then goes on as the anonymous: a page leads to sign-in, the API answers its own 401.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self.look_at_the_clock(request, idle_minutes=request.user.practice.idle_minutes)
        return self.get_response(request)

    def look_at_the_clock(self, request: HttpRequest, *, idle_minutes: int) -> None:
        now = timezone.now().timestamp()
        last = request.session.get(LAST_SEEN, now)
        if now - last > timedelta(minutes=idle_minutes).total_seconds():
            logout(request)
        elif LAST_SEEN not in request.session or (now - last > 20 and BACKGROUND not in request.headers):
            request.session[LAST_SEEN] = now  # three session writes a minute are enough


class HandedOverMiddleware:
    """A browser handed to a patient reaches that patient's page and the way back; everything else leads there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        state = handed_over(request) if request.user.is_authenticated else None
        if state is None or may_be_seen(request.path, state):
            return self.get_response(request)
        if on_api(request) or request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": state.path})
        return HttpResponse(status=302, headers={"Location": state.path})


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads the anonymous to sign-in and back to the page they were on, never to a fragment or a POST address."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        login_url = resolve_url(self.get_login_url(view_func))
        if request.headers.get("HX-Request") == "true":
            page = urlsplit(request.headers.get("HX-Current-URL", "")).path
            return HttpResponse(status=401, headers={"HX-Redirect": _with_next(login_url, page)})
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=302, headers={"Location": login_url})
        return super().handle_no_permission(request, view_func)


def _with_next(login_url: str, page: str) -> str:
    safe = page.startswith("/") and not page.startswith("//")
    return f"{login_url}?{urlencode({REDIRECT_FIELD_NAME: page})}" if safe else login_url
