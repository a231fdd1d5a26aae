"""`/consent-texts`, `/consents`, `/screenings`, `/regions`."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from consent import actions, policy, screening_form
from consent.models import Area, Consent, ConsentText, Screening
from patients.filters import OfPatientFilter
from patients.models import Patient
from practice.fields import Choice, Keys, Text, YesNo, many
from practice.models import Side, User
from practice.rest import IF_MATCH, ReadViewSet, RecordViewSet, StrictSerializer, expected_version, idempotent


def patient_of(user: User, pk: UUID) -> Patient:
    patient = Patient.objects.visible_to(user).select_related("practice").filter(pk=pk).first()
    if patient is None:
        raise Http404
    return patient


class RegionShape(serializers.ModelSerializer[Area]):
    class Meta:
        model = Area
        fields = ("key", "label", "kind", "parent", "sidedness", "sort")


class RegionViewSet(RecordViewSet):
    """The 15 body areas and the regions pain refers to."""

    serializer_class = RegionShape
    queryset = Area.objects.none()
    pagination_class = None
    filterset_fields = ("kind",)

    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(Area.objects.visible_to(self.user))
        return Response(RegionShape(rows, many=True).data, headers={"Cache-Control": "private, max-age=86400"})


class SectionShape(StrictSerializer):
    key = Text(required=True, allow_blank=False, max_length=40)
    heading = Text(required=True, allow_blank=False, max_length=160)
    body = serializers.ListField(child=Text(max_length=4000), max_length=40)


class RiskShape(StrictSerializer):
    key = Text(required=True, allow_blank=False, max_length=40)
    label = Text(required=True, allow_blank=False, max_length=200)  # type: ignore[assignment]
    how_often = Text(required=True, allow_blank=False, max_length=200)
    denominator = Text(max_length=200)
    source = Text(required=True, allow_blank=False, max_length=200)  # type: ignore[assignment]
    serious = YesNo()


class ScopeItemShape(StrictSerializer):
    key = serializers.ChoiceField(["general", "thorax_neck", "abdomen", "pelvic_floor", "electrical", "retained_needle",
                                   "students_present", "photos", "documents_by_email"])  # fmt: skip
    label = Text(required=True, allow_blank=False, max_length=160)  # type: ignore[assignment]
    line = Text(max_length=200)


class ConsentTextShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    language = serializers.RegexField(r"^[a-z]{2}(-[A-Z]{2})?$", required=False)
    text_version = serializers.IntegerField(read_only=True)
    title = Text(required=True, allow_blank=False, max_length=160)
    sections = many(SectionShape, most=40)
    risks = many(RiskShape, most=60)
    scope_items = many(ScopeItemShape, most=9)
    reconsent_required = YesNo()
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)


class ConsentTextViewSet(RecordViewSet):
    serializer_class = ConsentTextShape
    queryset = ConsentText.objects.none()
    pagination_class = None

    def get_queryset(self) -> QuerySet[ConsentText]:
        if not policy.can_read(self.user):
            raise PermissionDenied
        return ConsentText.objects.visible_to(self.user).newest_first()

    def list(self, request: Request) -> Response:
        """The current published text first."""
        return Response([self.represent(text) for text in self.get_queryset()[:50]])

    def retrieve(self, request: Request, id: UUID) -> Response:
        return self.answer(self.get_object())

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_manage_texts(self.user):
            raise PermissionDenied
        return self.answer(actions.draft_text(values=self.checked(), by=self.user), status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: Request, id: UUID) -> Response:
        text = self.get_object()
        return self.answer(actions.publish_text(pk=text.pk, by=self.user, at=timezone.now()))


class GivenByShape(StrictSerializer):
    kind = Choice(Consent.GivenBy)
    name = Text(max_length=120)
    relation = Text(max_length=60)


class WithdrawalShape(StrictSerializer):
    scope = Text(required=True, allow_blank=False, max_length=30, help_text="A scope that was given, or all.")
    reason = Text(max_length=500)
    withdrawn_at = serializers.DateTimeField(read_only=True)


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
    signature_sha256 = serializers.CharField(read_only=True)
    valid_until = serializers.DateField(read_only=True)
    obtained_by = serializers.UUIDField(read_only=True)
    withdrawals = WithdrawalShape(many=True, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


def consent_body(consent: Consent) -> dict[str, Any]:
    names = ("decisions", "risks_discussed", "questions", "method", "signature", "signature_sha256", "given_at", "witness",
             "valid_until", "created_at")  # fmt: skip
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
    }


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
        return Consent.objects.visible_to(self.user).prefetch_related("withdrawals")

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


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("consent-texts", ConsentTextViewSet, basename="consent-text")
router.register("consents", ConsentViewSet, basename="consent")
router.register("screenings", ScreeningViewSet, basename="screening")
router.register("regions", RegionViewSet, basename="region")
urlpatterns = router.urls
