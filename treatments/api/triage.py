"""`/triages`: the phone card. Answered once, handed over, taken; rows are only ever added."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients.filters import OfPatientFilter
from patients.models import Patient
from practice.fields import Moment, Text
from practice.models import User
from practice.rest import ReadViewSet, StrictSerializer, idempotent
from treatments import actions, needled_zones, policy, triage
from treatments.models import Triage
from treatments.records import person
from treatments.triage_told import STATES, told


class TriageAnswersShape(StrictSerializer):
    """`yes`, `no` or `unsure` (which counts as yes). Once an ambulance is certain, the rest need not be asked."""

    breathing = Text(max_length=10)
    nerves = Text(max_length=10)
    swelling = Text(max_length=10)


class NeedledZoneShape(serializers.Serializer[Any]):
    area = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    sides = serializers.ListField(child=serializers.CharField())
    lung = serializers.BooleanField()
    at = serializers.DateTimeField()
    hours = serializers.FloatField()
    session = serializers.UUIDField()


class TriageRuleShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    words = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class TriageStepShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["told", "taken", "we_called", "caller_calls"])
    to = serializers.DictField(allow_null=True)
    note = serializers.CharField()
    by = serializers.DictField()
    at = serializers.DateTimeField()


class TriageShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField(
        required=False, allow_null=True, help_text="Null: not a patient; then say who rings."
    )
    caller = Text(max_length=120, help_text="Who rings, when it is not the patient.")
    place = Text(max_length=200, help_text="Where they are now.")
    phone = Text(max_length=40)
    answers = TriageAnswersShape()
    opened_at = Moment(required=False, help_text="When the card was opened; seconds_taken counts from it.")
    follows = serializers.UUIDField(required=False, allow_null=True, help_text="The card this one corrects.")
    session = serializers.UUIDField(read_only=True, allow_null=True)
    follow_up = serializers.UUIDField(read_only=True, allow_null=True)
    zones = NeedledZoneShape(many=True, read_only=True)
    result = serializers.ChoiceField(list(triage.RESULTS), read_only=True)
    rule = TriageRuleShape(read_only=True)
    script = serializers.CharField(read_only=True, help_text="To be read aloud as it stands.")
    words_version = serializers.CharField(read_only=True)
    seconds_taken = serializers.IntegerField(read_only=True)
    state = serializers.ChoiceField(list(STATES), read_only=True)
    finished = serializers.BooleanField(read_only=True)
    told_to = serializers.DictField(read_only=True, allow_null=True)
    taken_by = serializers.DictField(read_only=True, allow_null=True)
    taken_at = serializers.DateTimeField(read_only=True, allow_null=True)
    steps = TriageStepShape(many=True, read_only=True)
    created_by = serializers.DictField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class TellShape(StrictSerializer):
    to = serializers.UUIDField(help_text="A practitioner of the practice.")


class TakeShape(StrictSerializer):
    note = Text(max_length=500)


class AmbulanceShape(StrictSerializer):
    called_by = Text(required=True, allow_blank=False, max_length=10, help_text="practice or caller")


class TriageQuestionShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    words = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class PhoneCardShape(serializers.Serializer[Any]):
    """What is needed to answer the phone: the zones of the last 30 days, lung first, and the questions."""

    patient = serializers.UUIDField()
    zones = NeedledZoneShape(many=True)
    opening = serializers.CharField()
    questions = TriageQuestionShape(many=True)
    enough_alone = serializers.ListField(
        child=serializers.CharField(), help_text="Questions whose yes calls the ambulance without asking on."
    )
    emergency_number = serializers.CharField()
    words_version = serializers.CharField()


class TriageFilter(OfPatientFilter):
    open = django_filters.BooleanFilter(method="unfinished", label="Nobody has it yet.")

    def unfinished(self, rows: Any, name: str, value: bool) -> Any:
        return rows.unfinished() if value else rows


class TriageViewSet(ReadViewSet):
    serializer_class = TriageShape
    queryset = Triage.objects.none()
    filterset_class = TriageFilter
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[Triage]:
        if not policy.can_read_triage(self.user):
            raise PermissionDenied
        return Triage.objects.visible_to(self.user).told()

    def represent(self, record: Triage) -> dict[str, Any]:
        return triage_body(record)

    def retrieve(self, request: Request, id: UUID) -> Response:
        card = self.get_object()
        if card.patient_id:
            self.opened(patient_id=card.patient_id, kind="triage", record_id=card.pk)
        return self.answer(card)

    @idempotent
    def create(self, request: Request) -> Response:
        """Stamp the answers; the result, its rule and the words to read aloud come back."""
        if not policy.can_triage(self.user):
            raise PermissionDenied
        values = dict(self.checked())
        patient = self.patient(values.pop("patient", None))
        card = actions.record_triage(patient=patient, values=values, by=self.user, at=timezone.now())
        return self.answer(self.fresh(card), status=201)

    @extend_schema(
        parameters=[OpenApiParameter("patient", UUID, required=True)], responses=PhoneCardShape, filters=False
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def card(self, request: Request) -> Response:
        """Before the questions: what was needled in the last 30 days, zones and times only."""
        self.get_queryset()
        patient = self.patient(_uuid(request.query_params.get("patient", "")))
        if patient is None:
            raise Http404
        self.opened(patient_id=patient.pk, kind="phone_card", record_id=patient.pk)
        zones = needled_zones.zones_of(patient, by=self.user, at=timezone.now())
        return Response(
            {
                "patient": patient.pk,
                "zones": [zone.stored() for zone in zones],
                "opening": triage.OPENING,
                "questions": [TriageQuestionShape(question).data for question in triage.QUESTIONS],
                "enough_alone": triage.enough_alone([zone.for_rule() for zone in zones]),
                "emergency_number": self.user.practice.emergency_number,
                "words_version": triage.WORDS_VERSION,
            }
        )

    @extend_schema(request=TellShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def tell(self, request: Request, id: UUID) -> Response:
        """Hand over: the practitioner named is told. The card stays open until they take it."""
        card = self.for_verb(policy.can_triage(self.user))
        person = self.checked(serializer=TellShape)["to"]
        to = User.objects.visible_to(self.user).filter(pk=person).first()
        if to is None:
            raise serializers.ValidationError({"to": "Choose a practitioner who works here."})
        actions.tell_practitioner(pk=card.pk, to=to, by=self.user, at=timezone.now())
        return self.answer(self.fresh(card))

    @extend_schema(request=TakeShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def take(self, request: Request, id: UUID) -> Response:
        """A practitioner has the caller; acknowledges the escalation as well."""
        card = self.for_verb(policy.can_take_triage(self.user))
        note = self.checked(serializer=TakeShape).get("note", "")
        actions.take_triage(pk=card.pk, note=note, by=self.user, at=timezone.now())
        return self.answer(self.fresh(card))

    @extend_schema(request=AmbulanceShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def ambulance(self, request: Request, id: UUID) -> Response:
        """The ambulance is called, by the practice or by the caller."""
        card = self.for_verb(policy.can_triage(self.user))
        called_by = self.checked(serializer=AmbulanceShape)["called_by"]
        actions.note_ambulance(pk=card.pk, called_by=called_by, by=self.user, at=timezone.now())
        return self.answer(self.fresh(card))

    def for_verb(self, permitted: bool) -> Triage:
        card = self.get_object()
        if not permitted:
            raise PermissionDenied
        return card

    def fresh(self, card: Triage) -> Triage:
        return self.get_queryset().get(pk=card.pk)

    def patient(self, pk: UUID | None) -> Patient | None:
        if pk is None:
            return None
        row = Patient.objects.visible_to(self.user).select_related("practice").filter(pk=pk).first()
        if row is None:
            raise Http404
        return row


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # names nobody


def triage_body(card: Triage) -> dict[str, Any]:
    read = told(card)
    plain = ("id", "caller", "place", "phone", "answers", "opened_at", "zones", "result", "script", "words_version",
             "seconds_taken", "created_at")  # fmt: skip
    return {name: getattr(card, name) for name in plain} | {
        "patient": card.patient_id,
        "session": card.session_id,
        "follows": card.follows_id,
        "follow_up": card.follow_up_id,
        "rule": {"key": read.rule.key, "words": read.rule.words, "source": read.rule.source},
        "state": read.state,
        "finished": read.finished,
        "told_to": person(read.told_to),
        "taken_by": person(read.taken_by),
        "taken_at": read.taken_at,
        "steps": [
            {"kind": s.kind, "to": person(s.to), "note": s.note, "by": person(s.created_by), "at": s.created_at}
            for s in read.steps
        ],
        "created_by": person(card.created_by),
    }
