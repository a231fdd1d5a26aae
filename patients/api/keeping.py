"""`/legal-holds`, `/destructions` and `/destroyed-records`: what has to be kept, and what two people destroyed."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients import actions, expired, policy
from patients.api.sure import sure_who_it_is
from patients.models import DestroyedRecord, Destruction, LegalHold, Patient
from practice.fields import Text
from practice.rest import IF_MATCH, ReadViewSet, RecordViewSet, StrictSerializer, expected_version, idempotent


class OfPatientShape(StrictSerializer):
    patient = serializers.UUIDField()
    reason = Text(max_length=500)


class WhyShape(StrictSerializer):
    reason = Text(max_length=500)


class LegalHoldShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    patient = serializers.UUIDField(source="patient_id")
    reason = serializers.CharField()
    set_by = serializers.UUIDField(source="created_by_id", allow_null=True)
    created_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = serializers.UUIDField(source="lifted_by_id", allow_null=True)
    lifted_reason = serializers.CharField()


class DestructionShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    patient = serializers.UUIDField(source="patient_id")
    record_number = serializers.IntegerField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(Destruction.State.choices)
    proposed_by = serializers.UUIDField(source="proposed_by_id")
    confirmed_by = serializers.UUIDField(source="confirmed_by_id", allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class DestroyedRecordShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    destruction = serializers.UUIDField(source="destruction_id")
    record_number = serializers.IntegerField()
    other_record_numbers = serializers.ListField(child=serializers.IntegerField())
    name = serializers.CharField()
    registered_on = serializers.DateField()
    last_entry_on = serializers.DateField()
    kept_until = serializers.DateField()
    rule = serializers.CharField()
    reason = serializers.CharField()
    proposed_by = serializers.UUIDField(source="proposed_by_id")
    destroyed_by = serializers.UUIDField(source="created_by_id")
    destroyed_at = serializers.DateTimeField(source="created_at")
    rows = serializers.DictField(child=serializers.IntegerField())
    sha256 = serializers.CharField()


class ExpiredShape(serializers.Serializer[Any]):
    """`legal_hold` keeps it all the same; `destruction` waits for a second person."""

    patient = serializers.UUIDField()
    record_number = serializers.IntegerField()
    name = serializers.CharField()
    date_of_birth = serializers.DateField()
    last_entry_on = serializers.DateField()
    kept_until = serializers.DateField()
    rule = serializers.CharField()
    legal_hold = serializers.UUIDField(allow_null=True)
    destruction = serializers.UUIDField(allow_null=True)


class HoldFilter(django_filters.FilterSet):
    patient = django_filters.UUIDFilter(field_name="patient")
    standing = django_filters.BooleanFilter(field_name="lifted_at", lookup_expr="isnull")


class KeepingViewSet(ReadViewSet):
    """What the three share: who may read, and the patient of a body."""

    ordering = "-created_at"
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def may_read(self) -> None:
        if not policy.can_read_register(self.user):
            raise PermissionDenied

    def patient_of(self, body: dict[str, Any]) -> Patient:
        found = Patient.objects.visible_to(self.user).select_related("practice").filter(pk=body["patient"]).first()
        if found is None:
            raise Http404
        return found

    def for_verb(self) -> tuple[Any, int]:
        row = self.get_object()
        _ = self.request.data
        return row, expected_version(self.request, row)


class LegalHoldViewSet(KeepingViewSet):
    serializer_class = LegalHoldShape
    queryset = LegalHold.objects.none()
    filterset_class = HoldFilter

    def get_queryset(self) -> QuerySet[LegalHold]:
        self.may_read()
        return LegalHold.objects.visible_to(self.user)

    @extend_schema(request=OfPatientShape, responses={201: LegalHoldShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Nothing of this person is destroyed while it stands."""
        if not policy.may_hold(self.user):
            raise PermissionDenied
        body = self.checked(serializer=OfPatientShape)
        hold = actions.set_hold(patient=self.patient_of(body), reason=body.get("reason", ""), by=self.user)
        return self.answer(hold, status=201)

    @extend_schema(request=WhyShape, responses=LegalHoldShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def lift(self, request: Request, id: UUID) -> Response:
        if not policy.may_hold(self.user):
            raise PermissionDenied
        hold, version = self.for_verb()
        reason = self.checked(serializer=WhyShape).get("reason", "")
        return self.answer(
            actions.lift_hold(pk=hold.pk, reason=reason, by=self.user, at=timezone.now(), version=version)
        )


class DestructionViewSet(KeepingViewSet):
    serializer_class = DestructionShape
    queryset = Destruction.objects.none()

    def get_queryset(self) -> QuerySet[Destruction]:
        self.may_read()
        return Destruction.objects.visible_to(self.user)

    @extend_schema(request=OfPatientShape, responses={201: DestructionShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Propose that a record is destroyed: refused before its time and under a legal hold. Nothing is destroyed yet."""
        if not policy.may_propose_destruction(self.user):
            raise PermissionDenied
        body = self.checked(serializer=OfPatientShape)
        patient = self.patient_of(body)
        sure_who_it_is(request, tokens=False)
        proposed = actions.propose_destruction(
            patient=patient, reason=body.get("reason", ""), by=self.user, at=timezone.now()
        )
        return self.answer(proposed, status=201)

    @extend_schema(request=None, responses={201: DestroyedRecordShape}, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, id: UUID) -> Response:
        """By somebody else than who proposed it, who has just entered their password. Cannot be undone. Answers the line
        of the register."""
        if not policy.may_confirm(self.user):
            raise PermissionDenied
        row, version = self.for_verb()
        sure_who_it_is(request, tokens=False)
        entry = actions.confirm_destruction(pk=row.pk, by=self.user, at=timezone.now(), version=version)
        return Response(DestroyedRecordShape(entry).data, status=201)

    @extend_schema(request=None, responses=DestructionShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        if not policy.may_confirm(self.user):
            raise PermissionDenied
        row, version = self.for_verb()
        return self.answer(actions.withdraw_destruction(pk=row.pk, by=self.user, at=timezone.now(), version=version))


class DestroyedRecordViewSet(KeepingViewSet):
    serializer_class = DestroyedRecordShape
    queryset = DestroyedRecord.objects.none()

    def get_queryset(self) -> QuerySet[DestroyedRecord]:
        self.may_read()
        return DestroyedRecord.objects.visible_to(self.user)


class ExpiredRecordViewSet(RecordViewSet):
    serializer_class = ExpiredShape
    queryset = Patient.objects.none()
    ordering = "created_at"

    def get_queryset(self) -> QuerySet[Patient]:
        if not policy.can_read_register(self.user):
            raise PermissionDenied
        today = self.user.practice.local_date(timezone.now())
        return expired.expired(Patient.objects.visible_to(self.user), practice=self.user.practice, today=today)

    def list(self, request: Request) -> Response:
        """Records whose time is over: nobody has to keep them any more, unless a legal hold stands."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = expired.told(list(page), practice=self.user.practice)
        return self.get_paginated_response([expired_body(row) for row in rows])


def expired_body(row: expired.Expired) -> dict[str, Any]:
    patient, kept = row.patient, row.kept
    return {
        "patient": patient.pk, "record_number": patient.record_number, "name": patient.full_name,
        "date_of_birth": patient.date_of_birth, "last_entry_on": kept.last_entry_on, "kept_until": kept.until,
        "rule": kept.in_words, "legal_hold": row.hold.pk if row.hold else None,
        "destruction": row.proposed.pk if row.proposed else None,
    }  # fmt: skip
