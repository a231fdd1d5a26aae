"""`/consents`: what patients agreed to, took back, and signed on paper."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from consent import actions, policy, state
from consent.api.patients import patient_of
from consent.models import Consent, ConsentScan, ConsentText
from consent.scan_serving import scan_response
from patients.filters import OfPatientFilter
from practice.fields import Choice, Keys, Text
from practice.rest import ReadViewSet, StrictSerializer, idempotent


class GivenByShape(StrictSerializer):
    kind = Choice(Consent.GivenBy)
    name = Text(max_length=120)
    relation = Text(max_length=60)


class WithdrawalShape(StrictSerializer):
    scope = Text(required=True, allow_blank=False, max_length=30, help_text="A scope that was given, or all.")
    reason = Text(max_length=500)
    withdrawn_at = serializers.DateTimeField(read_only=True)


class TakenBackShape(StrictSerializer):
    patient = serializers.UUIDField()
    scope = Text(required=True, allow_blank=False, max_length=30, help_text="A scope that is given, or all.")
    reason = Text(max_length=500)


class ScanShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    content_type = serializers.CharField(read_only=True)
    size = serializers.IntegerField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class ScanUploadShape(StrictSerializer):
    content = serializers.CharField(
        trim_whitespace=False, help_text="The PDF, JPEG or PNG in base64, at most 10 MB before encoding."
    )


class CareShape(StrictSerializer):
    key = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True)


class CoverageShape(StrictSerializer):
    scope = serializers.CharField(read_only=True)
    in_force = serializers.BooleanField(read_only=True)
    consent = serializers.UUIDField(read_only=True, allow_null=True)
    valid_until = serializers.DateField(read_only=True, allow_null=True)
    why = serializers.CharField(
        read_only=True, help_text="none, refused, withdrawn, expired, superseded, absent; or empty."
    )
    reason = serializers.CharField(read_only=True)
    cure = serializers.CharField(read_only=True)


class ConsentShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField()
    text = serializers.UUIDField()
    decisions = serializers.DictField(child=Text(max_length=20))
    risks_discussed = Keys(max_length=60)
    questions = Text(max_length=2000)
    given_by = GivenByShape(required=False)
    method = Choice(Consent.Method, required=True)
    signature = serializers.JSONField(required=False, allow_null=True)
    given_at = serializers.DateTimeField(required=False)
    witness = Text(max_length=120)
    not_signed_reason = Text(max_length=300)
    signature_sha256 = serializers.CharField(read_only=True)
    valid_until = serializers.DateField(read_only=True)
    obtained_by = serializers.UUIDField(read_only=True)
    withdrawals = WithdrawalShape(many=True, read_only=True)
    scans = ScanShape(many=True, read_only=True)
    warnings = CareShape(many=True, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


def consent_body(consent: Consent) -> dict[str, Any]:
    names = ("decisions", "risks_discussed", "questions", "method", "signature", "signature_sha256", "given_at", "witness",
             "not_signed_reason", "valid_until", "created_at")  # fmt: skip
    return {name: getattr(consent, name) for name in names} | {
        "id": consent.pk,
        "patient": consent.patient_id,
        "text": consent.text_id,
        "given_by": {
            "kind": consent.given_by_kind,
            "name": consent.given_by_name,
            "relation": consent.given_by_relation,
        },
        "obtained_by": consent.obtained_by_id,
        "withdrawals": [
            {"scope": w.scope, "reason": w.reason, "withdrawn_at": w.withdrawn_at} for w in consent.withdrawals.all()
        ],
        "scans": [scan_body(scan) for scan in consent.scans.all()],
        "warnings": [{"key": care.key, "message": care.message} for care in state.cares_of(consent)],
    }


def scan_body(scan: ConsentScan) -> dict[str, Any]:
    names = ("content_type", "size", "sha256", "created_at")
    return {name: getattr(scan, name) for name in names} | {"id": scan.pk}


def consent_values(body: Mapping[str, Any]) -> dict[str, Any]:
    given_by = body.get("given_by", {})
    rest = {k: v for k, v in body.items() if k not in ("patient", "text", "given_by")}
    return rest | {f"given_by_{name}": given_by.get(name, "") for name in ("kind", "name", "relation")}


class ConsentViewSet(ReadViewSet):
    serializer_class = ConsentShape
    queryset = Consent.objects.none()
    filterset_class = OfPatientFilter
    ordering = "-given_at"
    ordering_fields: ClassVar[set[str]] = {"given_at", "created_at"}

    def get_queryset(self) -> QuerySet[Consent]:
        if not policy.can_read(self.user):
            raise PermissionDenied
        rows = Consent.objects.visible_to(self.user).select_related("patient__practice")
        return rows.prefetch_related("withdrawals", "scans")

    def represent(self, record: Consent) -> dict[str, Any]:
        return consent_body(record)

    def retrieve(self, request: Request, id: UUID) -> Response:
        consent = self.get_object()
        self.opened(patient_id=consent.patient_id, kind="consent", record_id=consent.pk)
        return self.answer(consent)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.may_capture(self.user):
            raise PermissionDenied
        body = self.checked()
        patient = patient_of(self.user, body["patient"])
        text = ConsentText.objects.visible_to(self.user).filter(pk=body["text"]).first()
        if text is None:
            raise serializers.ValidationError({"text": "Choose a published consent text of this practice."})
        values = consent_values(body)
        consent = actions.record_consent(patient=patient, text=text, values=values, by=self.user, at=timezone.now())
        return self.answer(consent, status=201)

    @extend_schema(request=WithdrawalShape, responses={201: ConsentShape})
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        consent = self.get_object()
        if not policy.can_capture(self.user, consent.patient):
            raise PermissionDenied
        body = self.checked(serializer=WithdrawalShape)
        reason = body.get("reason", "")
        actions.withdraw(consent_pk=consent.pk, scope=body["scope"], reason=reason, by=self.user, at=timezone.now())
        return self.answer(self.get_object(), status=201)

    @extend_schema(
        operation_id="consents_withdraw_everywhere", request=TakenBackShape, responses={201: ConsentShape(many=True)}
    )
    @action(detail=False, methods=["post"], url_path="withdraw", url_name="withdraw-everywhere", filterset_class=None)
    @idempotent
    def withdraw_everywhere(self, request: Request) -> Response:
        """The patient does not want a scope (or all) any more, whichever consents gave it. Acts at once."""
        if not policy.may_capture(self.user):
            raise PermissionDenied
        body = self.checked(serializer=TakenBackShape)
        patient = patient_of(self.user, body["patient"])
        taken = actions.withdraw_everywhere(
            patient=patient, scope=body["scope"], reason=body.get("reason", ""), by=self.user, at=timezone.now()
        )
        rows = self.get_queryset().filter(pk__in=[withdrawal.consent_id for withdrawal in taken])
        return Response([self.represent(consent) for consent in rows], status=201)

    @extend_schema(
        parameters=[OpenApiParameter("patient", OpenApiTypes.UUID, required=True)], responses=CoverageShape(many=True)
    )
    @action(detail=False, url_path="in-force", pagination_class=None, filterset_class=None)
    def in_force(self, request: Request) -> Response:
        """Every scope of a patient now: in force until when, or why not and what to do."""
        if not policy.can_read(self.user):
            raise PermissionDenied
        patient = patient_of(self.user, _uuid_of(request.query_params.get("patient", "")))
        covered = state.coverage_now(patient, at=timezone.now())
        return Response(CoverageShape(covered.values(), many=True).data)

    @extend_schema(request=ScanUploadShape, responses={201: ScanShape})
    @action(detail=True, methods=["post"])
    @idempotent
    def scans(self, request: Request, id: UUID) -> Response:
        """Add a scan of the signed paper. Its kind is told by its content; the same file again is the same scan."""
        consent = self.get_object()
        if not policy.can_capture(self.user, consent.patient):
            raise PermissionDenied
        content = _decoded(self.checked(serializer=ScanUploadShape)["content"])
        scan = actions.add_scan(consent_pk=consent.pk, content=content, by=self.user, at=timezone.now())
        return Response(scan_body(scan), status=201)

    @extend_schema(operation_id="consents_scan_content", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, url_path="scans/<uuid:scan>", url_name="scan")
    def scan(self, request: Request, id: UUID, scan: UUID) -> HttpResponse:
        """The stored bytes: a PDF, JPEG or PNG. Opening it is in the access log."""
        consent = self.get_object()
        row = consent.scans.filter(pk=scan).first()
        if row is None:
            raise Http404
        content = actions.content_of(row)
        self.opened(patient_id=consent.patient_id, kind="consent_scan", record_id=row.pk, act="exported")
        return scan_response(row, content)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise serializers.ValidationError({"content": "Send the file in base64, without line breaks."}) from error


def _uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise serializers.ValidationError({"patient": "Name the patient by id."}) from error
