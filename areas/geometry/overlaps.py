"""Where outlines lie over each other, found for thousands of areas at once.

The boxes come from their columns; only outlines whose boxes meet are read and compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy
import shapely
from django.db.models import Q, QuerySet
from shapely.geometry import shape

from areas.geodesy import hectares_of
from areas.models import SlumArea
from areas.outlines import Outline

BOX = ("min_lon", "min_lat", "max_lon", "max_lat")
# Neighbours share an edge; a square metre along it is drawing, not an overlap.
SLIVER_HA = Decimal("0.0001")
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two areas, the lower key first, and the hectares that both outlines cover."""

    first: SlumArea
    second: SlumArea
    hectares: Decimal


def overlapping_areas(areas: QuerySet[SlumArea]) -> Iterator[Overlap]:
    """Every pair of these areas whose outlines lie over each other, by their keys.

    Queries: one for the boxes, then one for each batch of outlines that may meet.
    """
    rows = list(
        areas.filter(outline__isnull=False)
        .order_by("pk")
        .values_list("pk", *BOX)
        .distinct()
    )
    keys = [row[0] for row in rows]
    pairs = [(keys[i], keys[j]) for i, j in _meeting([tuple(row[1:]) for row in rows])]
    found = _read({key for pair in pairs for key in pair})
    for one, other in pairs:
        (first, a), (second, b) = found[one], found[other]
        if hectares := common_hectares(a, b):
            yield Overlap(first, second, hectares)


def pairs_of(shapes: Sequence[Any]) -> Iterator[tuple[int, int, Decimal]]:
    """The places of any two shapes in the list that overlap, and by how much."""
    for i, j in _meeting([one.bounds for one in shapes]):
        if hectares := common_hectares(shapes[i], shapes[j]):
            yield i, j, hectares


def common_hectares(one: Any, other: Any) -> Decimal:
    """Hectares that both valid shapes cover; 0 for a shared edge."""
    hectares = hectares_of(common(one, other))
    return hectares if hectares >= SLIVER_HA else Decimal(0)


def common(one: Any, other: Any) -> Any:
    """What both cover, as polygons; edges and points that they share are left out."""
    parts = shapely.get_parts(shapely.get_parts(one.intersection(other)))
    return shapely.MultiPolygon([p for p in parts if p.geom_type == "Polygon"])


def box_q(outline: Outline) -> Q:
    """Rows of what is `Outlined` whose box meets that of the outline."""
    return Q(
        min_lon__lte=outline.max_lon,
        max_lon__gte=outline.min_lon,
        min_lat__lte=outline.max_lat,
        max_lat__gte=outline.min_lat,
    )


def _meeting(boxes: Sequence[tuple[float, ...]]) -> Iterator[tuple[int, int]]:
    """The places of any two boxes that meet, the lower first, in order."""
    if not boxes:
        return
    drawn = shapely.box(*numpy.array(boxes, dtype=float).T)
    first, second = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    order = numpy.lexsort((second, first))
    for i, j in zip(first[order].tolist(), second[order].tolist(), strict=True):
        if i < j:
            yield i, j


def _read(keys: set[int]) -> dict[int, tuple[SlumArea, Any]]:
    """The areas with their shapes."""
    found: dict[int, tuple[SlumArea, Any]] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), BATCH):
        rows = SlumArea.objects.filter(pk__in=wanted[start : start + BATCH])
        for area in rows.only("name", "regency", "agency", "outline"):
            found[area.pk] = (area, shape(area.outline))
    return found
