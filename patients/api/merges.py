"""`/patients/duplicates` and `/merges`: pairs to decide, two records made one, and undone."""

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

from patients import actions, merge_traces, merging, policy
from patients.api.sure import sure_who_it_is
from patients.models import DuplicatePair, Merge, Patient
from practice.fields import Text, Whole
from practice.rest import IF_MATCH, ReadViewSet, RecordViewSet, StrictSerializer, expected_version, idempotent


class DuplicateShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    patients = serializers.ListField(child=serializers.UUIDField(), min_length=2, max_length=2)
    score = serializers.FloatField(help_text="0 to 1: how likely both are one person.")
    reason = serializers.CharField()
    state = serializers.ChoiceField(DuplicatePair.State.choices)
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.UUIDField(allow_null=True)
    at_registration = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class DuplicateFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=DuplicatePair.State.choices)


class DuplicateViewSet(ReadViewSet):
    serializer_class = DuplicateShape
    queryset = DuplicatePair.objects.none()
    filterset_class = DuplicateFilter
    ordering = "-score"
    ordering_fields: ClassVar[set[str]] = {"score", "created_at"}

    def get_queryset(self) -> QuerySet[DuplicatePair]:
        """Those still to be decided, unless `state` asks for others; a single one in any state."""
        if not policy.can_read(self.user):
            raise PermissionDenied
        rows = DuplicatePair.objects.visible_to(self.user)
        everything = self.action != "list" or "state" in self.request.query_params
        return rows if everything else rows.waiting()

    def represent(self, record: DuplicatePair) -> dict[str, Any]:
        names = ("id", "version", "score", "reason", "state", "decided_at", "at_registration", "created_at")
        said = {name: getattr(record, name) for name in names}
        return said | {"patients": [record.first_id, record.second_id], "decided_by": record.decided_by_id}

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def dismiss(self, request: Request, id: UUID) -> Response:
        """Not the same person: proposed again only when one of the two records changes."""
        pair = self.get_object()
        if not policy.can_write(self.user):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, pair)
        return self.answer(actions.dismiss_pair(pk=pair.pk, by=self.user, at=timezone.now(), version=version))


class NewMergeShape(StrictSerializer):
    winner = serializers.UUIDField(help_text="The record that stands.")
    loser = serializers.UUIDField(help_text="The record that leads to it from now on.")
    winner_version = Whole(required=True, allow_null=False, help_text="The version of each record that was compared.")
    loser_version = Whole(required=True, allow_null=False)
    take = serializers.ListField(
        child=serializers.ChoiceField(sorted(merging.CHOICES)), required=False, max_length=len(merging.CHOICES),
        help_text="What the winner takes over from the loser; phones and former names are combined.",
    )  # fmt: skip
    reason = Text(max_length=250)


class SinceShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    count = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class MergeShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    winner = serializers.UUIDField()
    loser = serializers.UUIDField()
    taken = serializers.DictField(child=serializers.ListField(), help_text="Field: [before, after].")
    stayed = serializers.DictField(help_text="On undoing: fields that had been changed since, as they stayed.")
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.UUIDField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undone_by = serializers.UUIDField(allow_null=True)
    written_since = SinceShape(many=True, required=False, help_text="Of a single merge: what stays with the winner.")


class MergeViewSet(RecordViewSet):
    serializer_class = MergeShape
    queryset = Merge.objects.none()
    ordering = "-at"
    ordering_fields: ClassVar[set[str]] = {"at"}

    def get_queryset(self) -> QuerySet[Merge]:
        if not policy.may_merge(self.user):
            raise PermissionDenied
        return Merge.objects.visible_to(self.user)

    def represent(self, record: Merge) -> dict[str, Any]:
        names = ("id", "version", "taken", "stayed", "reason", "at", "undone_at")
        said = {name: getattr(record, name) for name in names} | {"by": record.created_by_id}
        said |= {name: getattr(record, f"{name}_id") for name in ("winner", "loser", "undone_by")}
        if self.action != "list":
            said["written_since"] = [vars(trace) for trace in merge_traces.written_since(record)]
        return said

    def list(self, request: Request) -> Response:
        return self.listed(self.get_queryset())

    def retrieve(self, request: Request, id: UUID) -> Response:
        return self.answer(self.get_object())

    @extend_schema(request=NewMergeShape, responses={201: MergeShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Merge two records of one person: 409 when one of them was changed since they were compared. A browser's session
        must have entered the password lately."""
        if not policy.may_merge(self.user):
            raise PermissionDenied
        body = self.checked(serializer=NewMergeShape)
        for name in ("winner", "loser"):
            if not Patient.objects.visible_to(self.user).filter(pk=body[name]).exists():
                raise Http404
        sure_who_it_is(self.request, tokens=True)
        merge = actions.merge_patients(
            winner=body["winner"], loser=body["loser"], take=body.get("take", ()), reason=body.get("reason", ""),
            versions=(body["winner_version"], body["loser_version"]), by=self.user, at=timezone.now(),
        )  # fmt: skip
        return self.answer(merge, status=201)

    @extend_schema(request=None, responses=MergeShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def undo(self, request: Request, id: UUID) -> Response:
        """Two records again. What was changed or written since stays with the winner, and is listed."""
        merge = self.get_object()
        _ = request.data
        version = expected_version(request, merge)
        sure_who_it_is(self.request, tokens=True)
        return self.answer(actions.undo_merge(pk=merge.pk, by=self.user, at=timezone.now(), version=version))
