"""`/documents`: issued PDFs and their bytes."""

from typing import Any, ClassVar
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

from patients.filters import OfPatientFilter
from practice.rest import ReadViewSet, StrictSerializer, idempotent
from reports import actions, policy
from reports.api.deliveries import DeliveryShape, SendingShape
from reports.models import Document
from reports.models.documents import MADE_OF
from reports.serving import pdf_response


class DocumentShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(Document.Kind.choices)
    session = serializers.UUIDField(source="session_id", required=False, allow_null=True)
    consent = serializers.UUIDField(source="consent_id", required=False, allow_null=True)
    letter = serializers.UUIDField(source="letter_id", required=False, allow_null=True)
    episode = serializers.UUIDField(source="episode_id", required=False, allow_null=True)
    patient = serializers.UUIDField(
        source="patient_id", required=False, help_text="Sent only with a letter about everything signed."
    )
    batch = serializers.UUIDField(source="batch_id", read_only=True, allow_null=True)
    addressee = serializers.UUIDField(
        source="addressee_id", required=False, allow_null=True, help_text="A contact: to whom a letter goes."
    )
    number = serializers.CharField(read_only=True)
    pages = serializers.IntegerField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    source_versions = serializers.DictField(read_only=True)
    supersedes = serializers.UUIDField(source="supersedes_id", read_only=True, allow_null=True)
    generated_at = serializers.DateTimeField(source="created_at", read_only=True)
    generated_by = serializers.UUIDField(source="created_by_id", read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each kind is made of one thing, and of nothing else; a letter of its draft, or new from the record."""
        wanted = LETTER_OF if attrs["kind"] == Document.Kind.GP_LETTER else (MADE_OF[attrs["kind"]],)
        sent = [name for name in NAMED if attrs.get(f"{name}_id") is not None]
        made_of = " or ".join(wanted)
        known = [name for name in sent if name in wanted]
        problems = dict.fromkeys(set(sent) - set(known), f"Leave this out: this kind is made of a {made_of}.")
        if not known:
            problems[wanted[0]] = f"Name the {made_of} by id: this kind is made of it."
        for name in known[1:]:
            problems[name] = "Name one thing it is made of, not more."
        if attrs.get("addressee_id") is not None and (attrs["kind"] != Document.Kind.GP_LETTER or "letter" in sent):
            problems["addressee"] = "Leave this out: only a letter that is made from the record has an addressee here."
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


NAMED = ("letter", "session", "episode", "patient", "consent")
LETTER_OF = ("letter", "session", "episode", "patient")


class DocumentFilter(OfPatientFilter):
    session = django_filters.UUIDFilter(field_name="session")
    consent = django_filters.UUIDFilter(field_name="consent")
    letter = django_filters.UUIDFilter(field_name="letter")
    episode = django_filters.UUIDFilter(field_name="episode")
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
        """Issue a document; the one before of the same source is superseded and stays."""
        if not policy.issuable_kinds(self.user):
            raise PermissionDenied
        return self.answer(self._issued(self.checked()), status=201)

    def _issued(self, body: dict[str, Any]) -> Document:
        kind, by, at = body["kind"], self.user, timezone.now()
        if kind == Document.Kind.CONSENT_COPY:
            return actions.issue_consent_copy(consent_pk=body["consent_id"], by=by, at=at)
        if kind == Document.Kind.COURSE_REPORT:
            return actions.issue_course_report(episode_pk=body["episode_id"], by=by, at=at)
        if kind != Document.Kind.GP_LETTER:
            return actions.issue_document(session_pk=body["session_id"], kind=kind, by=by, at=at)
        if body.get("letter_id"):
            return actions.issue_letter(pk=body["letter_id"], by=by, at=at)
        about = next(name for name in LETTER_OF if body.get(f"{name}_id"))
        letter = actions.begin_letter_about(
            about=about, pk=body[f"{about}_id"], contact_pk=body.get("addressee_id"), by=by, at=at
        )
        return actions.issue_letter(pk=letter.pk, by=by, at=at)

    @extend_schema(request=SendingShape, responses={202: DeliveryShape})
    @action(detail=True, methods=["post"])
    @idempotent
    def email(self, request: Request, id: UUID) -> Response:
        """Queue it to the address that was confirmed. The worker checks permission, address and document again."""
        document = self.get_object()
        if not policy.can_email(self.user, document):
            raise PermissionDenied
        body: dict[str, Any] = self.checked(serializer=SendingShape)
        delivery = actions.email_document(
            document_pk=document.pk, sending=actions.Sending(**body), by=self.user, at=timezone.now()
        )
        self.opened(patient_id=document.patient_id, kind=document.kind, record_id=document.pk, act="emailed")
        return Response(DeliveryShape(delivery).data, status=202)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request: Request, id: UUID) -> HttpResponse:
        """The stored bytes, with their digest in `Repr-Digest`."""
        document = self.get_object()
        self.opened(patient_id=document.patient_id, kind=document.kind, record_id=document.pk, act="exported")
        return pdf_response(document)
