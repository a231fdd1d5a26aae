"""`/insights`: the practice's figures, for its manager."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from practice.rest import RecordViewSet
from reports import counting, policy
from reports.insight_forms import InsightForm
from reports.insights import Figure
from reports.models import Document


class FigureRowShape(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    cells = serializers.ListField(
        child=serializers.JSONField(), help_text="In the order of `columns`, after the first."
    )
    few = serializers.BooleanField(help_text="The group has fewer than five: no share or mean is built from it.")


class FigureShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = FigureRowShape(many=True)
    counted = serializers.CharField(help_text="The denominator, in words.")
    left_out = serializers.CharField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class InsightsShape(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    figures = FigureShape(many=True)


class InsightViewSet(RecordViewSet):
    serializer_class = InsightsShape
    queryset = Document.objects.none()
    pagination_class = None

    @extend_schema(
        operation_id="insights_retrieve",
        parameters=[
            OpenApiParameter("from", str, description="First day, 90 days ago when left out."),
            OpenApiParameter("to", str, description="Last day, today when left out."),
            OpenApiParameter("practitioner", str, description="Of one practitioner."),
            OpenApiParameter("clinic", str, description="Of one clinic."),
        ],
        responses=InsightsShape,
    )
    def retrieve(self, request: Request) -> Response:
        """Unsigned notes, answer rate, soreness, adverse events, twitches: each with its denominator. No patient is named."""
        if not policy.can_read_insights(self.user):
            raise PermissionDenied
        now = timezone.now()
        form = InsightForm(request.query_params, user=self.user, today=self.user.practice.local_date(now))
        if not form.is_valid():
            raise ValidationError({name: [str(e) for e in errors] for name, errors in form.errors.items()})
        scope = form.scope()
        told = counting.figures_of(scope, at=now)
        figures = [figure_body(figure) for figure in told.figures]
        return Response({"first": scope.first, "last": scope.last, "figures": figures})


def figure_body(figure: Figure) -> dict[str, Any]:
    names = ("key", "title", "columns", "counted", "left_out", "source")
    rows = [{"label": row.label, "cells": list(row.cells), "few": row.few} for row in figure.rows]
    return {name: getattr(figure, name) for name in names} | {"rows": rows}
