"""Footprints as JSON: where work lay in areas without RT."""

from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas.api.serializers import DetailMixin
from areas.footprints import visible_footprints
from areas.models import Footprint


class FootprintFilter(FilterSet):
    class Meta:
        model = Footprint
        fields = ("area", "key")


class FootprintSerializer(serializers.ModelSerializer):
    """`key` is the `footprint` of its ledger entries, such as `activity:12`.

    `bbox` is west, south, east, north in degrees.
    """

    bbox = serializers.SerializerMethodField()

    class Meta:
        model = Footprint
        fields: tuple[str, ...] = (
            "id",
            "area",
            "key",
            "bbox",
            "outline_hectares",
            "outline_source",
            "recorded_at",
        )

    def get_bbox(self, footprint: Footprint) -> list[float]:
        return [
            footprint.min_lon,
            footprint.min_lat,
            footprint.max_lon,
            footprint.max_lat,
        ]


class FootprintDetailSerializer(FootprintSerializer):
    """With its outline as a GeoJSON geometry."""

    outline = serializers.JSONField(read_only=True)

    class Meta(FootprintSerializer.Meta):
        fields = (*FootprintSerializer.Meta.fields, "outline")


class FootprintViewSet(DetailMixin, ReadOnlyModelViewSet):
    """Where the work of activities lay, in areas without RT.

    A place counts once for an outcome: what other footprints cover is not credited
    again. Written by `PUT /api/v1/activities/<id>/footprint/`.
    """

    queryset = Footprint.objects.none()
    serializer_class = FootprintSerializer
    detail_serializer_class = FootprintDetailSerializer
    filterset_class = FootprintFilter

    def get_queryset(self) -> QuerySet[Any]:
        footprints = visible_footprints(self.request.user).order_by("pk")
        return footprints.defer("outline") if self.action == "list" else footprints
