"""`/deliveries` and `/data-breaches`: documents on their way, and what follows when one reached the wrong person."""

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

from patients.filters import OfPatientFilter
from practice.fields import Choice, Moment, Text, YesNo
from practice.models import OutgoingEmail
from practice.policy import allowed
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent
from reports import actions, policy
from reports.models import DataBreach, Delivery


class SendingShape(StrictSerializer):
    to = serializers.EmailField(help_text="The address as confirmed; it has to be the one in the record.")
    contact = serializers.UUIDField(required=False, allow_null=True, help_text="A contact; without it the patient.")
    message = Text(max_length=1000)
    protect = YesNo(default=False, help_text="Behind a password, by the practice's rule.")


class DeliveryShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    document = serializers.UUIDField(source="document_id", read_only=True)
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    contact = serializers.UUIDField(source="contact_id", read_only=True, allow_null=True)
    to = serializers.CharField(read_only=True)
    purpose = serializers.ChoiceField(Delivery.Purpose.choices, read_only=True)
    message = serializers.CharField(read_only=True)
    protect = serializers.BooleanField(read_only=True)
    permission_at = serializers.DateTimeField(read_only=True, allow_null=True)
    permission_by = serializers.UUIDField(source="permission_by_id", read_only=True, allow_null=True)
    mail = serializers.UUIDField(source="email_id", read_only=True)
    state = serializers.ChoiceField(OutgoingEmail.State.choices, source="email.state", read_only=True)
    attempts = serializers.IntegerField(source="email.attempts", read_only=True)
    error = serializers.CharField(source="email.last_error", read_only=True)
    sent_at = serializers.DateTimeField(source="email.sent_at", read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.UUIDField(source="created_by_id", read_only=True)


class DeliveryFilter(OfPatientFilter):
    document = django_filters.UUIDFilter(field_name="document")
    state = django_filters.ChoiceFilter(field_name="email__state", choices=OutgoingEmail.State.choices)


class DeliveryViewSet(ReadViewSet):
    """Documents sent by e-mail, with where each stands."""

    serializer_class = DeliveryShape
    queryset = Delivery.objects.none()
    filterset_class = DeliveryFilter
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[Delivery]:
        if not allowed(self.user, "mail.read"):
            raise PermissionDenied
        return Delivery.objects.visible_to(self.user).told()

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def retry(self, request: Request, id: UUID) -> Response:
        """Send a failed or held-back one again, to the same address."""
        delivery = self.get_object()
        return self.answer(actions.retry_delivery(pk=delivery.pk, by=self.user, at=timezone.now()))


class BreachShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    delivery = serializers.UUIDField(source="delivery_id")
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    what_happened = Text(required=True, allow_blank=False, max_length=2000)
    done_at_once = Text(max_length=2000)
    noticed_at = Moment(required=False, help_text="Now, when left out. The 30 days run from it.")
    due_at = serializers.DateTimeField(read_only=True)
    state = serializers.ChoiceField(["open", "assessed", "closed"], read_only=True)
    result = serializers.CharField(read_only=True)
    reasons = serializers.CharField(read_only=True)
    assessed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    assessed_by = serializers.UUIDField(source="assessed_by_id", read_only=True, allow_null=True)
    notified = serializers.CharField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_by = serializers.UUIDField(source="closed_by_id", read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.UUIDField(source="created_by_id", read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class AssessmentShape(StrictSerializer):
    result = Choice(DataBreach.Result, required=True, allow_null=False)
    reasons = Text(required=True, allow_blank=False, max_length=4000)
    notified = Text(max_length=1000)


class ClosingShape(StrictSerializer):
    notified = Text(max_length=1000, help_text="Whom, when and how; needed where serious harm is likely.")


class BreachFilter(OfPatientFilter):
    closed = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull", exclude=True)


class BreachViewSet(ReadViewSet):
    """Mail that reached the wrong person. Never deleted; every state is kept."""

    serializer_class = BreachShape
    queryset = DataBreach.objects.none()
    filterset_class = BreachFilter
    ordering = "-noticed_at"
    ordering_fields: ClassVar[set[str]] = {"noticed_at", "due_at", "created_at"}

    def get_queryset(self) -> QuerySet[DataBreach]:
        if not policy.can_read_breaches(self.user):
            raise PermissionDenied
        return DataBreach.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        """Whoever notices records it; a manager assesses it."""
        if not allowed(self.user, "breaches.report"):
            raise PermissionDenied
        body: dict[str, Any] = self.checked()
        pk = body.pop("delivery_id")
        return self.answer(
            actions.record_breach(delivery_pk=pk, values=body, by=self.user, at=timezone.now()), status=201
        )

    @extend_schema(request=AssessmentShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def assess(self, request: Request, id: UUID) -> Response:
        """Is serious harm likely, and why. It may be judged anew until it is closed."""
        pk, version = self._seen()
        body = self.checked(serializer=AssessmentShape)
        return self.answer(actions.assess_breach(pk=pk, values=body, by=self.user, at=timezone.now(), version=version))

    @extend_schema(request=ClosingShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Request, id: UUID) -> Response:
        pk, version = self._seen()
        told = self.checked(serializer=ClosingShape).get("notified", "")
        return self.answer(actions.close_breach(pk=pk, notified=told, by=self.user, at=timezone.now(), version=version))

    def _seen(self) -> tuple[UUID, int]:
        """The breach and the version the caller saw, if they may assess."""
        breach: DataBreach = self.get_object()
        if not policy.can_manage_breach(self.user, breach):
            raise PermissionDenied
        return breach.pk, expected_version(self.request, breach)
