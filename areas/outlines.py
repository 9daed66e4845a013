"""Outlines of areas: GeoJSON checked, with their bounding box and hectares.

An outline shows where an area lies. Where RT exist it never counts hectares
(design 4.5).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from shapely import MultiPolygon, Polygon, force_2d
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.validation import explain_validity

from areas.geodesy import as_geojson, hectares_of
from core.errors import BusinessRuleError
from core.numbers import format_decimal

MAX_BYTES = 2_000_000
MAX_POINTS = 20_000
MIN_LON, MIN_LAT, MAX_LON, MAX_LAT = 95.0, -11.0, 141.0, 6.0


@dataclass(frozen=True, slots=True)
class Outline:
    """A valid outline as stored, the box around it in degrees, and its hectares."""

    geometry: dict[str, Any]
    min_lon: float
    min_lat: float
    max_lon: float
    max_lat: float
    hectares: Decimal

    def as_fields(self) -> dict[str, Any]:
        """The values of the columns of what is `Outlined`."""
        return {
            "outline": self.geometry,
            "min_lon": self.min_lon,
            "min_lat": self.min_lat,
            "max_lon": self.max_lon,
            "max_lat": self.max_lat,
            "outline_hectares": self.hectares,
        }


NO_OUTLINE: Mapping[str, Any] = {
    "outline": None,
    "min_lon": None,
    "min_lat": None,
    "max_lon": None,
    "max_lat": None,
    "outline_hectares": None,
    "outline_source": "",
}


def read_outline(text: str) -> Outline:
    """The outline in a GeoJSON text. Raises BusinessRuleError at `outline`."""
    if len(text) > MAX_BYTES:
        raise _refused(_("The outline is larger than 2 MB. Simplify it first."))
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _refused(
            _("The outline is not GeoJSON. Export it as GeoJSON (WGS84) and try again.")
        ) from error
    return check_outline(data)


def check_outline(data: Any) -> Outline:
    """The outline in parsed GeoJSON: one Polygon or MultiPolygon, or a Feature of it.

    Refused, with a sentence at `outline`: other geometries, open rings, rings that
    cross themselves, points outside Indonesia (swapped latitude and longitude among
    them), more than 20,000 points. Heights are left out.
    """
    geometry = _geometry_in(data)
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _refused(
            _("The outline must be one Polygon or MultiPolygon, not %(type)s.")
            % {"type": str(geometry.get("type"))[:40]}
        )
    _check_rings(geometry)
    try:
        found = force_2d(shape(geometry))
    except (ShapelyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise _refused(
            _("The outline is not GeoJSON. Export it as GeoJSON (WGS84) and try again.")
        ) from error
    _check_place(found)
    if not found.is_valid:
        raise _refused(
            _(
                "The outline crosses or touches itself (%(where)s). Correct it in the"
                " mapping program and export it again."
            )
            % {"where": _where(found)}
        )
    west, south, east, north = found.bounds
    return Outline(as_geojson(found), west, south, east, north, hectares_of(found))


def _geometry_in(data: Any) -> dict[str, Any]:
    """The geometry itself, a Feature's, or that of a collection with one Feature."""
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise _refused(
                _("The file must hold exactly one outline: that of the area.")
            )
        data = features[0]
    if isinstance(data, dict) and data.get("type") == "Feature":
        data = data.get("geometry")
    if not isinstance(data, dict):
        raise _refused(_("The outline must be one GeoJSON geometry: { … }."))
    return data


def _check_rings(geometry: Mapping[str, Any]) -> None:
    points = 0
    for ring in _rings(geometry):
        if not all(_is_position(position) for position in ring):
            raise _refused(_("A point of the outline is not [longitude, latitude]."))
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise _refused(
                _(
                    "A ring of the outline is not closed: its last point must be"
                    " its first."
                )
            )
        points += len(ring)
    if not points:
        raise _refused(_("The outline is empty."))
    if points > MAX_POINTS:
        raise _refused(
            _(
                "The outline has %(points)s points, at most 20,000 fit."
                " Simplify it first."
            )
            % {"points": format_decimal(points, 0)}
        )


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[Any]]:
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    for polygon in polygons if isinstance(polygons, list) else [None]:
        for ring in polygon if isinstance(polygon, list) else [None]:
            if not isinstance(ring, list):
                raise _refused(_("The coordinates of the outline are not rings."))
            yield ring


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 2 <= len(value) <= 4
        and all(
            isinstance(number, int | float)
            and not isinstance(number, bool)
            and abs(number) < 1e9
            for number in value
        )
    )


def _check_place(found: Polygon | MultiPolygon) -> None:
    west, south, east, north = found.bounds
    if west >= MIN_LON and south >= MIN_LAT and east <= MAX_LON and north <= MAX_LAT:
        return
    raise _refused(
        _(
            "The outline lies outside Indonesia: longitude %(west)s to %(east)s,"
            " latitude %(south)s to %(north)s. GeoJSON wants longitude first, in"
            " degrees (WGS84)."
        )
        % {
            "west": format_decimal(west, 4),
            "east": format_decimal(east, 4),
            "south": format_decimal(south, 4),
            "north": format_decimal(north, 4),
        }
    )


def _where(found: Polygon | MultiPolygon) -> str:
    """The place that the geometry library names, such as `114.59 -3.32`."""
    _reason, _bracket, place = explain_validity(found).partition("[")
    return place.rstrip("]") or "?"


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _refused(sentence: str) -> BusinessRuleError:
    return BusinessRuleError(errors={"outline": [sentence]})
