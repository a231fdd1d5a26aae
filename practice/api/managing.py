"""What the resources of the practice share: everybody's practice only, and managers change them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.response import Response

from practice.errors import Stale
from practice.policy import allowed
from practice.problems import PreconditionRequired
from practice.rest import ReadViewSet, expected_version, unchanged


class ManagedViewSet(ReadViewSet):
    """Rows that only managers change."""

    permission = "staff.manage"

    def may_manage(self) -> None:
        if not allowed(self.user, self.permission):
            raise PermissionDenied

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
