"""Cursor lists: constant cost on page one and page thousand, no counting unless asked (`include=total`).

A cursor holds the place of a row: its value in the ordering and its primary key. A page is what comes behind that
place, so rows that appear, vanish or share a value never make another row come twice or not at all.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.db.models import F, Field, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

CURSOR = "cursor"


@dataclass(frozen=True)
class Place:
    """Where a row stands in the list; `back` reads the page in front of it instead of the page behind it."""

    value: Any
    pk: Any
    back: bool

    def encoded(self) -> str:
        text = json.dumps([None if self.value is None else str(self.value), str(self.pk), self.back])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Ordering:
    """One field, then the primary key, both in one direction; empty values come last."""

    field: Field
    key: Field
    descending: bool

    def place_of(self, row: Any, *, back: bool) -> Place:
        return Place(getattr(row, self.field.attname), row.pk, back)

    def read(self, text: str) -> Place:
        """The place a cursor names; anything that we did not write is refused."""
        try:
            value, pk, back = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if "\x00" in f"{value}{pk}" or not isinstance(back, bool):
                raise ValueError
            return Place(None if value is None else self.field.to_python(value), self.key.to_python(pk), back)
        except (ValueError, TypeError, binascii.Error, RecursionError, ModelValidationError) as error:
            message = "This cursor is not one of ours. Take it from `next` or `previous` of a list."
            raise ValidationError({CURSOR: message}) from error

    def sort(self, rows: QuerySet[Any], *, back: bool) -> QuerySet[Any]:
        down = self.descending != back
        column = F(self.field.name)
        empties = {"nulls_first" if back else "nulls_last": True} if self.field.null else {}
        by = column.desc(**empties) if down else column.asc(**empties)
        return rows.order_by(by, "-pk" if down else "pk")

    def beyond(self, rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
        """The rows that come behind the place (in front of it, when reading back)."""
        sign = "lt" if self.descending != place.back else "gt"
        name = self.field.name
        tie = Q(**{f"pk__{sign}": place.pk})
        if place.value is None:
            empty = Q(**{f"{name}__isnull": True}) & tie
            return rows.filter(empty | Q(**{f"{name}__isnull": False}) if place.back else empty)
        further = Q(**{f"{name}__{sign}e": place.value}) & (Q(**{f"{name}__{sign}": place.value}) | tie)
        if self.field.null and not place.back:
            further |= Q(**{f"{name}__isnull": True})
        return rows.filter(further)


class CursorPages(BasePagination):
    """`limit` up to 200 (default 50); `ordering` among the view's `ordering_fields`; ties broken by primary key."""

    page_size = 50
    max_page_size = 200
    total: int | None = None
    before: Place | None = None
    after: Place | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.total = queryset.count() if request.query_params.get("include") == "total" else None
        limit = self.get_page_size(request)
        ordering = self.get_ordering(request, queryset, view)
        place = ordering.read(request.query_params[CURSOR]) if request.query_params.get(CURSOR) else None
        back = place is not None and place.back
        rows = ordering.sort(ordering.beyond(queryset, place) if place else queryset, back=back)
        page = list(rows[: limit + 1])
        more = len(page) > limit
        page = page[limit - 1 :: -1] if back else page[:limit]
        self._remember(ordering, page, earlier=more if back else place is not None, later=back or more)
        return page

    def _remember(self, ordering: Ordering, page: list[Any], *, earlier: bool, later: bool) -> None:
        self.before = ordering.place_of(page[0], back=True) if page and earlier else None
        self.after = ordering.place_of(page[-1], back=False) if page and later else None

    def get_page_size(self, request: Request) -> int:
        wanted = request.query_params.get("limit", "")
        if wanted and not (wanted.isascii() and wanted.isdigit() and int(wanted[:9]) > 0 and len(wanted) < 10):
            raise ValidationError({"limit": "Give a whole number from 1 to 200."})
        return min(int(wanted), self.max_page_size) if wanted else self.page_size

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> Ordering:
        wanted = request.query_params.get("ordering") or view.ordering
        name = wanted.removeprefix("-")
        if name not in view.ordering_fields:
            raise ValidationError({"ordering": f"Order by one of: {', '.join(sorted(view.ordering_fields))}."})
        meta = queryset.model._meta
        return Ordering(meta.get_field(name), meta.pk, wanted.startswith("-"))

    def get_next_link(self) -> str | None:
        return self._link(self.after)

    def get_previous_link(self) -> str | None:
        return self._link(self.before)

    def _link(self, place: Place | None) -> str | None:
        if place is None:
            return None
        return replace_query_param(self.url, CURSOR, place.encoded())

    def get_paginated_response(self, data: Any) -> Response:
        body = {"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()}
        return Response(body | ({"total": self.total} if self.total is not None else {}))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        total = {"type": "integer", "description": "Only with include=total."}
        properties = {"results": schema, "next": link, "previous": link, "total": total}
        return {"type": "object", "required": ["results", "next", "previous"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        fields = sorted(view.ordering_fields)
        orders = [sign + name for name in fields for sign in ("", "-")]
        return [
            _parameter("cursor", {"type": "string"}, "The place in the list, from `next` or `previous`."),
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Rows on a page."),
            _parameter("ordering", {"type": "string", "enum": orders, "default": view.ordering}, "Order of the list."),
            _parameter("include", {"type": "string", "enum": ["total"]}, "`total` adds the number of all rows."),
        ]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
