"""`/documents`: issued PDFs and their bytes."""

from typing import ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from patients.filters import OfPatientFilter
from practice.rest import ReadViewSet, StrictSerializer, idempotent
from reports import actions, policy
from reports.models import Document
from reports.serving import pdf_response


class DocumentShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(Document.Kind.choices)
    session = serializers.UUIDField(source="session_id")
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    number = serializers.CharField(read_only=True)
    pages = serializers.IntegerField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    source_versions = serializers.DictField(read_only=True)
    supersedes = serializers.UUIDField(source="supersedes_id", read_only=True, allow_null=True)
    generated_at = serializers.DateTimeField(source="created_at", read_only=True)
    generated_by = serializers.UUIDField(source="created_by_id", read_only=True)


class DocumentFilter(OfPatientFilter):
    session = django_filters.UUIDFilter(field_name="session")
    kind = django_filters.ChoiceFilter(choices=Document.Kind.choices)


class DocumentViewSet(ReadViewSet):
    serializer_class = DocumentShape
    queryset = Document.objects.none()
    filterset_class = DocumentFilter
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[Document]:
        kinds = policy.readable_kinds(self.user)
        if not kinds:
            raise PermissionDenied
        return Document.objects.visible_to(self.user).filter(kind__in=kinds).without_content()

    @idempotent
    def create(self, request: Request) -> Response:
        """Issue a document of a signed session; the one before is superseded and stays."""
        if not policy.issuable_kinds(self.user):
            raise PermissionDenied
        body = self.checked()
        document = actions.issue_document(
            session_pk=body["session_id"], kind=body["kind"], by=self.user, at=timezone.now()
        )
        return self.answer(document, status=201)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request: Request, id: UUID) -> HttpResponse:
        """The stored bytes, with their digest in `Repr-Digest`."""
        document = self.get_object()
        self.opened(patient_id=document.patient_id, kind=document.kind, record_id=document.pk, act="exported")
        return pdf_response(document)


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("documents", DocumentViewSet, basename="document")
urlpatterns = router.urls
