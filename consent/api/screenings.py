"""`/screenings`."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from consent import actions, policy, screening_form
from consent.api.patients import patient_of
from consent.models import Screening
from patients.filters import OfPatientFilter
from practice.fields import Choice, Text, YesNo, many
from practice.models import Side
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent


class ScreeningAnswerShape(StrictSerializer):
    key = Text(required=True, allow_blank=False, max_length=40)
    answer = serializers.ChoiceField(screening_form.ANSWERS)
    detail = Text(max_length=screening_form.MAX_DETAIL, allow_null=True)
    side = Choice(Side)
    area = Text(max_length=40, allow_null=True)


class ScreeningShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField()
    taken_at = serializers.DateTimeField(required=False)
    filled_by = Choice(Screening.FilledBy)
    answers = many(ScreeningAnswerShape, most=100)
    reviewed = YesNo()
    complete = serializers.BooleanField(read_only=True)
    reviewed_by = serializers.UUIDField(read_only=True, allow_null=True)
    reviewed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    content_version = serializers.CharField(read_only=True)


class QuestionShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    clinical = serializers.CharField()
    detail = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]
    confidence = serializers.CharField()


class FormShape(serializers.Serializer[Any]):
    content_version = serializers.CharField()
    questions = QuestionShape(many=True)


class ScreeningViewSet(ReadViewSet):
    """The front desk sees whether a screening is complete and reviewed, never the answers."""

    serializer_class = ScreeningShape
    queryset = Screening.objects.none()
    filterset_class = OfPatientFilter
    ordering = "-taken_at"
    ordering_fields: ClassVar[set[str]] = {"taken_at", "created_at"}

    def get_queryset(self) -> QuerySet[Screening]:
        if not policy.can_see_screenings(self.user):
            raise PermissionDenied
        return Screening.objects.visible_to(self.user)

    def represent(self, record: Screening) -> dict[str, Any]:
        body = {
            "id": record.pk,
            "version": record.version,
            "patient": record.patient_id,
            "taken_at": record.taken_at,
            "filled_by": record.filled_by,
            "complete": record.complete,
            "reviewed": record.is_reviewed,
        }
        if not policy.can_read_answers(self.user):
            return body
        return body | {
            "answers": record.answers,
            "reviewed_by": record.reviewed_by_id,
            "reviewed_at": record.reviewed_at,
            "content_version": record.content_version,
        }

    def retrieve(self, request: Request, id: UUID) -> Response:
        screening = self.get_object()
        self.opened(patient_id=screening.patient_id, kind="screening", record_id=screening.pk)
        return self.answer(screening)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.may_screen(self.user):
            raise PermissionDenied
        body = self.checked()
        patient = patient_of(self.user, body.pop("patient"))
        screening = actions.record_screening(patient=patient, values=body, by=self.user, at=timezone.now())
        return self.answer(screening, status=201)

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def review(self, request: Request, id: UUID) -> Response:
        screening = self.get_object()
        if not policy.can_review(self.user, screening.patient):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, screening)
        return self.answer(actions.review_screening(pk=screening.pk, by=self.user, at=timezone.now(), version=version))

    @extend_schema(responses=FormShape)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def form(self, request: Request) -> Response:
        """The questions that are asked, in order, and what a yes opens."""
        body = {"content_version": screening_form.CONTENT_VERSION, "questions": list(screening_form.questions())}
        return Response(body)
