"""Cursor lists: constant cost on page one and page thousand, no counting unless asked (`include=total`)."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response


class CursorPages(CursorPagination):
    """`limit` up to 200 (default 50); `ordering` among the view's `ordering_fields`; ties broken by id."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    total: int | None = None

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> Any:
        self.total = queryset.count() if request.query_params.get("include") == "total" else None
        return super().paginate_queryset(queryset, request, view)

    def get_page_size(self, request: Request) -> int:
        wanted = request.query_params.get("limit", "")
        if wanted and not (wanted.isascii() and wanted.isdigit() and int(wanted) > 0):
            raise ValidationError({"limit": "Give a whole number from 1 to 200."})
        return min(int(wanted), self.max_page_size) if wanted else self.page_size

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        wanted = request.query_params.get("ordering") or view.ordering
        if wanted.lstrip("-") not in view.ordering_fields:
            raise ValidationError({"ordering": f"Order by one of: {', '.join(sorted(view.ordering_fields))}."})
        return (wanted, "-id" if wanted.startswith("-") else "id")

    def get_paginated_response(self, data: Any) -> Response:
        body = {"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()}
        return Response(body | ({"total": self.total} if self.total is not None else {}))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        total = {"type": "integer", "description": "Only with include=total."}
        properties = {"results": schema, "next": link, "previous": link, "total": total}
        return {"type": "object", "required": ["results", "next", "previous"], "properties": properties}
