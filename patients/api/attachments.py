"""`/attachments`: files of a patient, sent as multipart, read back as they were stored."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from patients import actions, file_kinds, policy
from patients.attachment_serving import file_response
from patients.filters import OfPatientFilter
from patients.models import Attachment, Patient
from practice.fields import Choice, Text
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent, unchanged


class AttachmentUploadShape(StrictSerializer):
    patient = serializers.UUIDField()
    file = serializers.FileField(
        allow_empty_file=True,
        help_text=f"{file_kinds.KNOWN}, told by its content. Its size is bounded by a setting, 20 MB where none is made.",
    )
    kind = Choice(Attachment.Kind, required=True)
    title = Text(max_length=120, help_text="Empty: the name of the file.")
    dated_on = serializers.DateField(required=False, help_text="Empty: the day a photo was taken, else today.")


class AttachmentShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    kind = Choice(Attachment.Kind)
    title = Text(allow_blank=False, max_length=120, help_text="Empty for who may not open it and did not add it.")
    dated_on = serializers.DateField(required=False)
    content_type = serializers.CharField(read_only=True)
    size = serializers.IntegerField(read_only=True)
    pages = serializers.IntegerField(read_only=True, allow_null=True)
    sha256 = serializers.CharField(read_only=True, help_text="Of the file as it is kept, and as it is read back.")
    received_sha256 = serializers.CharField(read_only=True, help_text="Of the file as it was sent.")
    removed = serializers.CharField(read_only=True, help_text="Taken out of a photo: details, or place (and details).")
    archived_at = serializers.DateTimeField(read_only=True, allow_null=True)
    archived_by = serializers.UUIDField(source="archived_by_id", read_only=True, allow_null=True)
    archive_reason = serializers.CharField(read_only=True)
    notice = serializers.CharField(read_only=True, help_text="Only when it was just sent: what became of it, in words.")
    created_by = serializers.UUIDField(source="created_by_id", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class AttachmentReasonShape(StrictSerializer):
    reason = Text(required=True, allow_blank=True, max_length=300)


class AttachmentFilter(OfPatientFilter):
    kind = django_filters.ChoiceFilter(choices=Attachment.Kind.choices)
    archived = django_filters.BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")


class AttachmentViewSet(ReadViewSet):
    serializer_class = AttachmentShape
    queryset = Attachment.objects.none()
    filterset_class = AttachmentFilter
    ordering_fields: ClassVar[set[str]] = {"created_at", "updated_at", "dated_on"}

    def get_parsers(self) -> list[BaseParser]:
        """A file is sent as multipart, everything else as JSON."""
        adds = (getattr(self, "action_map", None) or {}).get("post") == "create"
        return [MultiPartParser()] if adds else super().get_parsers()

    def get_queryset(self) -> QuerySet[Attachment]:
        if not policy.can_list_attachments(self.user):
            raise PermissionDenied
        return Attachment.objects.visible_to(self.user).select_related("practice")

    def represent(self, record: Attachment) -> dict[str, Any]:
        body: dict[str, Any] = AttachmentShape(record).data | {"notice": ""}
        return body if policy.can_see_title(self.user, record) else body | {"title": ""}

    @extend_schema(
        request={"multipart/form-data": AttachmentUploadShape},
        responses={201: AttachmentShape, 200: OpenApiResponse(AttachmentShape, description="The same file was here already.")},
    )  # fmt: skip
    @idempotent
    def create(self, request: Request) -> Response:
        """Add a file. The same file again answers 200 with what is here already."""
        if not policy.may_attach(self.user):
            raise PermissionDenied
        body = self.checked(serializer=AttachmentUploadShape)
        file = body["file"]
        added = actions.add_attachment(
            patient=self.patient_named(body["patient"]),
            content=file.read(),
            file_name=file.name or "",
            values={name: body[name] for name in ("kind", "title", "dated_on") if name in body},
            by=self.user,
            at=timezone.now(),
        )
        answer = self.answer(added.attachment, status=200 if added.was_here else 201)
        answer.data["notice"] = added.notice
        return answer

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Put right the name, the kind or the day. The file itself never changes."""
        row = self.get_object()
        if not policy.can_change_attachment(self.user, row):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, row)
        values = self.checked(partial=True)
        if unchanged(row, values):
            return self.answer(row)
        return self.answer(
            actions.change_attachment(pk=row.pk, values=values, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, url_path="file")
    def file(self, request: Request, id: UUID) -> HttpResponse:
        """The stored bytes, checked against their digest. It is in the access log."""
        row = self.get_object()
        content = actions.file_of(row, by=self.user)
        self.opened(patient_id=row.patient_id, kind="attachment", record_id=row.pk, act="exported")
        return file_response(row, content)

    @extend_schema(request=AttachmentReasonShape, responses=AttachmentShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def archive(self, request: Request, id: UUID) -> Response:
        """Out of the chart, with a reason. Nothing is deleted."""
        row, version = self.for_verb()
        reason = self.checked(serializer=AttachmentReasonShape)["reason"]
        done = actions.archive_attachment(pk=row.pk, reason=reason, by=self.user, at=timezone.now(), version=version)
        return self.answer(done)

    @extend_schema(request=None, responses=AttachmentShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: Request, id: UUID) -> Response:
        row, version = self.for_verb()
        return self.answer(actions.restore_attachment(pk=row.pk, by=self.user, version=version))

    def for_verb(self) -> tuple[Attachment, int]:
        row = self.get_object()
        if not policy.can_change_attachment(self.user, row):
            raise PermissionDenied
        _ = self.request.data
        return row, expected_version(self.request, row)

    def patient_named(self, pk: UUID) -> Patient:
        """The practice's own patient (of a merged record, the one that stands), or a 400 beside the field."""
        patient = Patient.objects.visible_to(self.user).led(pk)
        if patient is None:
            raise serializers.ValidationError({"patient": "Choose a patient of this practice."})
        return patient
