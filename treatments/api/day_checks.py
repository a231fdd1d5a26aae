"""`/day-checks`: the end of each day, as somebody found it."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from practice.fields import Text, YesNo
from practice.rest import ReadViewSet, StrictSerializer, idempotent
from treatments import actions, policy
from treatments.models import DayCheck


class DayCheckShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    on = serializers.DateField()
    looked = YesNo(
        required=True, allow_null=False, write_only=True, help_text="Tables, floors and bins were looked at."
    )
    note = Text(max_length=1000)
    needles_in = serializers.IntegerField(read_only=True)
    unsigned = serializers.IntegerField(read_only=True)
    checked_at = serializers.DateTimeField(source="created_at", read_only=True)
    checked_by = serializers.UUIDField(source="created_by_id", read_only=True)


class DayCheckViewSet(ReadViewSet):
    serializer_class = DayCheckShape
    queryset = DayCheck.objects.none()
    filterset_fields = ("on",)
    ordering = "-created_at"
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[DayCheck]:
        if not policy.can_read_day_checks(self.user):
            raise PermissionDenied
        return DayCheck.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        """Say that the rooms were looked at; needles still in need a note."""
        if not policy.can_check_the_day(self.user):
            raise PermissionDenied
        body: dict[str, Any] = {"note": ""} | self.checked()
        return self.answer(actions.check_day(**body, by=self.user, at=timezone.now()), status=201)
