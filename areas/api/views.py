"""Endpoints of areas and RT."""

from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas.api.serializers import (
    DetailMixin,
    NeighbourhoodSerializer,
    SlumAreaDetailSerializer,
    SlumAreaSerializer,
)
from areas.filters import (
    NeighbourhoodFilter,
    SlumAreaFilter,
    asked_filters,
    figure_query,
)
from areas.geojson import area_collection
from areas.models import Neighbourhood, SlumArea

BBOX = OpenApiParameter(
    "bbox",
    OpenApiTypes.STR,
    description="Only areas in this box: west,south,east,north in degrees.",
)


class SlumAreaViewSet(DetailMixin, ReadOnlyModelViewSet):
    queryset = SlumArea.objects.none()
    serializer_class = SlumAreaSerializer
    detail_serializer_class = SlumAreaDetailSerializer
    filterset_class = SlumAreaFilter

    def get_queryset(self) -> QuerySet:
        areas = SlumArea.objects.visible_to(self.request.user)
        areas = figure_query(self.request).of(areas).select_related("regency")
        if self.action != "list":
            return areas.prefetch_related("villages").order_by("name", "pk")
        return areas.defer("outline").order_by("name", "pk")

    @extend_schema(
        summary="The areas as a GeoJSON FeatureCollection, filtered as the list",
        parameters=[BBOX],
        responses=OpenApiTypes.OBJECT,
        filters=True,
    )
    @action(detail=False, pagination_class=None)
    def geojson(self, request: Request) -> StreamingHttpResponse:
        areas = self.filter_queryset(self.get_queryset().prefetch_related(None))
        text = request.query_params.get("bbox")
        if text:
            areas = _in_box(areas, text)
        filters = asked_filters(request.query_params, SlumAreaFilter)
        if text:
            filters["bbox"] = text
        return area_collection(areas, asked=figure_query(request), filters=filters)


class NeighbourhoodViewSet(ReadOnlyModelViewSet):
    queryset = Neighbourhood.objects.none()
    serializer_class = NeighbourhoodSerializer
    filterset_class = NeighbourhoodFilter

    def get_queryset(self) -> QuerySet:
        units = Neighbourhood.objects.visible_to(self.request.user)
        return units.select_related("village").order_by("area_id", "rt_rw", "pk")


def _in_box(areas: QuerySet, text: str) -> QuerySet:
    """Areas whose outline's box, or whose point, touches the box asked for."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError
    except ValueError as error:
        sentence = _("Write bbox as west,south,east,north in degrees.")
        raise serializers.ValidationError({"bbox": [sentence]}) from error
    outlined = Q(
        min_lon__lte=east, max_lon__gte=west, min_lat__lte=north, max_lat__gte=south
    )
    pointed = Q(
        outline__isnull=True,
        longitude__range=(west, east),
        latitude__range=(south, north),
    )
    return areas.filter(outlined | pointed)
