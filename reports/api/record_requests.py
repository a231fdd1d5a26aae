"""`/record-requests` and `/refused-corrections`: a patient asks for the record, or for a change they did not get."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients.filters import OfPatientFilter
from patients.models import Patient
from practice.fields import Choice, Text, YesNo
from practice.models import User
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent
from reports import actions, policy
from reports.api.documents import DocumentShape
from reports.models import RecordPackage, RecordRequest, RefusedCorrection


class RecordRequestShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField(source="patient_id")
    asked_by = Choice(RecordRequest.AskedBy, required=True)
    asker_name = Text(required=True, allow_blank=False, max_length=120)
    asker_contact = Text(max_length=250)
    authority = Text(max_length=500, help_text="What gives them the right; needed unless the patient asks.")
    identity_checked = Text(required=True, allow_blank=False, max_length=250)
    wanted = Text(max_length=500)
    received_on = serializers.DateField()
    due_on = serializers.DateField(read_only=True)
    status = serializers.ChoiceField(RecordRequest.Status.choices, read_only=True)
    withheld = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True)
    handed_over_at = serializers.DateTimeField(read_only=True, allow_null=True)
    handed_over_by = serializers.UUIDField(source="handed_over_by_id", read_only=True, allow_null=True)
    handed_over_how = serializers.CharField(read_only=True)
    handed_over_to = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class HandOverShape(StrictSerializer):
    handed_over_how = Choice(RecordRequest.How, required=True)
    handed_over_to = Text(required=True, allow_blank=False, max_length=120)
    withheld = Text(max_length=1000)
    reason = Text(max_length=1000)


class RefusalShape(StrictSerializer):
    reason = Text(required=True, allow_blank=False, max_length=1000)
    taken_back = YesNo()


class RecordRequestFilter(OfPatientFilter):
    status = django_filters.ChoiceFilter(choices=RecordRequest.Status.choices)
    due_before = django_filters.DateFilter(field_name="due_on", lookup_expr="lt")


class RecordRequestViewSet(ReadViewSet):
    serializer_class = RecordRequestShape
    queryset = RecordRequest.objects.none()
    filterset_class = RecordRequestFilter
    ordering = "due_on"
    ordering_fields: ClassVar[set[str]] = {"due_on", "created_at"}

    def get_queryset(self) -> QuerySet[RecordRequest]:
        if not policy.can_read_requests(self.user):
            raise PermissionDenied
        return RecordRequest.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        """Receive a request; its 30 days begin on `received_on`."""
        if not policy.can_receive_requests(self.user):
            raise PermissionDenied
        body = self.checked()
        patient = patient_named(self.user, body.pop("patient_id"))
        made = actions.receive_request(patient=patient, values=body, by=self.user, at=timezone.now())
        return self.answer(made, status=201)

    @extend_schema(request=None, responses={201: DocumentShape})
    @action(detail=True, methods=["post"])
    @idempotent
    def prepare(self, request: Request, id: UUID) -> Response:
        """Make the PDF of the whole record and the package of its data."""
        row = self.get_object()
        document = actions.prepare_record(pk=row.pk, by=self.user, at=timezone.now())
        return Response(DocumentShape(document).data, status=201)

    @extend_schema(request=HandOverShape, responses=RecordRequestShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="hand-over")
    @idempotent
    def hand_over(self, request: Request, id: UUID) -> Response:
        row, version = self.for_verb()
        values = self.checked(serializer=HandOverShape)
        return self.answer(
            actions.hand_over(pk=row.pk, values=values, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(request=RefusalShape, responses=RecordRequestShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def refuse(self, request: Request, id: UUID) -> Response:
        row, version = self.for_verb()
        body = self.checked(serializer=RefusalShape)
        return self.answer(actions.refuse_request(pk=row.pk, by=self.user, version=version, **body))

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True)
    def package(self, request: Request, id: UUID) -> HttpResponseBase:
        """The newest data package as it was stored."""
        row = self.get_object()
        if not policy.can_read_full_records(self.user):
            raise PermissionDenied
        packed = RecordPackage.objects.visible_to(self.user).filter(request=row).first()
        if packed is None:
            raise Http404
        pieces = actions.package_pieces(packed)
        self.opened(patient_id=row.patient_id, kind="record_package", record_id=packed.pk, act="exported")
        return StreamingHttpResponse(
            pieces, content_type="application/zip", headers={"Content-Length": str(packed.size)}
        )

    def for_verb(self) -> tuple[RecordRequest, int]:
        row = self.get_object()
        if not policy.can_decide_requests(self.user):
            raise PermissionDenied
        _ = self.request.data
        return row, expected_version(self.request, row)


class RefusedCorrectionShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField(source="patient_id")
    asked_on = serializers.DateField()
    asked_for = Text(required=True, allow_blank=False, max_length=2000)
    reason = Text(required=True, allow_blank=False, max_length=2000)
    statement = Text(max_length=4000)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class StatementShape(StrictSerializer):
    statement = Text(required=True, allow_blank=False, max_length=4000)


class RefusedCorrectionViewSet(ReadViewSet):
    serializer_class = RefusedCorrectionShape
    queryset = RefusedCorrection.objects.none()
    filterset_class = OfPatientFilter

    def get_queryset(self) -> QuerySet[RefusedCorrection]:
        if not policy.can_read_corrections(self.user):
            raise PermissionDenied
        return RefusedCorrection.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_refuse_corrections(self.user):
            raise PermissionDenied
        body = self.checked()
        patient = patient_named(self.user, body.pop("patient_id"))
        made = actions.refuse_correction(patient=patient, values=body, by=self.user, at=timezone.now())
        return self.answer(made, status=201)

    @extend_schema(request=StatementShape, responses=RefusedCorrectionShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def statement(self, request: Request, id: UUID) -> Response:
        """The patient's own words; they are shown with the record and print in it."""
        row = self.get_object()
        if not policy.can_refuse_corrections(self.user):
            raise PermissionDenied
        _ = self.request.data
        version = expected_version(self.request, row)
        body = self.checked(serializer=StatementShape)
        return self.answer(actions.add_statement(pk=row.pk, by=self.user, version=version, **body))


def patient_named(user: User, pk: Any) -> Patient:
    """The practice's own patient, or a 400 beside the field."""
    patient = Patient.objects.visible_to(user).select_related("practice").filter(pk=pk).first()
    if patient is None:
        raise serializers.ValidationError({"patient": "Choose a patient of this practice."})
    return patient
