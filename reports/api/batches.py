"""`/print-batches`: the documents of a day, made by the worker; the bound PDF when it is done."""

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from practice.fields import YesNo
from practice.models import Clinic, User
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent
from practice.sent_numbers import whole_number
from reports import actions, policy
from reports.models import PrintBatch


class BatchShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    day = serializers.DateField()
    kind = serializers.ChoiceField(PrintBatch.Kind.choices)
    clinic = serializers.UUIDField(source="clinic_id", required=False, allow_null=True)
    practitioner = serializers.UUIDField(source="practitioner_id", required=False, allow_null=True)
    both_sides = YesNo(help_text="A blank page ends a document of odd pages. True when left out.")
    sessions = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)
    stopped_at = serializers.DateTimeField(read_only=True, allow_null=True)


class ProgressShape(serializers.Serializer[Any]):
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    left = serializers.IntegerField()
    total = serializers.IntegerField()
    volumes = serializers.IntegerField(help_text="How many files `content` has: each holds at most 200 documents.")


class BatchViewSet(ReadViewSet):
    serializer_class = BatchShape
    queryset = PrintBatch.objects.none()
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[PrintBatch]:
        kinds = policy.orderable_kinds(self.user)
        if not kinds:
            raise PermissionDenied
        return PrintBatch.objects.visible_to(self.user).filter(kind__in=kinds)

    @idempotent
    def create(self, request: Request) -> Response:
        """Order the documents of the signed sessions of a day."""
        if not policy.orderable_kinds(self.user):
            raise PermissionDenied
        body = self.checked()
        clinic = self._one(Clinic.objects.visible_to(self.user), body.pop("clinic_id", None))
        practitioner = self._one(User.objects.visible_to(self.user), body.pop("practitioner_id", None))
        batch = actions.order_batch(**body, clinic=clinic, practitioner=practitioner, by=self.user, at=timezone.now())
        return self.answer(batch, status=201)

    @extend_schema(responses=ProgressShape)
    @action(detail=True)
    def progress(self, request: Request, id: UUID) -> Response:
        progress = actions.progress_of(self.get_object())
        return Response(
            ProgressShape(asdict(progress) | {"left": progress.left, "volumes": len(actions.volumes(progress))}).data
        )

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def stop(self, request: Request, id: UUID) -> Response:
        """No further document is made; those that were stay."""
        batch = self.get_object()
        _ = request.data
        version = expected_version(request, batch)
        return self.answer(actions.stop_batch(pk=batch.pk, by=self.user, at=timezone.now(), version=version))

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("volume", int, description="Which file of a very large day; 1 when left out.")],
    )
    @action(detail=True)
    def content(self, request: Request, id: UUID) -> HttpResponseBase:
        """At most 200 documents as one PDF, every page checked again. 409 while some are still to be made, 404 for a
        volume that is not there."""
        batch = self.get_object()
        bound = actions.bound(batch, volume=whole_number(request.query_params.get("volume", "1"), 0))
        for patient, document in bound.holds:
            self.opened(patient_id=patient, kind=batch.kind, record_id=document, act="exported")
        headers = {
            "Content-Disposition": f'inline; filename="day-{batch.day}.pdf"',
            "Cache-Control": "private, no-store",
        }
        return FileResponse(bound.file, content_type="application/pdf", headers=headers)

    def _one(self, rows: Any, pk: UUID | None) -> Any:
        row = rows.filter(pk=pk).first() if pk else None
        if pk and row is None:
            raise Http404
        return row
