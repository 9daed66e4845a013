"""Where outlines lie over each other, found for thousands of them at once.

Only those whose boxes meet are compared.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy
import shapely

from areas.geodesy import hectares_of

# Neighbours share an edge; a square metre along it is drawing, not an overlap.
SLIVER_HA = Decimal("0.0001")


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
