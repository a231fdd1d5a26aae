"""`/consent-texts`: versions of the wording, edited as drafts, published once."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from consent import actions, policy, state
from consent.actions.texts import WORDS
from consent.coverage import SCOPES
from consent.models import ConsentText
from practice.fields import Text, YesNo, many
from practice.rest import IF_MATCH, RecordViewSet, StrictSerializer, expected_version, idempotent, unchanged

LISTED = 50


class SectionShape(StrictSerializer):
    key = Text(required=True, allow_blank=False, max_length=40)
    heading = Text(required=True, allow_blank=True, max_length=160)
    body = serializers.ListField(child=Text(max_length=4000), max_length=40)


class RiskShape(StrictSerializer):
    """A draft may leave words empty; what is published has a rate, out of how many, and where it comes from."""

    key = Text(required=True, allow_blank=False, max_length=40)
    label = Text(required=True, allow_blank=True, max_length=200)  # type: ignore[assignment]
    how_often = Text(required=True, allow_blank=True, max_length=200)
    denominator = Text(max_length=200, default="")
    source = Text(required=True, allow_blank=True, max_length=200)  # type: ignore[assignment]
    serious = YesNo(default=False)


class ScopeItemShape(StrictSerializer):
    key = serializers.ChoiceField(list(SCOPES))
    label = Text(required=True, allow_blank=True, max_length=160)  # type: ignore[assignment]
    line = Text(max_length=200, default="")


class ConsentTextShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    language = serializers.RegexField(r"^[a-z]{2}(-[A-Z]{2})?$", required=False)
    text_version = serializers.IntegerField(read_only=True)
    title = Text(required=True, allow_blank=False, max_length=160)
    sections = many(SectionShape, most=40)
    risks = many(RiskShape, most=60)
    scope_items = many(ScopeItemShape, most=9)
    reconsent_required = YesNo()
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class PublishShape(StrictSerializer):
    reconsent_required = YesNo(help_text="Whether everybody is asked again. As in the draft when it is not sent.")


class EffectShape(StrictSerializer):
    patients = serializers.IntegerField(
        read_only=True, help_text="Patients whose consent falls out of force when this is published with re-consent."
    )


class ConsentTextViewSet(RecordViewSet):
    serializer_class = ConsentTextShape
    queryset = ConsentText.objects.none()
    pagination_class = None

    def get_queryset(self) -> QuerySet[ConsentText]:
        if not policy.can_read(self.user):
            raise PermissionDenied
        return ConsentText.objects.visible_to(self.user).select_related("practice").newest_first()

    def list(self, request: Request) -> Response:
        """The current published text first."""
        return Response([self.represent(text) for text in self.get_queryset()[:LISTED]])

    def retrieve(self, request: Request, id: UUID) -> Response:
        return self.answer(self.get_object())

    @idempotent
    def create(self, request: Request) -> Response:
        """A draft: the next version in its language. Nobody is shown it before it is published."""
        self.may_manage()
        return self.answer(actions.draft_text(values=self.checked(), by=self.user), status=201)

    def partial_update(self, request: Request, id: UUID) -> Response:
        """Write in a draft. What is published never changes."""
        text = self.managed()
        _ = request.data
        if text.published_at is not None:
            raise actions.AlreadyPublished
        if "If-Match" not in request.headers and unchanged(text, self.sent(text)):
            return self.answer(text)
        version = expected_version(request, text)
        values = self.sent(text)
        return self.answer(actions.change_text(pk=text.pk, values=values, by=self.user, version=version))

    @extend_schema(request=PublishShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: Request, id: UUID) -> Response:
        """From now on patients are shown this version. With If-Match only what the caller has read is published."""
        text = self.managed()
        _ = request.data
        version = expected_version(request, text) if "If-Match" in request.headers else None
        wanted = self.checked(serializer=PublishShape).get("reconsent_required")
        published = actions.publish_text(
            pk=text.pk, by=self.user, at=timezone.now(), version=version, reconsent_required=wanted
        )
        return self.answer(published)

    @extend_schema(responses=EffectShape)
    @action(detail=True)
    def effect(self, request: Request, id: UUID) -> Response:
        """What publishing this version with re-consent would do."""
        return Response({"patients": state.patients_to_ask_again(self.managed(), at=timezone.now())})

    def sent(self, text: ConsentText) -> dict[str, Any]:
        """The values the body names. Rows are sent whole: a half one would be stored as half a risk."""
        body = self.request.data
        stored = {name: getattr(text, name) for name in (*WORDS, "language", "reconsent_required")}
        values = self.checked(stored | body if isinstance(body, dict) else body)
        return {name: value for name, value in values.items() if name in body}

    def may_manage(self) -> None:
        if not policy.can_manage_texts(self.user):
            raise PermissionDenied

    def managed(self) -> Any:
        text = self.get_object()
        self.may_manage()
        return text
