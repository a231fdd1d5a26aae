"""What the resources of the practice share: everybody's practice only, and managers change them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from practice.errors import Stale
from practice.policy import allowed
from practice.problems import PreconditionRequired
from practice.rest import RecordViewSet, expected_version, unchanged

IF_MATCH = OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The version last seen.")


class ManagedViewSet(RecordViewSet):
    """Rows that only managers change."""

    permission = "staff.manage"

    def may_manage(self) -> None:
        if not allowed(self.user, self.permission):
            raise PermissionDenied

    def get_object(self) -> Any:
        row = self.get_queryset().filter(pk=self.kwargs["id"]).first()
        if row is None:
            raise Http404
        return row

    def list(self, request: Request) -> Response:
        return self.listed(self.get_queryset())

    def retrieve(self, request: Request, id: UUID) -> Response:
        return self.answer(self.get_object())

    def changed(self, row: Any, change: Callable[..., Any], **shape: Any) -> Any:
        """The row after the change; a repeated one, whose answer was lost, needs no version."""
        sent = self.request.data
        try:
            version = expected_version(self.request, row)
        except (Stale, PreconditionRequired):
            if self.is_a_retry(row, sent, **shape):
                return row
            raise
        values = self.checked(partial=True, **shape)
        return change(pk=row.pk, values=values, by=self.user, version=version)

    def is_a_retry(self, row: Any, sent: Any, serializer: Any = None) -> bool:
        shape = (serializer or self.get_serializer_class())(data=sent, partial=True)
        return bool(shape.is_valid()) and unchanged(row, shape.validated_data)

    def turned(self, act: Callable[..., Any], **more: Any) -> Response:
        """A verb without a body on a versioned row."""
        row = self.get_object()
        self.may_manage()
        _ = self.request.data
        version = expected_version(self.request, row)
        return self.answer(act(pk=row.pk, by=self.user, version=version, **more))
