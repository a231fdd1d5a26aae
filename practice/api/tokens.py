"""`/tokens`."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from practice import actions
from practice.api.managing import ManagedViewSet
from practice.fields import Text, Whole
from practice.models import Token, User
from practice.policy import allowed
from practice.rest import StrictSerializer, idempotent


class TokenShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    user = serializers.UUIDField(source="user_id", required=False, help_text="Whose; without it your own.")
    name = Text(required=True, allow_blank=False, max_length=80)
    days = Whole(write_only=True, allow_null=False, min_value=1, max_value=365, help_text="How long; 90 without it.")
    expires_at = serializers.DateTimeField(read_only=True)
    revoked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class IssuedTokenShape(TokenShape):
    secret = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="Shown once and never stored: null when the same Idempotency-Key is sent again.",
    )


class TokenFilter(django_filters.FilterSet):
    user = django_filters.UUIDFilter(field_name="user_id")


class TokenViewSet(ManagedViewSet):
    """One's own tokens; a manager sees and issues everybody's."""

    serializer_class = TokenShape
    queryset = Token.objects.none()
    permission = "tokens.manage"
    filterset_class = TokenFilter
    ordering_fields: ClassVar[set[str]] = {"created_at", "expires_at"}

    def get_queryset(self) -> QuerySet[Token]:
        tokens = Token.objects.visible_to(self.user)
        return tokens if allowed(self.user, self.permission) else tokens.filter(user=self.user)

    @extend_schema(responses={201: IssuedTokenShape})
    @idempotent
    def create(self, request: Request) -> Response:
        body = self.checked()
        person = User.objects.visible_to(self.user).filter(pk=body.get("user_id", self.user.pk)).first()
        if person is None:
            raise serializers.ValidationError({"user": "Choose somebody of this practice."})
        days = body.get("days", actions.DEFAULT_DAYS)
        issued = actions.issue_token(person=person, name=body["name"], days=days, by=self.user, at=timezone.now())
        answer: dict[str, Any] = TokenShape(issued.token).data | {"secret": issued.secret}
        return Response(answer, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def revoke(self, request: Request, id: UUID) -> Response:
        """Stops at once; doing it twice changes nothing."""
        return self.answer(actions.revoke_token(pk=self.get_object().pk, by=self.user, at=timezone.now()))
