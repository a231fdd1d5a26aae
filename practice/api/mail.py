"""`/mail`: every outgoing message by state, and what a person can do about one that failed."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from practice import actions
from practice.fields import Text
from practice.models import OutgoingEmail
from practice.policy import allowed
from practice.rest import ReadViewSet, StrictSerializer, idempotent


class OutgoingEmailShape(StrictSerializer):
    """A message without its text, which is not kept."""

    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    event_key = serializers.CharField(read_only=True)
    template = serializers.CharField(read_only=True)
    about = serializers.DictField(child=serializers.CharField(), read_only=True)
    to = serializers.CharField(read_only=True, help_text="As read when it was sent; empty before.")
    subject = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(OutgoingEmail.State.choices, read_only=True)
    attempts = serializers.IntegerField(read_only=True)
    next_at = serializers.DateTimeField(read_only=True)
    error = serializers.CharField(source="last_error", read_only=True)
    sent_at = serializers.DateTimeField(read_only=True, allow_null=True)
    to_see_to = serializers.BooleanField(read_only=True, help_text="It failed, and a person has to do something.")
    seen_to_how = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class SeenToShape(StrictSerializer):
    how = Text(required=True, allow_blank=False, max_length=200, help_text="What was done instead.")


class CameBackShape(StrictSerializer):
    reason = Text(required=True, allow_blank=False, max_length=200, help_text="What the returned mail says.")


class OutgoingEmailFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=OutgoingEmail.State.choices)
    template = django_filters.CharFilter()
    to_see_to = django_filters.BooleanFilter()
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")


class OutgoingEmailViewSet(ReadViewSet):
    """Outgoing mail. A worker sends it; here it is read, tried again, or said to be seen to."""

    serializer_class = OutgoingEmailShape
    queryset = OutgoingEmail.objects.none()
    filterset_class = OutgoingEmailFilter
    ordering_fields: ClassVar[set[str]] = {"created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[OutgoingEmail]:
        if not allowed(self.user, "mail.read"):
            raise PermissionDenied
        return OutgoingEmail.objects.visible_to(self.user)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def retry(self, request: Request, id: UUID) -> Response:
        """Send as soon as a worker is free; address and permission are read anew then."""
        email = self._may()
        return self.answer(actions.try_mail_again(pk=email.pk, by=self.user, at=timezone.now()))

    @extend_schema(request=SeenToShape)
    @action(detail=True, methods=["post"], url_path="seen-to")
    @idempotent
    def seen_to(self, request: Request, id: UUID) -> Response:
        """Off the list of failed mail, with what was done instead."""
        email = self._may()
        body: dict[str, Any] = self.checked(serializer=SeenToShape)
        return self.answer(actions.see_to_mail(pk=email.pk, how=body["how"], by=self.user))

    @extend_schema(request=CameBackShape)
    @action(detail=True, methods=["post"], url_path="came-back")
    @idempotent
    def came_back(self, request: Request, id: UUID) -> Response:
        """The server took it and it came back later."""
        email = self._may()
        body: dict[str, Any] = self.checked(serializer=CameBackShape)
        return self.answer(actions.note_mail_came_back(pk=email.pk, reason=body["reason"], by=self.user))

    def _may(self) -> OutgoingEmail:
        email: OutgoingEmail = self.get_object()
        if not allowed(self.user, "mail.retry"):
            raise PermissionDenied
        return email
