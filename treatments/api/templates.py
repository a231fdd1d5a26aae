"""`/snippets` and `/templates`: the practice's and one's own."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from practice.api.managing import ManagedViewSet
from practice.fields import Choice, Keys, Text, YesNo
from practice.rest import IF_MATCH, StrictSerializer, idempotent
from treatments import actions, policy
from treatments.api.shapes import ADJUNCTS, ADVICE, SiteShape
from treatments.models import NeedlingSession, SessionTemplate, Snippet
from treatments.offered import template_body
from treatments.vocabulary import vocabulary_for


class OfferedShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    personal = YesNo(help_text="Only for oneself; said once, when it is written.")
    title = Text(required=True, allow_blank=False, max_length=80)
    active = YesNo()
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class SnippetShape(OfferedShape):
    shortcut = Text(required=True, allow_blank=False, max_length=20)
    note = Choice(Snippet.Note, help_text="The note it is offered in; left out: any.")
    text = Text(required=True, allow_blank=False, max_length=4000, trim_whitespace=False)


class SessionTemplateShape(OfferedShape):
    subjective = Text(max_length=4000, trim_whitespace=False)
    objective = Text(max_length=4000, trim_whitespace=False)
    assessment = Text(max_length=4000, trim_whitespace=False)
    plan = Text(max_length=4000, trim_whitespace=False)
    lines = Text(max_length=2000, trim_whitespace=False, help_text="Proposed sites, as shorthand.")
    position = Choice(NeedlingSession.Position)
    adjuncts = Keys(known=ADJUNCTS)
    advice_given = Keys(known=ADVICE)
    sites = SiteShape(many=True, read_only=True)


class OfferedViewSet(ManagedViewSet):
    """What both have in common: read what is offered, write what one may."""

    filterset_fields = ("active",)
    ordering = "title"
    ordering_fields: ClassVar[set[str]] = {"title", "created_at", "updated_at"}
    add: ClassVar[Callable[..., Any]]
    change: ClassVar[Callable[..., Any]]

    def get_queryset(self) -> QuerySet[Any]:
        if not policy.can_read_offered(self.user):
            raise PermissionDenied
        return self.rows()

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_add_offered(self.user):
            raise PermissionDenied
        values = dict(self.checked())
        personal = values.pop("personal", False)
        return self.answer(type(self).add(values=values, personal=personal, by=self.user), status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        if not policy.can_write_offered(self.user, row):
            raise PermissionDenied
        return self.answer(self.changed(row, type(self).change))


class SnippetViewSet(OfferedViewSet):
    serializer_class = SnippetShape
    queryset = Snippet.objects.none()
    ordering_fields: ClassVar[set[str]] = {"shortcut", "title", "created_at", "updated_at"}
    add = staticmethod(actions.add_snippet)
    change = staticmethod(actions.change_snippet)

    def rows(self) -> QuerySet[Any]:
        return Snippet.objects.visible_to(self.user)

    def represent(self, record: Any) -> dict[str, Any]:
        names = ("id", "version", "personal", "title", "active", "shortcut", "text", "created_at", "updated_at")
        return {name: getattr(record, name) for name in names} | {"note": record.note or None}


class SessionTemplateViewSet(OfferedViewSet):
    serializer_class = SessionTemplateShape
    queryset = SessionTemplate.objects.none()
    add = staticmethod(actions.add_template)
    change = staticmethod(actions.change_template)

    def rows(self) -> QuerySet[Any]:
        return SessionTemplate.objects.visible_to(self.user)

    def represent(self, record: Any) -> dict[str, Any]:
        self.vocabulary = getattr(self, "vocabulary", None) or vocabulary_for(self.user)  # one query for a whole list
        names = ("version", "personal", "active", "lines", "created_at", "updated_at")
        return template_body(record, self.vocabulary) | {name: getattr(record, name) for name in names}
