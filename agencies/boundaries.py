"""Outlines of regions for the map: checked, repaired, made small, stored.

They are indicative, never a legal boundary, and nothing is computed from them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from agencies.boundary_files import Feature, read_features, source_name
from agencies.models import Region, RegionBoundary
from core.errors import BusinessRuleError

# Degrees: 0.00001 is about a metre, the grid that outlines are stored on.
GRID, DECIMALS = 1e-5, 5
FIRST_TOLERANCE, LAST_TOLERANCE = 0.0002, 0.1
# Bytes of GeoJSON per region: the 13 regencies and cities together stay under 60 KB.
BYTES_PER_REGION = 4_400
BATCH = 500
AREAS = ("Polygon", "MultiPolygon")


@dataclass(slots=True)
class BoundaryLoad:
    """What a load did: outlines by level, their bytes, and which were repaired."""

    counts: dict[str, int] = field(default_factory=dict)
    size: int = 0
    repaired: list[str] = field(default_factory=list)


class OutlineError(ValueError):
    """An outline that cannot be used; its message says why."""


@transaction.atomic
def load_boundaries(address: str) -> BoundaryLoad:
    """Store the outlines of a file or URL, replacing those of the same regions.

    All or nothing. Raises `BusinessRuleError` with every error, keyed by the feature's
    number in the file.
    """
    features = read_features(address)
    regions = Region.objects.in_bulk([f.code for f in features if is_code(f.code)])
    outlines, load = checked(features, regions)
    by_level: dict[str, dict[str, BaseGeometry]] = defaultdict(dict)
    for code, outline in outlines.items():
        by_level[regions[code].level][code] = outline
    for level, group in by_level.items():
        geometries = dict(zip(group, made_small(list(group.values())), strict=True))
        store(geometries, source_name(address))
        load.counts[level] = len(geometries)
        load.size += size_of(geometries.values())
    return load


def is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def checked(
    features: list[Feature], regions: dict[str, Region]
) -> tuple[dict[str, BaseGeometry], BoundaryLoad]:
    """The valid outlines by code; all errors at once if there is one."""
    outlines: dict[str, BaseGeometry] = {}
    errors: dict[str, list[str]] = {}
    load = BoundaryLoad()
    seen: dict[str, int] = {}
    for feature in features:
        problems = code_problems(feature, regions, seen)
        try:
            outline, repaired = outline_of(feature.geometry)
        except OutlineError as error:
            problems.append(str(error))
        if problems:
            errors[str(feature.number)] = problems
            continue
        outlines[feature.code] = outline
        load.repaired += [feature.code] if repaired else []
    if errors:
        raise BusinessRuleError(errors=errors)
    return outlines, load


def code_problems(
    feature: Feature, regions: dict[str, Region], seen: dict[str, int]
) -> list[str]:
    """Why the code will not do: missing, unknown, or an earlier feature's."""
    if not is_code(feature.code):
        return [_("The property “kode” is missing. Write the region's code as text.")]
    values = {"code": feature.code, "number": feature.number}
    if feature.code not in regions:
        text = _(
            "No region has the code %(code)s. Load its province first: load_regions."
        )
        return [text % values]
    values["number"] = seen.setdefault(feature.code, feature.number)
    if values["number"] == feature.number:
        return []
    return [_("The code %(code)s is already that of feature %(number)s.") % values]


def outline_of(geometry: Any) -> tuple[BaseGeometry, bool]:
    """The outline as valid polygons, and whether it had to be repaired."""
    if not isinstance(geometry, dict) or geometry.get("type") not in AREAS:
        raise OutlineError(_("The geometry is neither a Polygon nor a MultiPolygon."))
    try:
        check_degrees(geometry.get("coordinates"))
        outline = shapely.force_2d(shapely.geometry.shape(geometry))
    except OutlineError:
        raise
    except (ShapelyError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise unreadable() from error
    repaired = not outline.is_valid
    if repaired:
        outline = polygons_in(shapely.make_valid(outline))
    if outline.is_empty or not outline.area > 0:
        raise OutlineError(_("The outline encloses no area."))
    return outline, repaired


def unreadable() -> OutlineError:
    return OutlineError(_("The coordinates cannot be read as rings of points."))


def check_degrees(coordinates: Any) -> None:
    """Refuse what is no longitude and latitude; NaN fails every comparison."""
    for longitude, latitude in points_in(coordinates):
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise OutlineError(
                _("The coordinates are not longitude and latitude in degrees (WGS84).")
            )


def points_in(coordinates: Any) -> Iterator[tuple[float, float]]:
    """The points at any depth, without their heights."""
    if not isinstance(coordinates, list) or not coordinates:
        raise unreadable()
    if not isinstance(coordinates[0], list):
        longitude, latitude, *_heights = coordinates
        yield longitude, latitude
        return
    for part in coordinates:
        yield from points_in(part)


def polygons_in(geometry: BaseGeometry) -> BaseGeometry:
    """Only what has an area: a repair can leave lines and points beside it."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])


def made_small(outlines: list[BaseGeometry]) -> list[dict[str, Any]]:
    """GeoJSON on the grid, simplified just enough to fit `BYTES_PER_REGION`.

    Neighbours are simplified together, so that no gaps open between them; where they
    do not fit each other in the file, each is simplified by itself.
    """
    outlines = [on_grid(outline) for outline in outlines]
    is_coverage = bool(shapely.coverage_is_valid(outlines))
    simplify = shapely.coverage_simplify if is_coverage else shapely.simplify
    tolerance, result = 0.0, [as_geojson(outline) for outline in outlines]
    while size_of(result) > BYTES_PER_REGION * len(outlines):
        tolerance = tolerance * 1.5 or FIRST_TOLERANCE
        if tolerance > LAST_TOLERANCE:
            break
        simpler = simplify(outlines, tolerance)
        result = [
            as_geojson(old if new.is_empty else new)
            for old, new in zip(outlines, simpler, strict=True)
        ]
    return result


def on_grid(outline: BaseGeometry) -> BaseGeometry:
    """Snapped to about a metre; what is smaller than that stays as it is."""
    snapped = polygons_in(shapely.set_precision(outline, GRID))
    return outline if snapped.is_empty else snapped


def as_geojson(outline: BaseGeometry) -> dict[str, Any]:
    mapping = shapely.geometry.mapping(shapely.orient_polygons(outline))
    return {"type": mapping["type"], "coordinates": rounded(mapping["coordinates"])}


def rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, DECIMALS)
    return [rounded(part) for part in coordinates]


def size_of(geometries: Any) -> int:
    return sum(len(json.dumps(g, separators=(",", ":"))) for g in geometries)


def store(geometries: dict[str, dict[str, Any]], source: str) -> None:
    fields = ("min_lon", "min_lat", "max_lon", "max_lat")
    RegionBoundary.objects.bulk_create(
        [
            RegionBoundary(
                region_id=code,
                geometry=geometry,
                source=source,
                **dict(
                    zip(fields, shapely.geometry.shape(geometry).bounds, strict=True)
                ),
            )
            for code, geometry in geometries.items()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=["geometry", "source", "loaded_at", *fields],
    )
