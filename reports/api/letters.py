"""`/letters`: letters while they are written. Issuing one is a POST to `/documents`."""

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
from patients.models import Contact
from practice.fields import Keys, Text
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent, unchanged
from reports import actions, gathering, policy
from reports.models import Letter
from reports.models.letters import LENGTHS, LINES, TEXTS

FACTS = frozenset(gathering.LETTER_FACTS)


class LetterTexts(StrictSerializer):
    """What the author writes. A contact brings its own lines, unless they are sent as well."""

    contact = serializers.UUIDField(source="contact_id", required=False, allow_null=True)
    left_out = Keys(known=FACTS)

    def get_fields(self) -> dict[str, Any]:
        texts = {name: Text(max_length=LENGTHS[name], trim_whitespace=False) for name in (*LINES, *TEXTS)}
        return super().get_fields() | texts


class LetterShape(LetterTexts):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    session = serializers.UUIDField(source="session_id", read_only=True, allow_null=True)
    episode = serializers.UUIDField(source="episode_id", read_only=True, allow_null=True)
    author = serializers.UUIDField(source="author_id", read_only=True)
    changed_by_hand = serializers.DictField(child=serializers.BooleanField(), read_only=True)
    discarded_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class BeginShape(StrictSerializer):
    """What the letter is about, by exactly one id, and to whom it goes: the referrer or the GP without a contact."""

    session = serializers.UUIDField(required=False)
    episode = serializers.UUIDField(required=False)
    patient = serializers.UUIDField(required=False)
    contact = serializers.UUIDField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [name for name in ("session", "episode", "patient") if name in attrs]
        if len(named) != 1:
            field = named[1] if named else "session"
            raise serializers.ValidationError({field: "Name one of session, episode and patient by id, not more."})
        return attrs


class FillInShape(StrictSerializer):
    names = Keys(known=frozenset(TEXTS), required=True, allow_empty=False)


class FactShape(serializers.Serializer[Any]):
    key = serializers.ChoiceField(sorted(FACTS))
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class LetterFilter(OfPatientFilter):
    session = django_filters.UUIDFilter(field_name="session")
    episode = django_filters.UUIDFilter(field_name="episode")
    discarded = django_filters.BooleanFilter(field_name="discarded_at", lookup_expr="isnull", exclude=True)


class LetterViewSet(ReadViewSet):
    serializer_class = LetterShape
    queryset = Letter.objects.none()
    filterset_class = LetterFilter
    ordering = "-updated_at"
    ordering_fields: ClassVar[set[str]] = {"created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[Letter]:
        if not policy.can_read_letters(self.user):
            raise PermissionDenied
        return Letter.objects.visible_to(self.user)

    def represent(self, record: Any) -> Any:
        record.changed = record.changed_by_hand()
        return self.get_serializer(record).data | {"changed_by_hand": record.changed}

    @extend_schema(request=BeginShape)
    @idempotent
    def create(self, request: Request) -> Response:
        """Begin a letter, filled in from the record."""
        if not policy.can_write_letters(self.user):
            raise PermissionDenied
        body = self.checked(serializer=BeginShape)
        contact = body.pop("contact", None)
        ((name, pk),) = body.items()
        letter = actions.begin_letter_about(about=name, pk=pk, contact_pk=contact, by=self.user, at=timezone.now())
        return self.answer(letter, status=201)

    @extend_schema(request=LetterTexts, parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        letter, version = self._own()
        values = self.checked(serializer=LetterTexts, partial=True)
        if unchanged(letter, values):
            return self.answer(letter)
        if "contact_id" in values:
            values["contact"] = self._contact(values.pop("contact_id"))
        return self.answer(actions.write_letter(pk=letter.pk, values=values, by=self.user, version=version))

    @extend_schema(responses=FactShape(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def facts(self, request: Request, id: UUID) -> Response:
        """The short facts as the record has them now; `left_out` names those that do not print."""
        letter = self.get_object()
        told = gathering.letter_facts(letter, at=timezone.now())
        return Response([{"key": key, "label": label, "value": value} for key, (label, value) in told.items()])

    @extend_schema(request=FillInShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="fill-in")
    @idempotent
    def fill_in(self, request: Request, id: UUID) -> Response:
        """Put the record's words of today in place of the named texts."""
        letter, version = self._own()
        names = self.checked(serializer=FillInShape)["names"]
        changed = actions.fill_in_again(pk=letter.pk, names=names, by=self.user, at=timezone.now(), version=version)
        return self.answer(changed)

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def discard(self, request: Request, id: UUID) -> Response:
        letter, version = self._own()
        return self.answer(actions.discard_letter(pk=letter.pk, by=self.user, at=timezone.now(), version=version))

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: Request, id: UUID) -> Response:
        letter, version = self._own()
        return self.answer(actions.restore_letter(pk=letter.pk, by=self.user, version=version))

    def _own(self) -> tuple[Letter, int]:
        letter = self.get_object()
        if not policy.can_write_letter(self.user, letter):
            raise PermissionDenied
        _ = self.request.data
        return letter, expected_version(self.request, letter)

    def _contact(self, pk: UUID | None) -> Contact | None:
        if pk is None:
            return None
        contact = Contact.objects.visible_to(self.user).filter(pk=pk).first()
        if contact is None:
            raise Http404
        return contact
