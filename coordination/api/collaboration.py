"""Who works where as JSON: the table of the page, with its gaps and collisions."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from areas.models import SlumArea
from coordination.collaboration import Cell, Collision, Gap, Map, MapRow
from coordination.collaboration_filters import CollaborationFilter


class AskedFilter(CollaborationFilter):
    """That of the page without `show`: the three lists come at once."""

    show = None


class WorkerSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    short_name = serializers.CharField()


class PlaceCellSerializer(serializers.Serializer):
    """Running activities, pending commitments, and hectares handled (exact)."""

    activities = serializers.IntegerField()
    commitments = serializers.IntegerField()
    hectares = serializers.CharField()


class AgencyCellSerializer(PlaceCellSerializer):
    agency = serializers.IntegerField()


class PlaceRowSerializer(serializers.Serializer):
    """A district, or with `rows=area` an area of it."""

    regency = serializers.CharField()
    area = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    cells = AgencyCellSerializer(many=True)
    total = PlaceCellSerializer()


class GapSerializer(serializers.Serializer):
    """A heavy area where nobody works or has promised; null: no line."""

    area = serializers.IntegerField()
    name = serializers.CharField()
    regency = serializers.CharField()
    severity = serializers.CharField()
    assessed_on = serializers.DateField(allow_null=True)
    decreed = serializers.CharField(allow_null=True)
    unhandled = serializers.CharField(allow_null=True)


class CollidingWorkSerializer(serializers.Serializer):
    activity = serializers.IntegerField()
    name = serializers.CharField()
    programme = serializers.IntegerField()
    agency = serializers.IntegerField()


class CollisionSerializer(serializers.Serializer):
    """An RT, or a whole area, in which several agencies are at work."""

    area = serializers.IntegerField()
    name = serializers.CharField()
    regency = serializers.CharField()
    unit = serializers.CharField()
    is_stressed = serializers.BooleanField()
    works = CollidingWorkSerializer(many=True)


@extend_schema_serializer(many=False)
class CollaborationSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    agencies = WorkerSerializer(many=True)
    rows = PlaceRowSerializer(many=True)
    gaps = GapSerializer(many=True)
    collisions = CollisionSerializer(many=True)


class CollaborationViewSet(GenericViewSet):
    """Agencies beside the areas in sight, of today.

    `fund` and `year` limit activities, commitments and hectares; a commitment about two
    places stands in both.
    """

    queryset = SlumArea.objects.none()
    serializer_class = CollaborationSerializer
    filterset_class = AskedFilter
    pagination_class = None

    def get_queryset(self) -> QuerySet:
        return SlumArea.objects.visible_to(self.request.user)

    @extend_schema(filters=True, responses=CollaborationSerializer)
    def list(self, request: Request) -> Response:
        asked = AskedFilter(request.query_params, self.get_queryset(), request=request)
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        today = timezone.localdate()
        return Response({"as_of": today} | _answer(asked.map_on(today)))


def _answer(found: Map) -> dict[str, Any]:
    return {
        "agencies": [
            {"id": agency.pk, "short_name": agency.short_name}
            for agency in found.agencies
        ],
        "rows": [_row(row) for row in found.rows],
        "gaps": [_gap(gap) for gap in found.gaps],
        "collisions": [_collision(row) for row in found.collisions],
    }


def _row(row: MapRow) -> dict[str, Any]:
    return {
        "regency": row.regency,
        "area": row.area,
        "name": row.name,
        "cells": [
            {"agency": agency} | _cell(cell) for agency, cell in row.cells.items()
        ],
        "total": _cell(row.total),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "activities": cell.activities,
        "commitments": cell.commitments,
        "hectares": f"{cell.hectares:f}",
    }


def _gap(gap: Gap) -> dict[str, Any]:
    area = gap.area
    return {
        "area": area.pk,
        "name": area.name,
        "regency": area.regency_id,
        "severity": area.severity,
        "assessed_on": area.assessed_on,
        "decreed": _exact(area.decreed),
        "unhandled": _exact(area.unhandled),
    }


def _collision(row: Collision) -> dict[str, Any]:
    return {
        "area": row.area.pk,
        "name": row.area.name,
        "regency": row.area.regency_id,
        "unit": row.unit,
        "is_stressed": row.is_stressed,
        "works": [
            {
                "activity": work.pk,
                "name": work.name,
                "programme": work.programme_id,
                "agency": work.agency_id,
            }
            for work in row.works
        ],
    }


def _exact(hectares: Any) -> str | None:
    return None if hectares is None else f"{hectares:f}"
