"""`/arrivals`: who came, for whom, and how the wait ended."""

from dataclasses import asdict
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
from practice.fields import Text
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, etag, expected_version, idempotent
from treatments import actions, policy, records, waiting
from treatments.api import shapes
from treatments.models import Arrival


class MarkShape(serializers.Serializer[Any]):
    """`cure` says what is to be done (take, renew, hand_over, complete, review); empty when nothing is."""

    level = serializers.CharField()
    words = serializers.CharField()
    cure = serializers.CharField()


class ArrivalShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    patient = serializers.UUIDField()
    practitioner = serializers.UUIDField()
    on = serializers.DateField(read_only=True, help_text="The day where the practice is.")
    arrived_at = serializers.DateTimeField(read_only=True)
    state = serializers.ChoiceField(Arrival.State.choices, read_only=True)
    session = serializers.UUIDField(read_only=True, allow_null=True)
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)
    reason = serializers.CharField(read_only=True)
    consent = MarkShape(read_only=True, allow_null=True, help_text="While they wait: what stands before needling.")
    screening = MarkShape(read_only=True, allow_null=True)
    dangers = serializers.ListField(child=serializers.CharField(), read_only=True)


class MoveShape(StrictSerializer):
    practitioner = serializers.UUIDField()


class WithdrawShape(StrictSerializer):
    state = serializers.ChoiceField([(s.value, s.label) for s in Arrival.WITHDRAWN])
    reason = Text(max_length=250)


class ArrivalFilter(OfPatientFilter):
    on = django_filters.DateFilter(field_name="on")
    state = django_filters.ChoiceFilter(choices=Arrival.State.choices)
    practitioner = django_filters.UUIDFilter(field_name="practitioner")


class ArrivalViewSet(ReadViewSet):
    serializer_class = ArrivalShape
    queryset = Arrival.objects.none()
    filterset_class = ArrivalFilter
    ordering = "-arrived_at"
    ordering_fields: ClassVar[set[str]] = {"arrived_at"}

    def get_queryset(self) -> QuerySet[Arrival]:
        if not policy.can_read_arrivals(self.user):
            raise PermissionDenied
        return Arrival.objects.visible_to(self.user).told()

    def represent(self, record: Any) -> dict[str, Any]:
        return self.represented([record])[0]

    def represented(self, rows: list[Arrival]) -> list[dict[str, Any]]:
        return [body(here) for here in waiting.told(rows, user=self.user, at=timezone.now())]

    def list(self, request: Request) -> Response:
        """Newest first. Who waits now: `?state=waiting&on=` with the practice's today."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.represented(list(page)))

    @extend_schema(responses={200: ArrivalShape, 201: ArrivalShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Mark a patient as arrived. Marked twice they wait once: the second answer is 200 with the first."""
        if not policy.can_mark_arrivals(self.user):
            raise PermissionDenied
        sent = self.checked()
        patient = Patient.objects.visible_to(self.user).led(sent["patient"])
        if patient is None:
            raise Http404
        arrival, new = actions.mark_arrived(
            patient=patient, practitioner_pk=sent["practitioner"], by=self.user, at=timezone.now()
        )
        return self.answer(arrival, status=201 if new else 200)

    @extend_schema(request=MoveShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def move(self, request: Request, id: UUID) -> Response:
        """They wait for somebody else now; since when stays."""
        arrival, version = self.for_change()
        to = self.checked(serializer=MoveShape)["practitioner"]
        return self.answer(actions.move_arrival(pk=arrival.pk, practitioner_pk=to, by=self.user, version=version))

    @extend_schema(request=WithdrawShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        """They left again, or were marked by mistake."""
        arrival, version = self.for_change()
        sent = self.checked(serializer=WithdrawShape)
        return self.answer(
            actions.withdraw_arrival(pk=arrival.pk, **sent, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(request=shapes.NothingShape, parameters=[IF_MATCH], responses={201: shapes.SessionShape})
    @action(detail=True, methods=["post"])
    @idempotent
    def take(self, request: Request, id: UUID) -> Response:
        """Begin the session; the answer is its draft."""
        arrival = self.get_object()
        if not policy.can_take_arrival(self.user, arrival):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, arrival)
        self.checked(serializer=shapes.NothingShape)
        written = actions.take_arrival(pk=arrival.pk, by=self.user, at=timezone.now(), version=version)
        draft = records.session_record(written.session, written.sites, at=timezone.now())
        status = 201 if written.created else 200
        return Response(draft, status=status, headers={"ETag": etag(written.session)})

    def for_change(self) -> tuple[Arrival, int]:
        arrival = self.get_object()
        if not policy.can_change_arrival(self.user, arrival):
            raise PermissionDenied
        _ = self.request.data
        return arrival, expected_version(self.request, arrival)


def body(here: waiting.Here) -> dict[str, Any]:
    arrival, ready = here.arrival, here.ready
    names = ("version", "on", "arrived_at", "state", "ended_at", "reason")
    return {name: getattr(arrival, name) for name in names} | {
        "id": arrival.pk,
        "patient": here.patient.pk,
        "practitioner": arrival.practitioner_id,
        "session": arrival.session_id,
        "consent": asdict(ready.consent) if ready else None,
        "screening": asdict(ready.screening) if ready else None,
        "dangers": [alert.text for alert in here.dangers],
    }
