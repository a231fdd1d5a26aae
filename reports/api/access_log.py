"""`/access-log`: who looked at whose record on which day, what of it is worth a question, who looked into it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from practice.fields import Text
from practice.models import AccessEntry
from practice.rest import RecordViewSet, StrictSerializer, idempotent
from reports import access_looks, actions, policy
from reports.access_forms import AccessForm
from reports.access_looks import Look
from reports.models import AccessReview

MOST = 200


class AccessReasonShape(serializers.Serializer[Any]):
    rule = serializers.CharField()
    message = serializers.CharField()


class AccessReviewShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    note = Text(required=True, allow_blank=True, max_length=1000)
    by = serializers.UUIDField(source="created_by_id", read_only=True)
    at = serializers.DateTimeField(source="created_at", read_only=True)


class AccessLookShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the newest opening of that day.")
    person = serializers.UUIDField()
    patient = serializers.UUIDField(allow_null=True, help_text="null: the whole practice, as an export.")
    day = serializers.DateField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    openings = serializers.IntegerField()
    what = serializers.ListField(child=serializers.CharField())
    worth_a_question = AccessReasonShape(many=True)
    reviews = AccessReviewShape(many=True)


class AccessLookPage(serializers.Serializer[Any]):
    results = AccessLookShape(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    was_cut = serializers.BooleanField(
        help_text="The period has more openings than are read at once. Ask for a shorter one."
    )


def look_body(row: Look) -> dict[str, Any]:
    return {
        "id": row.pk,
        "person": row.person.pk,
        "patient": row.patient.pk if row.patient else None,
        "day": row.day,
        "first_at": row.first_at,
        "last_at": row.last_at,
        "openings": len(row.entries),
        "what": row.what,
        "worth_a_question": [{"rule": rule, "message": message} for rule, message in row.reasons.items()],
        "reviews": AccessReviewShape(row.reviews, many=True).data,
    }


QUERY = [
    OpenApiParameter("person", OpenApiTypes.UUID),
    OpenApiParameter("patient", OpenApiTypes.UUID),
    OpenApiParameter("first", OpenApiTypes.DATE, description="Day of the practice; 30 days when left out."),
    OpenApiParameter("last", OpenApiTypes.DATE, description="Included; today when left out."),
    OpenApiParameter("unusual", OpenApiTypes.BOOL, description="Only what is worth a question."),
    OpenApiParameter("start", OpenApiTypes.INT, description="The place in the list, from `next`."),
    OpenApiParameter("limit", OpenApiTypes.INT, description="Rows on a page, at most 200."),
]


class AccessLogViewSet(RecordViewSet):
    serializer_class = AccessLookShape
    queryset = AccessEntry.objects.none()
    pagination_class = None
    filter_backends = ()

    def get_queryset(self) -> QuerySet[AccessEntry]:
        if not policy.can_read_access_log(self.user):
            raise PermissionDenied
        return AccessEntry.objects.visible_to(self.user).select_related("created_by")

    @extend_schema(parameters=QUERY, responses=AccessLookPage)
    def list(self, request: Request) -> Response:
        """One row per person, patient and day, newest first."""
        self.get_queryset()
        form = AccessForm(request._request.GET, user=self.user, today=self.user.practice.local_date(timezone.now()))
        if not form.is_valid():
            raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        found = access_looks.looks(form.asked(), viewer=self.user, now=timezone.now())
        start, limit = _number(request, "start", 0, 10**6), _number(request, "limit", 50, MOST)
        rows = [look_body(row) for row in found.rows[start : start + limit]]
        body = {
            "results": rows,
            "next": self._at(start + limit) if start + limit < len(found.rows) else None,
            "previous": self._at(max(start - limit, 0)) if start else None,
            "was_cut": found.was_cut,
        }
        return Response(AccessLookPage(body).data)

    def _at(self, start: int) -> str:
        asked = self.request._request.GET.copy()
        asked["start"] = str(start)
        return self.request.build_absolute_uri(f"{self.request.path}?{asked.urlencode()}")

    @extend_schema(request=AccessReviewShape, responses={201: AccessReviewShape})
    @action(detail=True, methods=["post"])
    @idempotent
    def review(self, request: Request, id: UUID) -> Response:
        """Keep what was found when somebody looked into it. Written once."""
        entry = self.get_object()
        if not policy.can_review_access(self.user, entry):
            raise PermissionDenied
        row = access_looks.look_of(entry, viewer=self.user, now=timezone.now())
        if row is None:
            raise Http404
        note = self.checked(serializer=AccessReviewShape)["note"]
        made: AccessReview = actions.review_access(entry=row.entries[0], note=note, by=self.user, at=timezone.now())
        return Response(AccessReviewShape(made).data, status=201)


def _number(request: Request, name: str, usual: int, most: int) -> int:
    sent = request.query_params.get(name, str(usual))
    if not (sent.isascii() and sent.isdigit()):
        raise ValidationError({name: "Send a whole number."})
    return min(int(sent), most)
