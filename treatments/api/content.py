"""`/clinical-content`: the rules with their sources, who approved them, what was decided otherwise."""

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from practice.fields import Choice, Text
from practice.rest import RecordViewSet, StrictSerializer, idempotent
from treatments import actions, policy
from treatments.catalogue import CONTENT_VERSION
from treatments.models import ContentApproval, RuleDecision
from treatments.records import person
from treatments.rulebook import rulebook


class RuleShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    level = serializers.ChoiceField(RuleDecision.Level.choices, help_text="As it ships.")
    decided = serializers.CharField(help_text="As the practice has it; empty: as it ships.")
    source = serializers.CharField()  # type: ignore[assignment]
    confidence = serializers.CharField()
    asked = serializers.BooleanField(help_text="A question of the screening form.")


class ContentShape(serializers.Serializer[Any]):
    version = serializers.CharField()
    approved_by = serializers.DictField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    rules = RuleShape(many=True)


class ApproveShape(StrictSerializer):
    note = Text(max_length=1000)


class DecideShape(StrictSerializer):
    rule = Text(required=True, allow_blank=False, max_length=60)
    level = Choice(RuleDecision.Level, help_text="Null: as it ships.")
    reason = Text(max_length=1000, help_text="Needed where the rule becomes less strict than it ships.")


class ContentViewSet(RecordViewSet):
    serializer_class = ContentShape
    pagination_class = None
    queryset = ContentApproval.objects.none()

    @extend_schema(responses=ContentShape)
    def list(self, request: Request) -> Response:
        """The rule set as the practice has it. One document, not a list."""
        if not policy.can_read_catalogue(self.user):
            raise PermissionDenied
        return Response(self.told())

    @extend_schema(request=ApproveShape, responses={201: ContentShape})
    @action(detail=False, methods=["post"])
    @idempotent
    def approve(self, request: Request) -> Response:
        """The responsible clinician has read this version."""
        self.may_decide()
        actions.approve_content(
            note=self.checked(serializer=ApproveShape).get("note", ""), by=self.user, at=timezone.now()
        )
        return Response(self.told(), status=201)

    @extend_schema(request=DecideShape, responses={201: ContentShape})
    @action(detail=False, methods=["post"])
    @idempotent
    def decide(self, request: Request) -> Response:
        """Tighten a rule, loosen it with a written reason, or go back to what ships."""
        self.may_decide()
        sent = self.checked(serializer=DecideShape)
        actions.decide_rule(
            rule=sent["rule"],
            level=sent.get("level") or "",
            reason=sent.get("reason", ""),
            by=self.user,
            at=timezone.now(),
        )
        return Response(self.told(), status=201)

    def may_decide(self) -> None:
        if not policy.can_decide_content(self.user):
            raise PermissionDenied

    def told(self) -> dict[str, Any]:
        approved = ContentApproval.objects.visible_to(self.user).filter(content_version=CONTENT_VERSION)
        newest = approved.select_related("created_by").first()
        self.user.practice.refresh_from_db(fields=["rule_levels"])
        return {
            "version": CONTENT_VERSION,
            "approved_by": person(newest.created_by) if newest else None,
            "approved_at": newest.created_at if newest else None,
            "rules": [asdict(row) for row in rulebook(self.user.practice.rule_levels)],
        }
