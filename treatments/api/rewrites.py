"""`/rewrites`: which session was written for the wrong patient, and which one took its place."""

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from rest_framework import serializers

from practice.rest import ReadViewSet, StrictSerializer
from treatments import policy
from treatments.models import Rewrite


class RewriteReadShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    wrong = serializers.UUIDField(source="wrong_id", read_only=True, help_text="Void, or a discarded draft.")
    right = serializers.UUIDField(source="right_id", read_only=True)
    wrong_patient = serializers.UUIDField(source="wrong.patient_id", read_only=True)
    right_patient = serializers.UUIDField(source="right.patient_id", read_only=True)
    reason = serializers.CharField(read_only=True)
    rewritten_at = serializers.DateTimeField(source="created_at", read_only=True)
    rewritten_by = serializers.UUIDField(source="created_by_id", read_only=True)


class RewriteFilter(django_filters.FilterSet):
    session = django_filters.UUIDFilter(method="either", help_text="Either of the two.")

    def either(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(Q(wrong=value) | Q(right=value))


class RewriteViewSet(ReadViewSet):
    serializer_class = RewriteReadShape
    queryset = Rewrite.objects.none()
    filterset_class = RewriteFilter
    ordering = "-created_at"
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[Rewrite]:
        if not policy.allowed(self.user, "sessions.read"):
            raise PermissionDenied
        return Rewrite.objects.visible_to(self.user).told()
