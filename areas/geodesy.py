"""Hectares inside an outline and metres to it, measured on the ellipsoid."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pyproj import Geod
from shapely import Geometry, orient_polygons, union_all
from shapely.affinity import scale
from shapely.geometry import Point, mapping, shape
from shapely.ops import nearest_points

from core.fields import six_places

WGS84 = Geod(ellps="WGS84")
SQUARE_METRES = 10_000


def hectares_of(found: Geometry) -> Decimal:
    """Hectares of a polygon in degrees (WGS84), holes left out, to 6 decimals.

    Files turn their rings either way; here parts must turn one way and holes the other.
    """
    if found.is_empty:
        return Decimal(0)
    square_metres, _perimeter = WGS84.geometry_area_perimeter(orient_polygons(found))
    return six_places(Decimal(abs(square_metres)) / SQUARE_METRES)


def covered(
    outline: Mapping[str, Any], others: Iterable[Mapping[str, Any]]
) -> Geometry:
    """The part of `outline` that any of the others covers; together, not summed."""
    return shape(outline).intersection(union_all([shape(other) for other in others]))


def metres_outside(
    outline: Mapping[str, Any], *, latitude: Decimal, longitude: Decimal
) -> int:
    """How far a point lies from an outline in degrees (whole metres); 0 inside.

    A degree of longitude is shorter than one of latitude, so longitudes are squeezed
    around the point before its nearest neighbour is looked for.
    """
    point = Point(float(longitude), float(latitude))
    found = shape(outline)
    if found.covers(point):
        return 0
    squeeze = max(math.cos(math.radians(point.y)), 0.01)
    _here, there = nearest_points(point, scale(found, squeeze, 1, origin=point))
    nearest = point.x + (there.x - point.x) / squeeze
    _from, _back, metres = WGS84.inv(point.x, point.y, nearest, there.y)
    return round(metres)


def as_geojson(found: Geometry) -> dict[str, Any]:
    """A geometry as GeoJSON, with lists as JSON has them."""
    return _listed(mapping(found))


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_listed(item) for item in value]
    return value
