"""`/patients` and what hangs on a patient: alerts, identifiers, who looked."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from patients import actions, email_permission, phones, policy, search
from patients.api.card_shapes import IdentifierShape, ReferralShape, referral_values
from patients.api.retention_shape import RetentionShape, retention_body
from patients.models import PHONE_KINDS, Alert, BodyArea, Identifier, Patient, Referral, whole_patient_ids
from practice.errors import Stale
from practice.fields import Choice, Text, YesNo, many
from practice.models import AccessEntry, Side
from practice.problems import PreconditionRequired
from practice.rest import IF_MATCH, RecordViewSet, StrictSerializer, expected_version, idempotent


class PhoneShape(StrictSerializer):
    kind = serializers.ChoiceField(PHONE_KINDS)
    number = Text(required=True, allow_blank=False, max_length=40)


class AddressShape(StrictSerializer):
    line1 = Text(max_length=120)
    line2 = Text(max_length=120)
    suburb = Text(max_length=80)
    state = Text(max_length=40)
    postcode = Text(max_length=12)
    country = Text(max_length=2)


class EmergencyShape(StrictSerializer):
    name = Text(max_length=120)
    relation = Text(max_length=60)
    phone = Text(max_length=40)


class PatientShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    record_number = serializers.IntegerField(read_only=True)
    family_name = Text(required=True, allow_blank=False, max_length=120)
    given_names = Text(max_length=120)
    preferred_name = Text(max_length=120)
    former_names = serializers.ListField(
        child=Text(required=True, allow_blank=False, max_length=120), max_length=10, required=False
    )
    date_of_birth = serializers.DateField(error_messages={"invalid": "Write a date that exists, such as 1988-02-29."})
    sex_at_birth = Choice(Patient.Sex)
    gender = Text(max_length=40)
    pronouns = Text(max_length=40)
    phones = many(PhoneShape, most=5, required=False)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    address = AddressShape(required=False)
    emergency_contact = EmergencyShape(required=False)
    email_ok = YesNo()
    sms_ok = YesNo()
    documents_by_email_ok = YesNo()
    documents_by_email_at = serializers.DateTimeField(read_only=True, allow_null=True)
    documents_by_email_by = serializers.UUIDField(read_only=True, allow_null=True)
    occupation = Text(max_length=120)
    gp = serializers.UUIDField(required=False, allow_null=True)
    referrer = serializers.UUIDField(required=False, allow_null=True)
    chart_body = Choice(Patient.Body)
    notes = Text(max_length=4000)
    confirm_not_duplicate = serializers.BooleanField(write_only=True, required=False)
    status = serializers.ChoiceField(Patient.Status.choices, read_only=True)
    status_reason = serializers.CharField(read_only=True)
    status_at = serializers.DateTimeField(read_only=True, allow_null=True)
    died_on = serializers.DateField(read_only=True, allow_null=True)
    death_told_by = serializers.CharField(read_only=True)
    merged_into = serializers.UUIDField(read_only=True, allow_null=True)
    last_session_at = serializers.DateTimeField(read_only=True, allow_null=True)
    last_session_by = serializers.UUIDField(read_only=True, allow_null=True)
    seen = serializers.CharField(read_only=True, help_text="Only in a search: when they were seen last and by whom.")
    match = serializers.CharField(read_only=True, help_text="Only in a search: why this row matched.")
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class NewPatientShape(PatientShape):
    """What a new patient may bring at once: numbers of cards and a referral. All of it is written, or nothing."""

    identifiers = many(IdentifierShape, most=10, required=False, write_only=True)
    referral = ReferralShape(required=False, write_only=True)


ADDRESS = {"line1": "address_line1", "line2": "address_line2"} | {
    n: n for n in ("suburb", "state", "postcode", "country")
}
EMERGENCY = {name: f"emergency_{name}" for name in ("name", "relation", "phone")}
PLAIN = ("family_name", "given_names", "preferred_name", "former_names", "date_of_birth", "sex_at_birth", "gender", "pronouns", "phones",
         "email", "email_ok", "sms_ok", "documents_by_email_ok", "occupation", "chart_body", "notes", "version",
         "record_number", "status", "status_reason", "status_at", "died_on", "death_told_by", "last_session_at", "created_at", "updated_at")  # fmt: skip


def patient_values(body: Mapping[str, Any], *, country: str) -> dict[str, Any]:
    """Model columns of a checked body; phone numbers in any writing become E.164."""
    values = {name: body[name] for name in PLAIN if name in body}
    values |= {ADDRESS[k]: v for k, v in body.get("address", {}).items()}
    values |= {EMERGENCY[k]: v for k, v in body.get("emergency_contact", {}).items()}
    values |= {f"{name}_id": body[name] for name in ("gp", "referrer") if name in body}
    if values.get("sex_at_birth") == "":
        values["sex_at_birth"] = Patient.Sex.UNKNOWN
    if values.get("country") == "":
        values["country"] = country
    if "phones" in values:
        values["phones"] = [_e164(phone, i, country) for i, phone in enumerate(values["phones"])]
    return values


def _e164(phone: Mapping[str, str], index: int, country: str) -> dict[str, str]:
    try:
        return {"kind": phone["kind"], "number": phones.e164(phone["number"], country=country)}
    except phones.NotAPhoneNumber as error:
        raise ValidationError({f"phones.{index}.number": str(error)}) from error


def patient_body(patient: Patient) -> dict[str, Any]:
    body = {name: getattr(patient, name) for name in PLAIN}
    return body | {
        "id": patient.pk,
        "chart_body": patient.chart_body or None,
        "address": {k: getattr(patient, column) for k, column in ADDRESS.items()},
        "emergency_contact": {k: getattr(patient, column) for k, column in EMERGENCY.items()},
        "documents_by_email_at": patient.documents_by_email_at,
        "documents_by_email_by": patient.documents_by_email_by_id,
        "gp": patient.gp_id,
        "referrer": patient.referrer_id,
        "merged_into": patient.merged_into_id,
        "last_session_by": patient.last_session_by_id,
        "seen": "",
        "match": "",
    }


class PatientFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=Patient.Status.choices)
    born = django_filters.DateFilter(field_name="date_of_birth")
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")


class AlertShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    kind = Choice(Alert.Kind, required=True)
    severity = Choice(Alert.Severity, required=True)
    text = Text(required=True, allow_blank=False, max_length=200)
    side = Choice(Side)
    area = Choice(BodyArea)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class LeavingShape(StrictSerializer):
    reason = Text(max_length=250)


class DeathShape(StrictSerializer):
    died_on = serializers.DateField(required=False, allow_null=True)
    told_by = Text(max_length=120, help_text="Who brought the news.")


class PermissionShape(serializers.Serializer[Any]):
    allowed = serializers.BooleanField()
    at = serializers.DateTimeField()
    by = serializers.UUIDField(allow_null=True)


class AccessShape(serializers.Serializer[Any]):
    at = serializers.DateTimeField(source="created_at")
    by = serializers.UUIDField(source="created_by_id")
    act = serializers.CharField()
    kind = serializers.CharField()
    record = serializers.UUIDField(source="record_id")
    surface = serializers.CharField()


SHAPES: dict[type, type[StrictSerializer]] = {Alert: AlertShape, Identifier: IdentifierShape, Referral: ReferralShape}


class PatientViewSet(RecordViewSet):
    serializer_class = PatientShape
    queryset = Patient.objects.none()
    filterset_class = PatientFilter
    ordering = "family_name"
    ordering_fields: ClassVar[set[str]] = {
        "family_name",
        "created_at",
        "updated_at",
        "record_number",
        "last_session_at",
    }

    def get_queryset(self) -> QuerySet[Patient]:
        if not policy.can_read(self.user):
            raise PermissionDenied
        return Patient.objects.visible_to(self.user)

    def represent(self, record: Any) -> dict[str, Any]:
        """A patient, or a row that hangs on one (its current state stands in a 412)."""
        return dict(SHAPES[type(record)](record).data) if type(record) in SHAPES else patient_body(record)

    @extend_schema(
        parameters=[OpenApiParameter("search", str, description="Names, birth date, phone, number; ranked.")]
    )
    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        if words := request.query_params.get("search"):
            today = self.user.practice.local_date(timezone.now())
            limit = self.pages.get_page_size(request)
            found = search.find(words, practice=self.user.practice, today=today, limit=limit, among=rows)
            results = [patient_body(m.patient) | {"match": m.why, "seen": m.seen} for m in found]
            return Response({"results": results, "next": None, "previous": None})
        return self.listed(self.get_queryset())

    def retrieve(self, request: Request, id: UUID) -> Response:
        patient = self.get_object()
        self.opened(patient_id=patient.pk, kind="patient", record_id=patient.pk)
        return self.answer(patient)

    @extend_schema(request=NewPatientShape)
    @idempotent
    def create(self, request: Request) -> Response:
        """Register a patient. 409 `possible_duplicate` lists candidates; `confirm_not_duplicate` saves all the same."""
        if not policy.can_write(self.user):
            raise PermissionDenied
        body = self.checked(serializer=NewPatientShape)
        patient = actions.register_patient(
            values=patient_values(body, country=self.user.practice.country),
            identifiers=body.get("identifiers", ()),
            referral=referral_values(body["referral"]) if "referral" in body else None,
            by=self.user,
            at=timezone.now(),
            confirm_not_duplicate=body.get("confirm_not_duplicate", False),
        )
        return self.answer(patient, status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        patient = self.get_object()
        if not policy.can_change(self.user, patient):
            raise PermissionDenied
        _ = request.data
        try:
            version = expected_version(request, patient)
        except (Stale, PreconditionRequired):
            if self.is_a_retry(patient):
                return self.answer(patient)
            raise
        values = patient_values(self.checked(partial=True), country=self.user.practice.country)
        return self.answer(
            actions.correct_patient(pk=patient.pk, values=values, by=self.user, at=timezone.now(), version=version)
        )

    def is_a_retry(self, patient: Patient) -> bool:
        """Everything sent is already stored so: the answer was lost on the way."""
        shape = PatientShape(data=self.request.data, partial=True)
        if not self.request.data or not shape.is_valid():
            return False
        values = patient_values(shape.validated_data, country=self.user.practice.country)
        return all(getattr(patient, name) == value for name, value in values.items())

    @extend_schema(request=LeavingShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def archive(self, request: Request, id: UUID) -> Response:
        """Out of the daily lists, with the reason. Nothing is lost."""
        return self.leaves(actions.archive_patient, LeavingShape)

    @extend_schema(request=LeavingShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: Request, id: UUID) -> Response:
        return self.leaves(actions.restore_patient, LeavingShape)

    @extend_schema(request=DeathShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def death(self, request: Request, id: UUID) -> Response:
        """The patient has died: nothing is sent or asked from now on, and what waits is taken back."""
        patient, version = self.for_verb()
        values = {"told_by": "", **self.checked(serializer=DeathShape)}
        return self.answer(
            actions.record_death(pk=patient.pk, values=values, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(request=LeavingShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="death/take-back")
    @idempotent
    def take_death_back(self, request: Request, id: UUID) -> Response:
        """The death was recorded in error."""
        return self.leaves(actions.take_death_back, LeavingShape)

    @extend_schema(responses=AlertShape(many=True), methods=["GET"])
    @extend_schema(request=AlertShape, responses={201: AlertShape}, methods=["POST"])
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    @idempotent
    def alerts(self, request: Request, id: UUID) -> Response:
        patient = self.get_object()
        if request.method == "GET":
            return Response(AlertShape(Alert.objects.visible_to(self.user).of_patient(patient), many=True).data)
        self.may_change(patient)
        values = {"starts_on": self.user.practice.local_date(timezone.now())} | self.checked(serializer=AlertShape)
        alert = actions.add_alert(patient=patient, values=values, by=self.user)
        return Response(AlertShape(alert).data, status=201, headers={"ETag": f'"{alert.version}"'})

    @extend_schema(request=AlertShape, responses=AlertShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["patch"], url_path="alerts/<uuid:alert>", filterset_class=None)
    def alert(self, request: Request, id: UUID, alert: UUID) -> Response:
        """Correct an alert, or end it with `ends_on`."""
        patient = self.get_object()
        row = Alert.objects.visible_to(self.user).of_patient(patient).filter(pk=alert).first()
        if row is None:
            raise Http404
        self.may_change(patient)
        _ = request.data
        version = expected_version(request, row)
        values = self.checked(serializer=AlertShape, partial=True)
        row = actions.change_alert(pk=row.pk, values=values, by=self.user, version=version)
        return Response(AlertShape(row).data, headers={"ETag": f'"{row.version}"'})

    @extend_schema(responses=IdentifierShape(many=True), methods=["GET"])
    @extend_schema(request=IdentifierShape, responses={201: IdentifierShape}, methods=["POST"])
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    @idempotent
    def identifiers(self, request: Request, id: UUID) -> Response:
        patient = self.get_object()
        if request.method == "GET":
            rows = Identifier.objects.visible_to(self.user).of_patient(patient).standing()
            return Response(IdentifierShape(rows, many=True).data)
        self.may_change(patient)
        values = self.checked(serializer=IdentifierShape)
        return self.row(actions.add_identifier(patient=patient, values=values, by=self.user), 201)

    @extend_schema(request=IdentifierShape, responses=IdentifierShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["patch"], url_path="identifiers/<uuid:identifier>", filterset_class=None)
    def identifier(self, request: Request, id: UUID, identifier: UUID) -> Response:
        """Correct a number."""
        pk, version = self.row_for_verb(Identifier.objects.visible_to(self.user), identifier)
        values = self.checked(serializer=IdentifierShape, partial=True)
        return self.row(actions.change_identifier(pk=pk, values=values, by=self.user, version=version))

    @extend_schema(request=None, responses=IdentifierShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="identifiers/<uuid:identifier>/remove", filterset_class=None)
    @idempotent
    def remove_identifier(self, request: Request, id: UUID, identifier: UUID) -> Response:
        """Take out a number that was recorded in error."""
        pk, version = self.row_for_verb(Identifier.objects.visible_to(self.user), identifier)
        at = timezone.now()
        return self.row(actions.remove_identifier(pk=pk, by=self.user, at=at, version=version))

    @extend_schema(responses=ReferralShape(many=True), methods=["GET"])
    @extend_schema(request=ReferralShape, responses={201: ReferralShape}, methods=["POST"])
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    @idempotent
    def referrals(self, request: Request, id: UUID) -> Response:
        """Who sent the patient, newest first. Without `expires_on`, the end is counted from `months`."""
        patient = self.get_object()
        if request.method == "GET":
            rows = Referral.objects.visible_to(self.user).of_patient(patient)
            return Response(ReferralShape(rows, many=True).data)
        self.may_change(patient)
        values = referral_values(self.checked(serializer=ReferralShape))
        return self.row(actions.add_referral(patient=patient, values=values, by=self.user, at=timezone.now()), 201)

    @extend_schema(request=ReferralShape, responses=ReferralShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["patch"], url_path="referrals/<uuid:referral>", filterset_class=None)
    def referral(self, request: Request, id: UUID, referral: UUID) -> Response:
        """Correct a referral."""
        pk, version = self.row_for_verb(Referral.objects.visible_to(self.user), referral)
        values = referral_values(self.checked(serializer=ReferralShape, partial=True))
        at = timezone.now()
        return self.row(actions.change_referral(pk=pk, values=values, by=self.user, at=at, version=version))

    @extend_schema(responses=RetentionShape)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def retention(self, request: Request, id: UUID) -> Response:
        """Until when the record has to be kept, by which rule, and whether a legal hold stands."""
        patient = self.get_object()
        return Response(retention_body(patient, today=self.user.practice.local_date(timezone.now())))

    @extend_schema(responses=PermissionShape(many=True))
    @action(detail=True, url_path="email-permission", pagination_class=None, filterset_class=None)
    def email_permission(self, request: Request, id: UUID) -> Response:
        """When documents by e-mail were allowed and when not, newest first, with who recorded it."""
        return Response(PermissionShape(email_permission.told(self.get_object()), many=True).data)

    @extend_schema(responses=AccessShape(many=True))
    @action(detail=True, url_path="access-log", filterset_class=None)
    def access_log(self, request: Request, id: UUID) -> Response:
        """Who opened, printed or exported this record, newest first."""
        patient = self.get_object()
        if not policy.can_see_who_looked(self.user, patient):
            raise PermissionDenied
        whole = [*whole_patient_ids(patient), patient.practice_id]  # an export of the practice is about everybody
        rows = AccessEntry.objects.visible_to(self.user).filter(patient_id__in=whole)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(AccessShape(page, many=True).data)

    def leaves(self, act: Any, shape: type[StrictSerializer]) -> Response:
        patient, version = self.for_verb()
        reason = self.checked(serializer=shape).get("reason", "")
        return self.answer(act(pk=patient.pk, reason=reason, by=self.user, at=timezone.now(), version=version))

    def row(self, row: Identifier | Referral, status: int = 200) -> Response:
        return Response(self.represent(row), status=status, headers={"ETag": f'"{row.version}"'})

    def row_for_verb(self, rows: Any, pk: UUID) -> tuple[UUID, int]:
        """A row of this patient for somebody who may change it, and the version they saw."""
        patient = self.get_object()
        found = rows.of_patient(patient).filter(pk=pk).first()
        if found is None:
            raise Http404
        self.may_change(patient)
        _ = self.request.data
        return found.pk, expected_version(self.request, found)

    def may_change(self, patient: Patient) -> None:
        if not policy.can_change(self.user, patient):
            raise PermissionDenied

    def for_verb(self) -> tuple[Patient, int]:
        patient = self.get_object()
        self.may_change(patient)
        _ = self.request.data
        return patient, expected_version(self.request, patient)

    def paginate_queryset(self, queryset: Any) -> Any:
        if self.action == "access_log":
            self.ordering = "-created_at"
        return super().paginate_queryset(queryset)
