"""`/registrations`: links for new people, what they sent in, and what becomes of it."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients import actions, duplicates, own_words, policy
from patients.api.card_shapes import IdentifierShape, referral_values
from patients.api.people import (
    ADDRESS,
    EMERGENCY,
    AddressShape,
    EmergencyShape,
    NewPatientShape,
    PhoneShape,
    patient_values,
)
from patients.filters import OfPatientFilter
from patients.models import Patient, Registration
from patients.registration_words import LINK_LASTS
from practice.fields import Choice, Text, Whole
from practice.models import Practice
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent


class WroteShape(serializers.Serializer[Any]):
    """What the person wrote. None of it is in a record before somebody accepts it."""

    family_name = serializers.CharField()
    given_names = serializers.CharField()
    preferred_name = serializers.CharField()
    former_names = serializers.ListField(child=serializers.CharField())
    date_of_birth = serializers.DateField()
    sex_at_birth = serializers.ChoiceField(Patient.Sex.choices)
    gender = serializers.CharField()
    pronouns = serializers.CharField()
    phones = PhoneShape(many=True)
    email = serializers.CharField()
    email_ok = serializers.BooleanField()
    sms_ok = serializers.BooleanField()
    documents_by_email_ok = serializers.BooleanField()
    address = AddressShape()
    emergency_contact = EmergencyShape()
    gp = serializers.CharField(help_text="Free text: whom it means has to be found among the contacts.")
    identifiers = IdentifierShape(many=True)


class CandidateShape(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    record_number = serializers.IntegerField()
    score = serializers.FloatField(help_text="0 to 1: how likely both are one person.")
    reason = serializers.CharField()


class RegistrationShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(Registration.State.choices)
    way = serializers.ChoiceField(Registration.Way.choices)
    called = serializers.CharField(help_text="Whom the link was for, as the desk wrote it.")
    email = serializers.CharField(help_text="Where the link went.")
    sent_in_at = serializers.DateTimeField(allow_null=True)
    documents_by_email_ok = serializers.BooleanField()
    documents_by_email_words = serializers.CharField(help_text="What they read when they allowed it.")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.UUIDField(allow_null=True)
    reason = serializers.ChoiceField(Registration.Reason.choices, allow_null=True)
    note = serializers.CharField()
    patient = serializers.UUIDField(allow_null=True)
    forget_at = serializers.DateTimeField(help_text="What was written is deleted then.")
    forgotten_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = serializers.UUIDField(allow_null=True)
    wrote = WroteShape(required=False, allow_null=True, help_text="Of a single registration, while it is kept.")
    candidates = CandidateShape(many=True, required=False, help_text="Of one that waits: who it may already be.")


class InviteShape(StrictSerializer):
    way = Choice(Registration.Way, required=True, help_text="`shown`: ask for the link afterwards.")
    email = Text(max_length=254)
    called = Text(max_length=120)


class FormLinkShape(serializers.Serializer[Any]):
    address = serializers.CharField(help_text="Told once.")
    expires_at = serializers.DateTimeField()


class TakeInShape(StrictSerializer):
    patient = serializers.UUIDField()
    patient_version = Whole(
        required=True, allow_null=False, min_value=1,
        help_text="Of the record that was compared; 409 when it has changed.",
    )  # fmt: skip
    take = serializers.ListField(
        child=serializers.ChoiceField(sorted(own_words.CHOOSABLE)), required=False, max_length=len(own_words.CHOOSABLE),
        help_text="What the record takes over; phones, former names and numbers of cards are combined.",
    )  # fmt: skip


class RejectShape(StrictSerializer):
    reason = Choice(Registration.Reason, required=True)
    note = Text(max_length=250)


class RegistrationFilter(OfPatientFilter):
    state = django_filters.ChoiceFilter(choices=Registration.State.choices)


class RegistrationViewSet(ReadViewSet):
    serializer_class = RegistrationShape
    queryset = Registration.objects.none()
    filterset_class = RegistrationFilter
    ordering = "-created_at"
    ordering_fields: ClassVar[set[str]] = {"created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[Registration]:
        if not policy.can_read_registrations(self.user):
            raise PermissionDenied
        return Registration.objects.visible_to(self.user).told()

    def represent(self, record: Registration) -> dict[str, Any]:
        names = ("id", "version", "state", "way", "sent_in_at", "documents_by_email_ok", "documents_by_email_words",
                 "decided_at", "forget_at", "forgotten_at", "created_at")  # fmt: skip
        answers = getattr(record, "answers", None)
        body = {name: getattr(record, name) for name in names}
        body |= {name: getattr(record, f"{name}_id") for name in ("decided_by", "patient", "created_by")}
        body |= {name: getattr(answers, name, "") for name in ("called", "email", "note")}
        body["reason"] = record.reason or None
        if self.action != "list":
            said = answers.said if answers else {}
            body["wrote"] = wrote_body(said, record.practice) if said else None
            body["candidates"] = self.candidates(said, record) if record.is_waiting else []
        return body

    def candidates(self, said: Mapping[str, Any], record: Registration) -> list[dict[str, Any]]:
        found = duplicates.likely(Patient.objects.visible_to(self.user), own_words.as_patient(said, record.practice))
        return [
            {"patient": one.patient.pk, "record_number": one.patient.record_number, "score": one.score, "reason": one.reason}
            for one in found
        ]  # fmt: skip

    @extend_schema(request=InviteShape, responses={201: RegistrationShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """A link for somebody new: by mail, or to be shown."""
        if not policy.may_invite(self.user):
            raise PermissionDenied
        sent = self.checked(serializer=InviteShape)
        made = actions.invite(**sent, by=self.user, at=timezone.now())
        return self.answer(self.again(made), status=201)

    @extend_schema(request=None, responses={201: FormLinkShape})
    @action(detail=True, methods=["post"])
    def link(self, request: Request, id: UUID) -> Response:
        """A new address of an open invitation. It is told once; those made before still open."""
        row, _ = self.to_decide()
        now = timezone.now()
        token = actions.show_link(pk=row.pk, by=self.user, at=now)
        address = request.build_absolute_uri(reverse("registration:form", args=[token]))
        return Response({"address": address, "expires_at": now + LINK_LASTS}, status=201)

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Its links open nothing any more."""
        row, version = self.to_decide(versioned=True)
        done = actions.withdraw_invitation(pk=row.pk, by=self.user, at=timezone.now(), version=version)
        return self.answer(self.again(done))

    @extend_schema(request=NewPatientShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def accept(self, request: Request, id: UUID) -> Response:
        """A new patient of what was written; the body names only what the desk puts right. 409 as on registering."""
        row, version = self.to_decide(versioned=True)
        body = self.checked(serializer=NewPatientShape, partial=True)
        actions.accept_registration(
            pk=row.pk, by=self.user, at=timezone.now(), version=version,
            values=patient_values(body, country=self.user.practice.country), identifiers=body.get("identifiers"),
            referral=referral_values(body["referral"]) if "referral" in body else None,
            confirm_not_duplicate=body.get("confirm_not_duplicate", False),
        )  # fmt: skip
        return self.answer(self.again(row))

    @extend_schema(request=TakeInShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="take-in")
    @idempotent
    def take_in(self, request: Request, id: UUID) -> Response:
        """The person is a patient already: the chosen fields go into that record."""
        row, version = self.to_decide(versioned=True)
        body = self.checked(serializer=TakeInShape)
        patient = Patient.objects.visible_to(self.user).led(body["patient"])
        if patient is None:
            raise Http404
        actions.take_into_record(
            pk=row.pk, patient_pk=patient.pk, take=body.get("take", ()), by=self.user, at=timezone.now(),
            version=version, patient_version=body["patient_version"],
        )  # fmt: skip
        return self.answer(self.again(row))

    @extend_schema(request=RejectShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def reject(self, request: Request, id: UUID) -> Response:
        """It becomes nothing; what was written is deleted when its time is over."""
        row, version = self.to_decide(versioned=True)
        sent = self.checked(serializer=RejectShape)
        done = actions.reject_registration(pk=row.pk, **sent, by=self.user, at=timezone.now(), version=version)
        return self.answer(self.again(done))

    def to_decide(self, *, versioned: bool = False) -> tuple[Registration, int]:
        row = self.get_object()
        if not policy.can_decide_registration(self.user, row):
            raise PermissionDenied
        _ = self.request.data
        return row, expected_version(self.request, row) if versioned else row.version

    def again(self, row: Registration) -> Registration:
        return self.get_queryset().get(pk=row.pk)


def wrote_body(said: Mapping[str, Any], practice: Practice) -> dict[str, Any]:
    patient = own_words.as_patient(said, practice)
    names = set(WroteShape().fields) - {"address", "emergency_contact", "gp", "identifiers"}
    return {name: getattr(patient, name) for name in names} | {
        "address": {name: getattr(patient, column) for name, column in ADDRESS.items()},
        "emergency_contact": {name: getattr(patient, column) for name, column in EMERGENCY.items()},
        "gp": said["gp"],
        "identifiers": own_words.identifiers_of(said),
    }
