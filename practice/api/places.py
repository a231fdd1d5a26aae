"""`/practice` and `/clinics`."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from practice import actions
from practice.api.managing import ManagedViewSet
from practice.fields import Choice, Text, Whole
from practice.models import Clinic, Practice
from practice.rest import IF_MATCH, StrictSerializer, idempotent


class PracticeShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    name = Text(max_length=120, allow_blank=False)
    legal_name = Text(max_length=120)
    business_number = Text(max_length=40)
    time_zone = Text(max_length=60, allow_blank=False)
    country = Text(max_length=2, allow_blank=False)
    locale = Text(max_length=12, allow_blank=False)
    paper_size = Choice(Practice.Paper, allow_null=False)
    address = Text(max_length=250)
    phone = Text(max_length=40)
    after_hours_phone = Text(max_length=40)
    email = serializers.EmailField(required=False, allow_blank=True)
    emergency_number = Text(max_length=20, allow_blank=False)
    soreness_offsets_hours = serializers.ListField(
        child=Whole(min_value=1, max_value=336, allow_null=False), required=False, max_length=6
    )
    reopen_minutes = Whole(allow_null=False, max_value=1440)
    screening_valid_hours = Whole(allow_null=False, min_value=1, max_value=8760)
    consent_valid_days = Whole(allow_null=False, min_value=1, max_value=3650)
    absence_days_before_new_consent = Whole(allow_null=False, min_value=1, max_value=3650)
    escalation_minutes = Whole(allow_null=False, min_value=5, max_value=1440)
    registration_keep_days = Whole(allow_null=False, min_value=7, max_value=365)
    documents_by_email_words = Text(max_length=500)
    privacy_notice = Text(max_length=4000)
    idle_minutes = Whole(allow_null=False, min_value=1, max_value=240)
    thoracic_sides_rule = Choice(Practice.ThoracicSidesRule, allow_null=False)
    document_password_rule = Choice(Practice.DocumentPassword, allow_null=False)
    updated_at = serializers.DateTimeField(read_only=True)


class ClinicShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    name = Text(required=True, allow_blank=False, max_length=120)
    address = Text(max_length=250)
    phone = Text(max_length=40)
    is_active = serializers.BooleanField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class PracticeViewSet(ManagedViewSet):
    """The one practice of the person who asks: a resource without a list."""

    serializer_class = PracticeShape
    queryset = Practice.objects.none()
    permission = "practice.manage"
    pagination_class = None
    filter_backends: ClassVar[list[Any]] = []

    def get_object(self) -> Practice:
        return Practice.objects.visible_to(self.user).get()

    def get(self, request: Request) -> Response:
        return self.answer(self.get_object())

    def patch(self, request: Request) -> Response:
        """Change settings; the body names only what changes."""
        self.may_manage()
        return self.answer(self.changed(self.get_object(), actions.change_practice))


class ClinicViewSet(ManagedViewSet):
    """Where the practice treats. Everybody reads; a closed clinic is archived, never deleted."""

    serializer_class = ClinicShape
    queryset = Clinic.objects.none()
    permission = "clinics.manage"
    filterset_fields = ("is_active",)
    ordering = "name"
    ordering_fields: ClassVar[set[str]] = {"name", "created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[Clinic]:
        return Clinic.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        self.may_manage()
        return self.answer(actions.add_clinic(values=self.checked(), by=self.user), status=201)

    def partial_update(self, request: Request, id: UUID) -> Response:
        clinic = self.get_object()
        self.may_manage()
        return self.answer(self.changed(clinic, actions.change_clinic))

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def archive(self, request: Request, id: UUID) -> Response:
        """Closed: no longer offered for new sessions."""
        return self.turned(actions.archive_clinic)

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: Request, id: UUID) -> Response:
        return self.turned(actions.restore_clinic)
