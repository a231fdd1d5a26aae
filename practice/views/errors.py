"""How a request that fails is told so: a page for people, a problem for programs, and nothing of what was sent."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from practice.fault_lines import request_number
from practice.middleware import on_api

SAID = {
    400: ("bad_request", "The request is not readable."),
    403: ("forbidden", "Your role does not allow this."),
    404: ("not_found", "There is nothing here for you."),
    500: ("fault", "Something broke on our side. The fault is in the log under the number in X-Request-ID."),
}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere; what was typed is still in the browser: go back and retry."""
    return render(request, "practice/csrf_failure.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _said(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _said(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _said(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _said(request, 500)


def _said(request: HttpRequest, status: int) -> HttpResponse:
    if not on_api(request):
        return render(request, f"{status}.html", {"request_number": request_number()}, status=status)
    code, detail = SAID[status]
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body = problem | {"code": code, "errors": []}
    return JsonResponse(body, status=status, content_type="application/problem+json")
