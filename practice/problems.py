"""RFC 9457 answers: every way a request can fail, in one place, naming the field and the cure."""

import logging
import math
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from practice.errors import Refused, Stale

log = logging.getLogger(__name__)


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_detail = 'Send If-Match with the version you last saw, such as If-Match: "3".'
    default_code = "precondition_required"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem for an exception, or None for a fault of the program (which answers 500 without details)."""
    if isinstance(error, Stale):
        return _stale(error, context)
    if isinstance(error, Refused):
        return problem(409, str(error), error.code, error.errors)
    if isinstance(error, ModelValidationError):
        return problem(400, "Some values need changing.", "shape", model_errors(error))
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "Some values need changing.", "shape", flatten(error.get_full_details()))
    if isinstance(error, Http404 | ObjectDoesNotExist | exceptions.NotFound):
        return problem(404, "There is nothing here for you.", "not_found")
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return problem(403, _said(error) or "Your role does not allow this.", "forbidden")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "The body is too large. Send less at a time.", "too_large")
    if isinstance(error, exceptions.APIException):
        return _from_api_exception(error)
    if isinstance(error, DataError):
        return problem(400, "A value is too long or too large for its field.", "shape")
    if isinstance(error, IntegrityError):
        log.warning("refused by the database in %s", type(context.get("view")).__name__)
        return problem(409, "The record changed in the meantime, or does not allow this now.", "conflict")
    if isinstance(error, OperationalError):
        log.warning("database busy in %s", type(context.get("view")).__name__)
        return problem(503, "The database is busy. Try again in a moment.", "busy", headers={"Retry-After": "2"})
    return None


def problem(
    status: int,
    detail: str,
    code: str,
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or [],
    }
    return Response(body | more, status=status, headers=headers, content_type="application/problem+json")


def model_errors(error: ModelValidationError) -> list[dict[str, Any]]:
    """One entry per message; messages of the whole record carry an empty field."""
    if not hasattr(error, "error_dict"):
        return [{"field": "", "code": e.code or "invalid", "message": m} for e in error.error_list for m in e.messages]
    return [
        {"field": "" if field == NON_FIELD_ERRORS else field, "code": e.code or "invalid", "message": message}
        for field, errors in error.error_dict.items()
        for e in errors
        for message in e.messages
    ]


def flatten(details: Any, path: str = "") -> list[dict[str, Any]]:
    """DRF's nested error details as a flat list with dotted paths: `sites.2.depth_mm`."""
    if isinstance(details, dict) and set(details) == {"message", "code"} and not isinstance(details["message"], dict):
        return [{"field": path, "code": details["code"], "message": str(details["message"])}]
    if isinstance(details, dict):
        pairs = [(path if key == "non_field_errors" else _joined(path, str(key)), v) for key, v in details.items()]
        return [entry for where, value in pairs for entry in flatten(value, where)]
    if isinstance(details, list):
        rows = all(isinstance(v, dict) and set(v) != {"message", "code"} for v in details)
        places = [_joined(path, str(i)) if rows and details else path for i in range(len(details))]
        return [entry for where, value in zip(places, details, strict=True) for entry in flatten(value, where)]
    return [{"field": path, "code": "invalid", "message": str(details)}]


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _said(error: Exception) -> str:
    return str(getattr(error, "detail", None) or error)


def _stale(error: Stale, context: dict[str, Any]) -> Response:
    view = context["view"]
    current = view.represent(error.record)
    etag = {"ETag": f'"{error.record.version}"'}
    return problem(412, "This record was changed since you read it.", "stale", headers=etag, current=current)


def _from_api_exception(error: exceptions.APIException) -> Response:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(max(math.ceil(error.wait), 1))  # type: ignore[attr-defined]
    code = error.get_codes()
    return problem(error.status_code, _said(error), code if isinstance(code, str) else "error", headers=headers)
