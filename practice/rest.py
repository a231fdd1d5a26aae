"""What every API view of Tautband shares: strict bodies, versions as ETags, answers that carry them."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import wraps
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from practice import idempotency
from practice.access import note_access
from practice.errors import Stale
from practice.models import User
from practice.pagination import CursorPages
from practice.problems import PreconditionRequired

MOST_UNKNOWN = 20  # keys named in one answer; a body of a hundred thousand costs no more than one of twenty


IF_MATCH = OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The version last seen.")


class StrictSerializer(serializers.Serializer):
    """Shape only. Unknown keys are errors beside all others; read-only keys sent back are ignored."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, dict):
            known = [name for name, field in self.fields.items() if not field.read_only]
            unknown = (key for key in data if key not in self.fields)
            errors = {_printable(key): [_unknown(str(key), known)] for key in islice(unknown, MOST_UNKNOWN)}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(errors | _as_dict(error.detail)) from error
        if errors:
            raise serializers.ValidationError(errors)
        return value


def _printable(key: Any) -> str:
    """A key as an answer can repeat it: half a character (a lone surrogate) cannot be sent back."""
    return str(key)[:60].encode("utf-8", "backslashreplace").decode()


def _unknown(key: str, known: list[str]) -> str:
    """Says what is near, because most unknown keys are slips."""
    near = get_close_matches(key[:60], known, n=1)
    return (
        f"This key is not known here. Did you mean {near[0]}?"
        if near
        else "This key is not known here. See the schema."
    )


def _as_dict(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}


def etag(record: models.Model) -> str:
    return f'"{record.version}"'  # type: ignore[attr-defined]


def expected_version(request: Request, record: models.Model) -> int:
    """The version the caller last saw, from If-Match. 428 without it, 412 (Stale) when it is not the current one.

    `record` is the row just read: it answers early; the action compares again under lock.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        raise PreconditionRequired
    if sent.removeprefix("W/").strip('"') != str(record.version):  # type: ignore[attr-defined]
        raise Stale(record)
    return int(record.version)  # type: ignore[attr-defined]


def unchanged(record: models.Model, values: Mapping[str, Any]) -> bool:
    """Everything sent is already stored so: a repeated change whose answer was lost on the way."""
    return bool(values) and all(getattr(record, name) == value for name, value in values.items())


class Answers:
    """What every answer carries: what is left of the rate, and that no cache may keep it."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if limit := getattr(request._request, "rate_limit", None):
            response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"] = map(str, limit)
        response["Cache-Control"] = response.get("Cache-Control", "no-store")
        return response


class RecordViewSet(Answers, viewsets.GenericViewSet):
    """The base of all resources. Subclasses name `serializer_class`, rows come through `visible_to`.

    `ordering` and `ordering_fields` bound the list; `represent` is how a row looks to this caller.
    """

    ordering: ClassVar[str] = "-created_at"
    ordering_fields: ClassVar[set[str]] = {"created_at"}
    lookup_value_converter = "uuid"
    lookup_field = "pk"
    lookup_url_kwarg = "id"

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    @property
    def pages(self) -> CursorPages:
        """The paginator, for lists that rank instead of paging."""
        return self.paginator  # type: ignore[return-value]

    def get_object(self) -> Any:
        """The row, or 404: for a stranger's row as for none."""
        row = self.get_queryset().filter(pk=self.kwargs["id"]).first()
        if row is None:
            raise Http404
        return row

    def represent(self, record: Any) -> Any:
        return self.get_serializer(record).data

    def answer(self, record: models.Model, status: int = 200) -> Response:
        """The record as the caller sees it, with its version as ETag where it has one."""
        headers = {"ETag": etag(record)} if hasattr(record, "version") else {}
        return Response(self.represent(record), status=status, headers=headers)

    def checked(self, data: Any = None, *, serializer: Any = None, partial: bool = False, **more: Any) -> Any:
        """The validated body; raises the 400 with every problem at once."""
        kind = serializer or self.get_serializer_class()
        instance = kind(data=self.request.data if data is None else data, partial=partial,
                        context=self.get_serializer_context(), **more)  # fmt: skip
        instance.is_valid(raise_exception=True)
        return instance.validated_data

    def listed(self, queryset: Any) -> Response:
        """One cursor page of the filtered rows."""
        page = self.paginate_queryset(self.filter_queryset(queryset))
        return self.get_paginated_response([self.represent(row) for row in page or []])

    def opened(self, *, patient_id: Any, kind: str, record_id: Any, act: str = "opened") -> None:
        note_access(self.request, patient_id=patient_id, kind=kind, record_id=record_id, act=act)


class ReadViewSet(RecordViewSet):
    """A resource whose list and detail need no rule beyond who may see it."""

    def list(self, request: Request) -> Response:
        return self.listed(self.get_queryset())

    def retrieve(self, request: Request, id: UUID) -> Response:
        return self.answer(self.get_object())


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """A POST that may be repeated: with an Idempotency-Key the same key and body get the same answer."""

    @wraps(method)
    def view(self: RecordViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return method(self, request, *args, **kwargs)
        return idempotency.once(request, key, lambda: method(self, request, *args, **kwargs))

    vars(view)["takes_idempotency_key"] = True  # the schema documents the header
    return view
