"""What every request meets: a bound on its size, the practice's clock, and the idle lock."""

from collections.abc import Callable
from datetime import UTC, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

GetResponse = Callable[[HttpRequest], HttpResponse]
LAST_SEEN = "last_seen"


class BodyLimitMiddleware:
    """Answers 413 before a byte of a too large body is read. A body without a length reads as empty."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_BODY_BYTES:
            return too_large(request)
        return self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse:
    megabytes = settings.MAX_BODY_BYTES // (1024 * 1024)
    detail = f"The body is larger than {megabytes} MB. Send less at a time."
    problem = {"type": "about:blank", "title": "Too large", "status": 413, "detail": detail, "code": "too_large"}
    return JsonResponse({**problem, "errors": []}, status=413, content_type="application/problem+json")


class PracticeTimeMiddleware:
    """Pages show and read times in the zone of the signed-in person's practice; the API speaks UTC."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        on_page = request.user.is_authenticated and not request.path.startswith("/api/")
        with timezone.override(request.user.practice.zone if on_page else UTC):
            return self.get_response(request)


class IdleLockMiddleware:
    """Signs a browser out after the practice's idle time; background requests do not count as activity."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = timezone.now().timestamp()
        idle = timedelta(minutes=request.user.practice.idle_minutes).total_seconds()
        last = request.session.get(LAST_SEEN, now)
        if now - last > idle:
            logout(request)
            return self.locked(request)
        if now - last > 30 or LAST_SEEN not in request.session:  # one session write per half minute is enough
            request.session[LAST_SEEN] = now
        return self.get_response(request)

    def locked(self, request: HttpRequest) -> HttpResponse:
        """The API goes on as the anonymous and answers its own 401; a page goes to sign-in and comes back."""
        if request.path.startswith("/api/"):
            return self.get_response(request)
        return redirect_to_login(request.path) if request.method == "GET" else redirect("account_login")
