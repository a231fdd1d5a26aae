"""`/historical-notes`: notes taken over from another system, to read only."""

from typing import ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from patients import policy
from patients.filters import OfPatientFilter
from patients.models import HistoricalNote
from practice.rest import ReadViewSet, StrictSerializer


class HistoricalNoteShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    written_on = serializers.DateField(read_only=True)
    author = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    source = serializers.CharField(read_only=True, help_text="The system it was written in.")  # type: ignore[assignment]
    replaces = serializers.UUIDField(source="replaces_id", read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True, help_text="When it was taken over.")


class HistoricalNoteViewSet(ReadViewSet):
    serializer_class = HistoricalNoteShape
    queryset = HistoricalNote.objects.none()
    filterset_class = OfPatientFilter
    ordering = "-written_on"
    ordering_fields: ClassVar[set[str]] = {"written_on", "created_at"}

    def get_queryset(self) -> QuerySet[HistoricalNote]:
        if not policy.can_read_historical_notes(self.user):
            raise PermissionDenied
        return HistoricalNote.objects.visible_to(self.user)

    def retrieve(self, request: Request, id: UUID) -> Response:
        note = self.get_object()
        self.opened(patient_id=note.patient_id, kind="past_note", record_id=note.pk)
        return self.answer(note)
