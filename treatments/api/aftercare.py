"""Courses of care, follow-ups, and the flat rows of sites."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients.filters import OfPatientFilter
from patients.models import Patient
from practice.fields import Choice, Keys, Text, Whole, YesNo, many
from practice.models import Side, User
from practice.rest import IF_MATCH, ReadViewSet, RecordViewSet, StrictSerializer, expected_version, idempotent
from treatments import actions, policy
from treatments.api.recalls import RecallVerbs
from treatments.api.shapes import ReasonShape
from treatments.columns import site_body
from treatments.follow_up_grades import grade_of
from treatments.models import Episode, EscalationStep, FollowUp, Site
from treatments.soreness import GRADES, RED_FLAGS


class EpisodeShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField(source="patient_id")
    practitioner = serializers.UUIDField(source="practitioner_id", read_only=True)
    title = Text(required=True, allow_blank=False, max_length=120)
    problem = Text(max_length=4000)
    side = Choice(Side)
    onset = Text(max_length=120)
    diagnosis = Text(max_length=250)
    diagnosis_code = Text(max_length=20)
    diagnosis_system = Text(max_length=40)
    goals = Text(max_length=4000)
    planned_sessions = Whole(max_value=200)
    status = Choice(Episode.Status)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class EpisodeFilter(OfPatientFilter):
    status = django_filters.ChoiceFilter(choices=Episode.Status.choices)


class EpisodeViewSet(ReadViewSet):
    serializer_class = EpisodeShape
    queryset = Episode.objects.none()
    filterset_class = EpisodeFilter
    ordering_fields: ClassVar[set[str]] = {"created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[Episode]:
        if not policy.can_read_episodes(self.user):
            raise PermissionDenied
        return Episode.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_write_episode(self.user):
            raise PermissionDenied
        values = self.checked()
        patient = Patient.objects.visible_to(self.user).led(values.pop("patient_id"))
        if patient is None:
            raise Http404
        return self.answer(actions.open_episode(patient=patient, values=values, by=self.user), status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        episode = self.get_object()
        if not policy.can_write_episode(self.user):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, episode)
        values = self.checked(partial=True)
        if values.pop("patient_id", episode.patient_id) != episode.patient_id:
            raise serializers.ValidationError({"patient": "A course of care stays with its patient."})
        return self.answer(actions.change_episode(pk=episode.pk, values=values, by=self.user, version=version))


class SorenessShape(StrictSerializer):
    structure = Text(required=True, allow_blank=False, max_length=80)
    side = Choice(Side, required=True)
    score = Whole(max_value=10, help_text="0 to 10; null: not asked, which is not zero.")


class AnswerShape(StrictSerializer):
    """What the patient said, as the staff wrote it down."""

    hours_since = Whole(max_value=2000)
    soreness = many(SorenessShape, most=60, required=False)
    still_sore = YesNo(allow_null=True)
    lasted_hours = Whole(max_value=2000, help_text="How long it was sore, when it no longer is.")
    function = Choice(FollowUp.Function)
    bruise = YesNo(allow_null=True)
    red_flags = Keys(known=frozenset(RED_FLAGS))
    comment = Text(max_length=2000)
    reported_by = Choice(FollowUp.ReportedBy)


class GradeShape(serializers.Serializer[Any]):
    key = serializers.ChoiceField(list(GRADES))
    words = serializers.CharField()


class FollowUpShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    patient = serializers.UUIDField(source="patient_id")
    session = serializers.UUIDField(source="session_id", allow_null=True)
    kind = serializers.ChoiceField(FollowUp.Kind.choices)
    due_at = serializers.DateTimeField()
    state = serializers.ChoiceField(FollowUp.State.choices)
    about = serializers.CharField(help_text="Of a recall or call: why.")
    snoozed_until = serializers.DateTimeField(allow_null=True)
    snoozed_reason = serializers.CharField()
    tries = serializers.IntegerField(help_text="Calls that nobody answered.")
    closed_reason = serializers.CharField()
    assignee = serializers.UUIDField(source="assignee_id", allow_null=True)
    channel = Choice(FollowUp.Channel)
    call_because = serializers.CharField(help_text="Why it stands on the call list.")
    hours_since = serializers.IntegerField(allow_null=True)
    soreness = SorenessShape(many=True)
    still_sore = serializers.BooleanField(allow_null=True)
    lasted_hours = serializers.IntegerField(allow_null=True)
    function = Choice(FollowUp.Function)
    bruise = serializers.BooleanField(allow_null=True)
    red_flags = serializers.ListField(child=serializers.CharField())
    comment = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    reported_by = Choice(FollowUp.ReportedBy)
    needs_review = serializers.BooleanField(help_text="By a practitioner, the same day.")
    acknowledged_by = serializers.UUIDField(source="acknowledged_by_id", allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    raised_by = serializers.UUIDField(
        source="raised_by_id", allow_null=True, help_text="Of an escalation: the check whose answer raised it."
    )
    pass_on_at = serializers.DateTimeField(
        allow_null=True, help_text="Of an escalation: when it goes to the next practitioner."
    )
    outcome = serializers.CharField(help_text="Of an escalation: what was advised and done.")
    grade = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(GradeShape)
    def get_grade(self, check: FollowUp) -> dict[str, str]:
        found = grade_of(check)
        return {"key": found.key, "words": found.words}


class StepShape(serializers.Serializer[Any]):
    step = serializers.ChoiceField(EscalationStep.Step.choices)
    person = serializers.UUIDField(source="person_id", allow_null=True)
    by = serializers.UUIDField(source="created_by_id", allow_null=True)
    at = serializers.DateTimeField(source="created_at")


class OutcomeShape(StrictSerializer):
    outcome = Text(required=True, allow_blank=False, max_length=4000)


class FollowUpFilter(OfPatientFilter):
    due_before = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")
    state = django_filters.MultipleChoiceFilter(choices=FollowUp.State.choices)
    kind = django_filters.ChoiceFilter(choices=FollowUp.Kind.choices)
    session = django_filters.UUIDFilter(field_name="session")
    assignee = django_filters.UUIDFilter(field_name="assignee")


class FollowUpViewSet(RecallVerbs, ReadViewSet):
    serializer_class = FollowUpShape
    queryset = FollowUp.objects.none()
    filterset_class = FollowUpFilter
    ordering = "due_at"
    ordering_fields: ClassVar[set[str]] = {"due_at", "updated_at"}

    def get_queryset(self) -> QuerySet[FollowUp]:
        if not policy.can_read_follow_ups(self.user):
            raise PermissionDenied
        return FollowUp.objects.visible_to(self.user)

    @extend_schema(request=AnswerShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def record(self, request: Request, id: UUID) -> Response:
        check, version = self.for_verb(policy.can_record)
        values = ANSWER_EMPTY | self.checked(serializer=AnswerShape)
        return self.answer(
            actions.record_answer(pk=check.pk, values=values, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="no-answer")
    @idempotent
    def no_answer(self, request: Request, id: UUID) -> Response:
        check, version = self.for_verb(policy.can_record)
        return self.answer(actions.record_no_answer(pk=check.pk, by=self.user, version=version))

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def acknowledge(self, request: Request, id: UUID) -> Response:
        check, version = self.for_verb(policy.can_acknowledge)
        return self.answer(actions.acknowledge(pk=check.pk, by=self.user, at=timezone.now(), version=version))

    @extend_schema(request=ReasonShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Request, id: UUID) -> Response:
        check, version = self.for_verb(policy.can_record)
        reason = self.checked(serializer=ReasonShape)["reason"]
        return self.answer(actions.close(pk=check.pk, reason=reason, by=self.user, version=version))

    @extend_schema(request=OutcomeShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def outcome(self, request: Request, id: UUID) -> Response:
        """What was advised and done after a warning sign; closes it and becomes an addendum to the session."""
        check, version = self.for_verb(policy.can_acknowledge)
        outcome = self.checked(serializer=OutcomeShape)["outcome"]
        return self.answer(
            actions.write_outcome(pk=check.pk, outcome=outcome, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(responses=StepShape(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def steps(self, request: Request, id: UUID) -> Response:
        """The stamps of an escalation, oldest first; empty for anything else."""
        rows = self.get_object().steps.order_by("created_at", "pk")
        return Response(StepShape(rows, many=True).data)

    def for_verb(self, permitted: Callable[[User, FollowUp], bool]) -> tuple[FollowUp, int]:
        check = self.get_object()
        if not permitted(self.user, check):
            raise PermissionDenied
        _ = self.request.data
        return check, expected_version(self.request, check)


ANSWER_EMPTY: dict[str, Any] = {
    "hours_since": None,
    "soreness": [],
    "still_sore": None,
    "lasted_hours": None,
    "function": "",
    "bruise": None,
    "red_flags": [],
    "comment": "",
    "reported_by": FollowUp.ReportedBy.STAFF,
}


class SiteFilter(django_filters.FilterSet):
    structure = django_filters.CharFilter(field_name="structure")
    side = django_filters.ChoiceFilter(choices=Side.choices)
    lot = django_filters.UUIDFilter(field_name="lot")
    patient = django_filters.UUIDFilter(method="of_patient")
    started_from = django_filters.IsoDateTimeFilter(field_name="session__started_at", lookup_expr="gte")
    started_to = django_filters.IsoDateTimeFilter(field_name="session__started_at", lookup_expr="lt")

    def of_patient(self, rows: Any, name: str, value: UUID) -> Any:
        patient = Patient.objects.visible_to(self.request.user).filter(pk=value).first()
        if patient is None:
            return rows.none()
        return rows.filter(session__in=patient.sessions.model.objects.of_patient(patient))


class SiteRowShape(serializers.Serializer[Any]):
    """A site over sessions: the nested site with its session, patient and start."""

    session = serializers.UUIDField()
    patient = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    status = serializers.CharField()
    site = serializers.DictField()


class SiteViewSet(RecordViewSet):
    """Flat rows over sessions, for research and dose-response. Void sessions and discarded drafts are left out."""

    serializer_class = SiteRowShape
    queryset = Site.objects.none()
    filterset_class = SiteFilter
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[Site]:
        if not policy.allowed(self.user, "sessions.read"):
            raise PermissionDenied
        rows = Site.objects.visible_to(self.user).filter(session__status__in=["draft", "signed"])
        return rows.select_related("session")

    def list(self, request: Request) -> Response:
        return self.listed(self.get_queryset())

    def represent(self, record: Any) -> dict[str, Any]:
        session = record.session
        return {
            "session": session.pk,
            "patient": session.patient_id,
            "started_at": session.started_at,
            "status": session.status,
            "site": site_body(record),
        }
