"""The figures of the province or a part of it, each with all it stands on."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from areas.figures import GROUPED_BY, Figure, Figures, Group
from areas.filters import SlumAreaFilter, asked_filters, figure_query
from areas.models import SlumArea

BY = OpenApiParameter(
    "by",
    enum=list(GROUPED_BY),
    description="The figures of each group of this kind instead of those of the whole.",
)
PLACES = {"ha": Decimal("0.000001"), "%": Decimal("0.0001")}


class GroupSerializer(serializers.Serializer):
    by = serializers.CharField()
    key = serializers.CharField()
    label = serializers.CharField()


class FigureSerializer(serializers.Serializer):
    """A figure is never without what it was computed from.

    `value` in `unit` (ha, or % on a scale of 0–100), as a string; `numerator` and
    `denominator` in ha, `denominator` null where the figure is no part of anything;
    `baseline` the numbers of the decrees; `rows` the areas that add up to it.
    """

    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    baseline = serializers.ListField(child=serializers.CharField())
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.URLField()
    group = GroupSerializer(allow_null=True)


class FigurePageSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FigureSerializer(many=True)


class FiguresView(APIView):
    """Figures in hectares of what you may see, of today unless `as_of` says otherwise.

    Takes the filters of `slum-areas`. `agency`, `fund`, `programme`, `year` and
    `method` limit the handled, improved and cleared hectares, never the base. All
    figures come on one page.
    """

    @extend_schema(
        summary="Figures with numerator, denominator, baseline and day",
        parameters=[BY],
        responses=FigurePageSerializer,
        filters=True,
        operation_id="figures_list",
    )
    def get(self, request: Request) -> Response:
        asked = figure_query(request)
        areas = asked.of(SlumArea.objects.visible_to(request.user), at_once=True)
        filterset = SlumAreaFilter(request.query_params, areas, request=request)
        if not filterset.is_valid():
            raise ValidationError(filterset.errors)
        filters = asked_filters(request.query_params, filterset)
        found = asked.figures(filterset.qs, filters)
        rows = _rows(found, request)
        page = {"count": len(rows), "next": None, "previous": None, "results": rows}
        return Response(page)


def _rows(found: Figures, request: Request) -> list[dict[str, Any]]:
    by = request.query_params.get("by", "")
    if not by:
        return [
            _row(figure, None, "", request) for figure in found.all_figures.values()
        ]
    if by not in GROUPED_BY:
        sentence = _("“%(by)s” is no grouping. Choose one of: %(known)s.")
        raise ValidationError(
            {"by": [sentence % {"by": by, "known": ", ".join(GROUPED_BY)}]}
        )
    return [
        _row(figure, group, by, request)
        for group, group_figures in found.figures_by(by)
        for figure in group_figures
    ]


def _row(
    figure: Figure, group: Group | None, by: str, request: Request
) -> dict[str, Any]:
    return {
        "code": figure.code,
        "label": str(figure.label),
        "unit": figure.unit,
        "value": _exact(figure.value, figure.unit),
        "numerator": _exact(figure.numerator, "ha"),
        "denominator": _exact(figure.denominator, "ha"),
        "baseline": list(figure.baseline),
        "as_of": figure.as_of,
        "known_at": figure.known_at,
        "rows": f"{reverse('slum-areas-list', request=request)}?{figure.query}",
        "group": group and {"by": by, "key": group.key, "label": group.label},
    }


def _exact(value: Decimal | None, unit: str) -> str | None:
    if value is None:
        return None
    return f"{value.quantize(PLACES[unit], rounding=ROUND_HALF_UP):f}"
