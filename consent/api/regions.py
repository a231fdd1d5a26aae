"""`/regions`."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consent.models import Area
from practice.rest import RecordViewSet


class RegionShape(serializers.ModelSerializer[Area]):
    class Meta:
        model = Area
        fields = ("key", "label", "kind", "parent", "sidedness", "sort")


class RegionViewSet(RecordViewSet):
    """The 15 body areas and the regions pain refers to."""

    serializer_class = RegionShape
    queryset = Area.objects.none()
    pagination_class = None
    filterset_fields = ("kind",)

    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(Area.objects.visible_to(self.user))
        return Response(RegionShape(rows, many=True).data, headers={"Cache-Control": "private, max-age=86400"})
