"""`/scores` and `/instruments`: outcome scores, and what each instrument is, with range, direction and yardstick."""

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
from practice.fields import Choice, Moment, Number, Text, Whole, many
from practice.models import Side
from practice.rest import IF_MATCH, ReadViewSet, RecordViewSet, StrictSerializer, expected_version, idempotent
from treatments import actions, policy, references
from treatments.api.shapes import ReasonShape
from treatments.instruments import Instrument, instruments
from treatments.models import Episode, Score, Structure
from treatments.records import person

A_DAY = "private, max-age=86400"
FIXED = {"patient", "session", "instrument"}


class ActivityShape(StrictSerializer):
    text = Text(required=True, allow_blank=False, max_length=120)
    score = Whole(required=True, allow_null=False, max_value=10)


class ScoreShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField()
    episode = serializers.UUIDField(required=False, allow_null=True)
    session = serializers.UUIDField(required=False, allow_null=True)
    instrument = Text(required=True, allow_blank=False, max_length=40, help_text="A key of /instruments.")
    value = Number(
        max_digits=6, decimal_places=1, coerce_to_string=False, help_text="The total; computed where there are items."
    )
    items = many(ActivityShape, most=20, required=False)
    at = Moment(required=False, help_text="When it was taken; now when left out.")
    timing = Choice(Score.Timing, allow_null=False)
    side = Choice(Side)
    location = Text(max_length=120, help_text="The place or the movement.")
    note = Text(max_length=500)
    withdrawn_at = serializers.DateTimeField(read_only=True, allow_null=True)
    withdrawn_by = serializers.DictField(read_only=True, allow_null=True)
    withdrawn_reason = serializers.CharField(read_only=True)
    recorded_by = serializers.DictField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class InstrumentShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    short = serializers.CharField()
    measures = serializers.ChoiceField(
        ["state", "change"], help_text="change: the value itself says how much is different since the start."
    )
    unit = serializers.CharField()
    min = serializers.FloatField(source="least")
    max = serializers.FloatField(source="most")
    step = serializers.FloatField()
    better = serializers.ChoiceField(["lower", "higher"])
    least_items = serializers.IntegerField(help_text="0: the total is written as it is.")
    most_items = serializers.IntegerField()
    scoring_rule = serializers.CharField()
    mdc = serializers.CharField()
    mcid = serializers.CharField(help_text="As published. A yardstick, not a verdict.")
    mcid_low = serializers.FloatField(allow_null=True)
    mcid_high = serializers.FloatField(allow_null=True)
    mcid_source = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    licence = serializers.CharField()
    ships_item_text = serializers.BooleanField()
    prompt = serializers.CharField()


class ScoreFilter(OfPatientFilter):
    episode = django_filters.UUIDFilter(field_name="episode")
    session = django_filters.UUIDFilter(field_name="session")
    instrument = django_filters.CharFilter(field_name="instrument")
    timing = django_filters.ChoiceFilter(choices=Score.Timing.choices)
    taken_from = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    taken_to = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")
    standing = django_filters.BooleanFilter(method="only_standing", label="Without withdrawn ones and void sessions.")
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    def only_standing(self, rows: Any, name: str, value: bool) -> Any:
        return rows.standing() if value else rows


class ScoreViewSet(ReadViewSet):
    serializer_class = ScoreShape
    queryset = Score.objects.none()
    filterset_class = ScoreFilter
    ordering = "-at"
    ordering_fields: ClassVar[set[str]] = {"at", "created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[Score]:
        if not policy.can_read_scores(self.user):
            raise PermissionDenied
        return Score.objects.visible_to(self.user).select_related("created_by", "withdrawn_by")

    def represent(self, record: Any) -> dict[str, Any]:
        names = ("id", "version", "instrument", "items", "at", "timing", "location", "note", "withdrawn_at",
                 "withdrawn_reason", "created_at", "updated_at")  # fmt: skip
        of = {"patient": record.patient_id, "episode": record.episode_id, "session": record.session_id}
        people = {"recorded_by": person(record.created_by), "withdrawn_by": person(record.withdrawn_by)}
        return (
            {name: getattr(record, name) for name in names}
            | of
            | people
            | {"value": float(record.value), "side": record.side or None}
        )

    def retrieve(self, request: Request, id: UUID) -> Response:
        score = self.get_object()
        self.opened(patient_id=score.patient_id, kind="score", record_id=score.pk)
        return self.answer(score)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_record_score(self.user):
            raise PermissionDenied
        values = dict(self.checked())
        patient = self.found(Patient.objects.visible_to(self.user).select_related("practice"), values.pop("patient"))
        episode = self.found(Episode.objects.visible_to(self.user), values.pop("episode", None))
        session = self.found(references.sessions(self.user).select_related("episode"), values.pop("session", None))
        score = actions.record_score(
            patient=patient, episode=episode, session=session, values=values, by=self.user, at=timezone.now()
        )
        return self.answer(score, status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Correct what was written wrongly. Patient, session and instrument stay: withdraw it and record another."""
        score = self.get_object()
        if not policy.can_change_score(self.user, score):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, score)
        values = dict(self.checked(partial=True))
        for name in FIXED & set(values):
            if values.pop(name) != getattr(score, name if name == "instrument" else f"{name}_id"):
                raise serializers.ValidationError({name: "This stays. Withdraw the score and record another one."})
        if "episode" in values:
            values["episode"] = self.found(
                Episode.objects.visible_to(self.user).of_patient(score.patient), values["episode"]
            )
        return self.answer(
            actions.change_score(pk=score.pk, values=values, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(request=ReasonShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        """It stays in the record with the reason, and counts no more."""
        score = self.get_object()
        if not policy.can_change_score(self.user, score):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, score)
        reason = self.checked(serializer=ReasonShape)["reason"]
        return self.answer(
            actions.withdraw_score(pk=score.pk, reason=reason, by=self.user, at=timezone.now(), version=version)
        )

    def found(self, rows: Any, pk: UUID | None) -> Any:
        if pk is None:
            return None
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row


class InstrumentViewSet(RecordViewSet):
    serializer_class = InstrumentShape
    pagination_class = None
    queryset = Structure.objects.none()
    lookup_value_converter = "str"

    @extend_schema(responses=InstrumentShape(many=True))
    def list(self, request: Request) -> Response:
        """Every instrument of the clinical content with its yardstick and source: all at once."""
        return Response({"results": [self.told(one) for one in instruments().values()]},
                        headers={"Cache-Control": A_DAY})  # fmt: skip

    def retrieve(self, request: Request, id: str) -> Response:
        if id not in instruments():
            raise Http404
        return Response(self.told(instruments()[id]), headers={"Cache-Control": A_DAY})

    def told(self, one: Instrument) -> dict[str, Any]:
        if not policy.can_read_catalogue(self.user):
            raise PermissionDenied
        return dict(InstrumentShape(one).data)
