"""`/patients/{id}/structures` and `/patients/{id}/reactions`: how this patient's muscles answered to needling."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from patients.models import Patient
from practice.models import Side
from practice.rest import RecordViewSet
from treatments import policy
from treatments.models import Site
from treatments.reactions import reactor_of
from treatments.reactor import Reactor
from treatments.response import Muscle, Visit
from treatments.responses import Place, responses_of


class ResponseVisitShape(serializers.Serializer[Any]):
    """One muscle in one signed session. Null is not recorded or not answered, never zero."""

    session = serializers.UUIDField()
    at = serializers.DateTimeField()
    needles = serializers.IntegerField()
    passes = serializers.IntegerField(allow_null=True)
    twitches = serializers.IntegerField(allow_null=True)
    depth_mm = serializers.IntegerField(allow_null=True, help_text="The deepest of its sites.")
    soreness_24h = serializers.IntegerField(allow_null=True)
    soreness_72h = serializers.IntegerField(allow_null=True)
    waits = serializers.BooleanField(help_text="A check of this session is still to be answered.")
    pain_before = serializers.IntegerField(allow_null=True)
    pain_change = serializers.IntegerField(
        allow_null=True, help_text="At the next visit of the course; negative is less."
    )


class ResponseShape(serializers.Serializer[Any]):
    structure = serializers.CharField()
    side = serializers.CharField()
    name = serializers.CharField()
    sentence = serializers.CharField(help_text="The last time, in words.")
    visits = ResponseVisitShape(many=True, help_text="Newest first.")


class CautionShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    severity = serializers.CharField()
    text = serializers.CharField()


class UsualShape(serializers.Serializer[Any]):
    visits = serializers.IntegerField()
    median_hours = serializers.IntegerField()
    low_hours = serializers.IntegerField()
    high_hours = serializers.IntegerField()
    peak = serializers.IntegerField()


class ReactionsShape(serializers.Serializer[Any]):
    sessions = serializers.IntegerField()
    cautions = CautionShape(many=True)
    faints = serializers.IntegerField()
    last_faint = serializers.DateField(allow_null=True)
    bruised = serializers.IntegerField()
    bruise_asked = serializers.IntegerField(help_text="How many answers said whether there was a bruise.")
    usual = UsualShape(allow_null=True)
    lines = serializers.ListField(child=serializers.CharField())


class OfPatientViewSet(RecordViewSet):
    """Read from the record of one patient; what was needled is clinical."""

    queryset = Site.objects.none()
    pagination_class = None

    def patient(self, pk: UUID) -> Patient:
        patient = Patient.objects.visible_to(self.user).select_related("practice").filter(pk=pk).first()
        if patient is None:
            raise Http404
        if not policy.allowed(self.user, "sessions.read"):
            raise PermissionDenied
        self.opened(patient_id=patient.pk, kind="response", record_id=patient.pk)
        return patient


class ResponseViewSet(OfPatientViewSet):
    serializer_class = ResponseShape

    @extend_schema(
        parameters=[
            OpenApiParameter("structure", str, description="One structure; with `side`."),
            OpenApiParameter("side", str, enum=Side.values),
        ],
        responses=ResponseShape(many=True),
    )
    def list(self, request: Request, id: UUID) -> Response:
        """Each muscle of the latest 40 signed sessions; with `structure` and `side` the latest 12 sessions of that one."""
        patient = self.patient(id)
        structure, side = (request.query_params.get(name, "") for name in ("structure", "side"))
        if bool(structure) != bool(side) or (side and side not in Side.values):
            raise ValidationError({"side": "Give structure and side together; side is left, right or midline."})
        place = Place(structure.replace("\x00", "")[:80], side) if structure else None
        return Response({"results": [muscle_body(m) for m in responses_of(patient, place=place)]})


class ReactionViewSet(OfPatientViewSet):
    serializer_class = ReactionsShape

    @extend_schema(responses=ReactionsShape)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Faints, bruises, the usual soreness and what was noted: from this patient's own record."""
        return Response(reactor_body(reactor_of(self.patient(id), at=timezone.now())))


def muscle_body(muscle: Muscle) -> dict[str, Any]:
    names = ("structure", "side", "name", "sentence")
    return {name: getattr(muscle, name) for name in names} | {"visits": [_visit_body(v) for v in muscle.visits]}


def _visit_body(visit: Visit) -> dict[str, Any]:
    return {
        "session": visit.session,
        "at": visit.at,
        "needles": visit.dose.needles,
        "passes": visit.dose.passes,
        "twitches": visit.dose.twitches,
        "depth_mm": visit.dose.depth_mm,
        "soreness_24h": visit.sore_first,
        "soreness_72h": visit.sore_second,
        "waits": bool(visit.waits),
        "pain_before": visit.pain_before,
        "pain_change": visit.change,
    }


def reactor_body(reactor: Reactor) -> dict[str, Any]:
    names = ("sessions", "faints", "last_faint", "bruised", "bruise_asked")
    return {name: getattr(reactor, name) for name in names} | {
        "cautions": [CautionShape(c).data for c in reactor.cautions],
        "usual": UsualShape(reactor.usual).data if reactor.usual else None,
        "lines": [f"{label}: {words}" for label, words, _ in reactor.lines()],
    }
