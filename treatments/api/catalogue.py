"""The catalogue and the body chart: the same for everyone, cacheable; and the practice's needle lots."""

import gzip
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from practice.fields import Number, Text, Whole, YesNo
from practice.rest import IF_MATCH, ReadViewSet, RecordViewSet, StrictSerializer, expected_version, idempotent
from treatments import actions, bodychart, boxes, catalogue, policy
from treatments.models import NeedleLot, Structure

A_DAY = "private, max-age=86400"


class StructureShape(serializers.ModelSerializer[Structure]):
    on_chart = serializers.SerializerMethodField(
        help_text="False: it can be typed, and has no place on the body chart."
    )

    def get_on_chart(self, structure: Structure) -> bool:
        return bodychart.is_drawn(structure.key)

    class Meta:
        model = Structure
        exclude = ("practice", "search_key", "active")


class StructureViewSet(RecordViewSet):
    serializer_class = StructureShape
    queryset = Structure.objects.none()
    lookup_value_converter = "str"
    ordering = "name"
    ordering_fields: ClassVar[set[str]] = {"name", "key"}
    filterset_fields = ("area", "kind")

    def get_queryset(self) -> QuerySet[Structure]:
        if not policy.can_read_catalogue(self.user):
            raise PermissionDenied
        return Structure.objects.visible_to(self.user)

    @extend_schema(
        parameters=[OpenApiParameter("search", str, description="Name, synonym or short code; typos forgiven.")]
    )
    def list(self, request: Request) -> Response:
        """With `search`: the best matches first, no further page. Otherwise all, by name."""
        rows = self.filter_queryset(self.get_queryset())
        if words := request.query_params.get("search", ""):
            limit = self.pages.get_page_size(request)
            found = [self.represent(row) for row in catalogue.best(rows, words[:80], limit=limit)]
            return Response({"results": found, "next": None, "previous": None})
        response = self.listed(rows)
        response["Cache-Control"] = A_DAY
        return response

    def retrieve(self, request: Request, id: str) -> Response:
        structure = self.get_queryset().filter(pk=id).first()
        if structure is None:
            raise Http404
        return Response(self.represent(structure), headers={"Cache-Control": A_DAY})


class ChartViewSet(RecordViewSet):
    serializer_class = serializers.Serializer
    pagination_class = None
    lookup_value_converter = "str"

    @extend_schema(
        parameters=[
            OpenApiParameter("body", str, enum=["female", "male"]),
            OpenApiParameter("views", str, description="Views, separated by commas; all when left out."),
            OpenApiParameter("layers", str, description="superficial, deep, fibres; separated by commas."),
        ],
        responses={200: OpenApiTypes.OBJECT, 304: None},
    )
    def retrieve(self, request: Request, id: str) -> HttpResponse:
        """The drawing of one body as vector paths. Cacheable for ever: a changed drawing has another version."""
        try:
            body = request.query_params.get("body", "female")
            content, tag = bodychart.served(id, body, *self.parts(request))
        except LookupError as error:
            raise Http404 from error
        headers = {"ETag": f'"{tag}"', "Cache-Control": "private, max-age=31536000, immutable"}
        if request.headers.get("If-None-Match") == f'"{tag}"':
            return HttpResponse(status=304, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            return HttpResponse(content, content_type="application/json", headers=headers)
        return HttpResponse(gzip.decompress(content), content_type="application/json", headers=headers)

    def parts(self, request: Request) -> tuple[tuple[str, ...], tuple[str, ...]]:
        views, layers = (
            tuple(sorted(filter(None, request.query_params.get(name, "").split(",")))) for name in ("views", "layers")
        )
        return views, layers


class HazardShape(serializers.Serializer[Any]):
    """What lies under or beside a structure, what this is based on, and which structures."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    basis = serializers.CharField()
    basis_kind = serializers.CharField()
    structures = serializers.ListField(child=serializers.CharField())


class HazardViewSet(RecordViewSet):
    serializer_class = HazardShape
    pagination_class = None
    queryset = Structure.objects.none()

    @extend_schema(responses=HazardShape(many=True))
    def list(self, request: Request) -> Response:
        """Every hazard of the clinical content with its source: all at once."""
        if not policy.can_read_catalogue(self.user):
            raise PermissionDenied
        found = catalogue.hazards(Structure.objects.visible_to(self.user))
        return Response({"results": found}, headers={"Cache-Control": A_DAY})


class LotShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    brand = Text(required=True, allow_blank=False, max_length=80)
    gauge_mm = Number(
        required=True, allow_null=False, max_digits=3, decimal_places=2, min_value=Decimal("0.1"), max_value=Decimal(1)
    )
    length_mm = Whole(required=True, allow_null=False, min_value=5, max_value=150)
    lot_number = Text(required=True, allow_blank=False, max_length=60)
    expires_on = serializers.DateField()
    received_on = serializers.DateField(required=False, allow_null=True)
    opened_in = Text(max_length=80)
    gtin = Text(max_length=14, help_text="Product number of 14 digits, from the code on the box.")
    active = YesNo()
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class TraceShape(serializers.Serializer[Any]):
    site = serializers.UUIDField()
    session = serializers.UUIDField()
    patient = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    structure = serializers.CharField()
    side = serializers.CharField()
    needles = serializers.IntegerField()


class LotFilter(django_filters.FilterSet):
    active = django_filters.BooleanFilter()
    gauge_mm = django_filters.NumberFilter()
    length_mm = django_filters.NumberFilter()
    code = django_filters.CharFilter(
        method="scanned", help_text="The code on the box as a scanner types it, or its lot number."
    )

    def scanned(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(boxes.meant_by(value))


class LotViewSet(ReadViewSet):
    serializer_class = LotShape
    queryset = NeedleLot.objects.none()
    ordering = "brand"
    ordering_fields: ClassVar[set[str]] = {"brand", "expires_on", "created_at"}
    filterset_class = LotFilter

    def get_queryset(self) -> QuerySet[NeedleLot]:
        if not policy.can_read_catalogue(self.user):
            raise PermissionDenied
        return NeedleLot.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_manage_lots(self.user):
            raise PermissionDenied
        return self.answer(actions.add_lot(values=self.checked(), by=self.user), status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        lot = self.get_object()
        if not policy.can_manage_lots(self.user):
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, lot)
        values = self.checked(partial=True)
        return self.answer(actions.change_lot(pk=lot.pk, values=values, by=self.user, version=version))

    @extend_schema(responses=TraceShape(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def trace(self, request: Request, id: UUID) -> Response:
        """Everyone needled with this lot."""
        lot = self.get_object()
        if not policy.allowed(self.user, "sessions.read"):
            raise PermissionDenied
        return Response(boxes.trace(lot))
