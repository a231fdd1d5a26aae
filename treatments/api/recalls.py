"""Recalls and calls to make, as verbs of `/follow-ups`."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients.models import Patient
from practice.fields import Text
from practice.models import User
from practice.rest import IF_MATCH, StrictSerializer, idempotent
from treatments import actions, policy


class RecallShape(StrictSerializer):
    """A recall added by hand; those of sessions come at signing."""

    patient = serializers.UUIDField()
    due_on = serializers.DateField()
    reason = Text(max_length=200)
    assignee = serializers.UUIDField(required=False, allow_null=True, help_text="A practitioner of the practice.")


class SnoozeShape(StrictSerializer):
    until = serializers.DateField()
    reason = Text(max_length=500)


class DoneShape(StrictSerializer):
    note = Text(max_length=500)


class CancelShape(StrictSerializer):
    reason = Text(max_length=500)


class RecallVerbs:
    """Mixed into the follow-ups: `POST /follow-ups` adds a recall; snooze, done and cancel are for recalls and calls."""

    user: User
    checked: Any
    answer: Any
    for_verb: Any

    @extend_schema(request=RecallShape)
    @idempotent
    def create(self, request: Request) -> Response:
        """Ask a patient back on a day, with the reason."""
        if not policy.can_add_recall(self.user):
            raise PermissionDenied
        values = self.checked(serializer=RecallShape)
        patient = Patient.objects.visible_to(self.user).select_related("practice").filter(pk=values["patient"]).first()
        if patient is None:
            raise Http404
        recall = actions.add_recall(
            patient=patient,
            due_on=values["due_on"],
            reason=values.get("reason", ""),
            assignee=self.assignee(values.get("assignee")),
            by=self.user,
            at=timezone.now(),
        )
        return self.answer(recall, status=201)

    @extend_schema(request=SnoozeShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def snooze(self, request: Request, id: UUID) -> Response:
        """Off the list until the morning of a later day, with the reason."""
        row, version = self.for_verb(policy.can_record)
        body = self.checked(serializer=SnoozeShape)
        return self.answer(
            actions.snooze(pk=row.pk, until=body["until"], reason=body.get("reason", ""), by=self.user, at=timezone.now(),
                           version=version)
        )  # fmt: skip

    @extend_schema(request=DoneShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def done(self, request: Request, id: UUID) -> Response:
        """The patient was reached, or has come."""
        row, version = self.for_verb(policy.can_record)
        note = self.checked(serializer=DoneShape).get("note", "")
        return self.answer(actions.finish(pk=row.pk, note=note, by=self.user, version=version))

    @extend_schema(request=CancelShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Request, id: UUID) -> Response:
        """No longer wanted, with the reason."""
        row, version = self.for_verb(policy.can_record)
        reason = self.checked(serializer=CancelShape).get("reason", "")
        return self.answer(actions.cancel(pk=row.pk, reason=reason, by=self.user, version=version))

    def assignee(self, pk: UUID | None) -> User | None:
        if pk is None:
            return None
        person = User.objects.visible_to(self.user).filter(pk=pk).first()
        if person is None:
            raise serializers.ValidationError({"assignee": "Choose a practitioner who works here."})
        return person
