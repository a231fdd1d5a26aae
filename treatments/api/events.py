"""`/adverse-events`: what went wrong, who was told, what came of it; and how often, with denominators."""

from dataclasses import asdict
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

from patients.filters import OfPatientFilter
from patients.models import Patient
from practice.fields import Choice, Moment, Text, many
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent
from treatments import actions, event_rates, policy, references
from treatments.models import AdverseEvent
from treatments.records import person

TOLD = ["patient", "gp", "insurer", "tga", "ahpra", "medical", "employer", "other"]


class ReportedShape(StrictSerializer):
    to = serializers.ChoiceField(TOLD)
    on = serializers.DateField()
    note = Text(max_length=500)


class EventShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField(
        required=False, allow_null=True, help_text="Null only for a needlestick of the staff."
    )
    session = serializers.UUIDField(required=False, allow_null=True)
    kind = Text(required=True, allow_blank=False, max_length=40, help_text="A key of the clinical content.")
    severity = Choice(AdverseEvent.Severity, required=True, allow_null=False)
    onset_at = Moment()
    noticed_by = Choice(AdverseEvent.NoticedBy)
    description = Text(required=True, allow_blank=False, max_length=4000)
    action_taken = Text(max_length=4000)
    told_patient_at = Moment(required=False, allow_null=True)
    reported_to = many(ReportedShape, most=20, required=False)
    outcome = Text(max_length=2000)
    resolved_at = Moment(required=False, allow_null=True)
    told_patient_by = serializers.DictField(read_only=True, allow_null=True)
    origin = serializers.CharField(
        read_only=True, help_text="ledger or deviation: opened by the signed session itself."
    )
    reviewed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    reviewed_by = serializers.DictField(read_only=True, allow_null=True)
    review_note = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class ReviewShape(StrictSerializer):
    note = Text(required=True, allow_blank=False, max_length=1000)


class RateShape(serializers.Serializer[Any]):
    """`count` among `total`, per 1,000, with the limits of its 95 % interval."""

    count = serializers.IntegerField()
    total = serializers.IntegerField()
    per_1000 = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class KindRateShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    per_session = RateShape()
    per_needle = RateShape()
    published_rate = serializers.CharField()
    rate_source = serializers.CharField()


class EventFilter(OfPatientFilter):
    session = django_filters.UUIDFilter(field_name="session")
    severity = django_filters.ChoiceFilter(choices=AdverseEvent.Severity.choices)
    kind = django_filters.CharFilter(field_name="kind")
    open = django_filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull")
    reviewed = django_filters.BooleanFilter(field_name="reviewed_at", lookup_expr="isnull", exclude=True)


class EventViewSet(ReadViewSet):
    serializer_class = EventShape
    queryset = AdverseEvent.objects.none()
    filterset_class = EventFilter
    ordering = "-onset_at"
    ordering_fields: ClassVar[set[str]] = {"onset_at", "created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[AdverseEvent]:
        if not policy.can_read_events(self.user):
            raise PermissionDenied
        return AdverseEvent.objects.visible_to(self.user).select_related("told_patient_by", "reviewed_by")

    def represent(self, record: Any) -> dict[str, Any]:
        computed = {"patient", "session", "told_patient_by", "reviewed_by"}
        names = [str(name) for name in EventShape().fields if name not in computed]
        people = {name: person(getattr(record, name)) for name in ("told_patient_by", "reviewed_by")}
        of = {"patient": record.patient_id, "session": record.session_id}
        return {name: getattr(record, name) for name in names} | people | of

    def retrieve(self, request: Request, id: UUID) -> Response:
        event = self.get_object()
        if event.patient_id:
            self.opened(patient_id=event.patient_id, kind="adverse_event", record_id=event.pk)
        return self.answer(event)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_record_event(self.user):
            raise PermissionDenied
        values = dict(self.checked())
        named = self.found(Patient.objects.visible_to(self.user).select_related("merged_into__practice", "practice"),
                           values.pop("patient", None))  # fmt: skip
        patient = named.whole if named else None
        session = self.found(references.sessions(self.user), values.pop("session", None))
        event = actions.record_event(patient=patient, session=session, values=values, by=self.user, at=timezone.now())
        return self.answer(event, status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        event = self.get_object()
        if not policy.can_record_event(self.user):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, event)
        values = dict(self.checked(partial=True))
        for name, stored in (("patient", event.patient_id), ("session", event.session_id)):
            if values.pop(name, stored) != stored:
                raise serializers.ValidationError({name: "An event stays where it happened. Record another one."})
        changed = actions.change_event(pk=event.pk, values=values, by=self.user, at=timezone.now(), version=version)
        return self.answer(changed)

    @extend_schema(request=ReviewShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def review(self, request: Request, id: UUID) -> Response:
        """A manager has looked at it."""
        event = self.get_object()
        if not policy.can_review_event(self.user):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, event)
        note = self.checked(serializer=ReviewShape)["note"]
        reviewed = actions.review_event(pk=event.pk, note=note, by=self.user, at=timezone.now(), version=version)
        return self.answer(reviewed)

    @extend_schema(responses=KindRateShape(many=True), filters=False)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def rates(self, request: Request) -> Response:
        """How often each kind happened, per signed session and per needle, with the interval and what is published."""
        self.get_queryset()
        told = event_rates.rates_of(self.user)
        return Response([asdict(row) for row in told])

    def found(self, rows: Any, pk: UUID | None) -> Any:
        if pk is None:
            return None
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row
