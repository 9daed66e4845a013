"""From degrees to the drawing, and the boundaries of regions as paths, kept ready."""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from agencies.models import Region, RegionBoundary

WIDTH, HEIGHT, MARGIN = 520, 600, 6
SMALL = 34  # a region narrower than this has its name beside the map
TOLERANCE = 0.6
SPECK = 0.002  # an island smaller than this part of the main land does not frame it
MOST_KEPT = 600


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, boxes: Iterable["Box"]) -> "Box | None":
        found = list(boxes)
        if not found:
            return None
        return cls(
            min(box.west for box in found),
            min(box.south for box in found),
            max(box.east for box in found),
            max(box.north for box in found),
        )

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def padded(self, degrees: float) -> "Box":
        return Box(
            self.west - degrees,
            self.south - degrees,
            self.east + degrees,
            self.north + degrees,
        )


@dataclass(frozen=True, slots=True)
class Projection:
    """North is up; a degree of longitude is as long as it is at the map's middle."""

    box: Box
    scale: float
    narrowing: float

    @classmethod
    def fitting(cls, box: Box) -> "Projection":
        narrowing = math.cos(math.radians((box.south + box.north) / 2))
        wide = max((box.east - box.west) * narrowing, 1e-6)
        high = max(box.north - box.south, 1e-6)
        return cls(box, min(WIDTH / wide, HEIGHT / high), narrowing)

    @property
    def width(self) -> int:
        """Always the same: beside a narrow map there is room for names."""
        return WIDTH + 2 * MARGIN

    @property
    def left(self) -> float:
        drawn = (self.box.east - self.box.west) * self.narrowing * self.scale
        return MARGIN + (WIDTH - drawn) / 2

    @property
    def height(self) -> int:
        return math.ceil((self.box.north - self.box.south) * self.scale) + 2 * MARGIN

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.box.west) * self.narrowing * self.scale + self.left
        return x, (self.box.north - lat) * self.scale + MARGIN

    def path(self, geometry: BaseGeometry) -> str:
        """The outer and inner rings; islands that would be a speck are left out."""
        rings = [
            ring
            for part in _parts(geometry)
            for ring in (part.exterior, *part.interiors)
        ]
        return "".join(self._ring(ring.coords) for ring in rings)

    def _ring(self, coordinates: Iterable[Sequence[float]]) -> str:
        points = [self.place(lon, lat) for lon, lat, *_height in coordinates][:-1]
        if len({(round(x), round(y)) for x, y in points}) < 3:
            return ""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


@dataclass(frozen=True, slots=True)
class RegionShape:
    """A region as it is drawn: its path, where its name goes, whether it fits there."""

    path: str
    x: float
    y: float
    is_small: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A loaded boundary: its geometry, and the box around all but specks."""

    geometry: BaseGeometry
    box: Box


def boundary_of(region: Region) -> RegionBoundary | None:
    """The boundary that was loaded for the region, if any."""
    return getattr(region, "boundary", None)


def box_of(boundary: RegionBoundary) -> Box:
    return Box(boundary.min_lon, boundary.min_lat, boundary.max_lon, boundary.max_lat)


def outlines_of(regions: Sequence[Region]) -> dict[str, Outline]:
    """The boundaries by region code; regions without one are absent.

    Kept in memory until a boundary is loaded anew, because reading it takes longer
    than the rest of the page. A query only for those that are not kept.
    """
    keys = {
        boundary.pk: (boundary.pk, boundary.loaded_at)
        for region in regions
        if (boundary := boundary_of(region))
    }
    found = {code: _kept.get(key) for code, key in keys.items()}
    missing = [code for code, outline in found.items() if outline is None]
    if missing:
        rows = RegionBoundary.objects.filter(pk__in=missing)
        for code, geometry in rows.values_list("pk", "geometry"):
            if outline := _outline(geometry):
                found[code] = _kept[keys[code]] = outline
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return {code: outline for code, outline in found.items() if outline}


def shape_of(outline: Outline, projection: Projection) -> RegionShape:
    """The boundary as it is drawn, without bends that could not be seen."""
    thin = outline.geometry.simplify(TOLERANCE / projection.scale)
    main = max(_parts(thin), key=lambda part: part.area)
    middle = main.representative_point()
    west, south, east, north = main.bounds
    x, y = projection.place(middle.x, middle.y)
    across = min((east - west) * projection.narrowing, north - south)
    small = across * projection.scale < SMALL
    return RegionShape(projection.path(thin), x, y, is_small=small)


def geometry_of(data: Any) -> BaseGeometry | None:
    """Stored GeoJSON as a geometry; None if it is not one that can be drawn."""
    try:
        found = shape(data)
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError):
        return None
    return None if found.is_empty or not _parts(found) else found


_kept: OrderedDict[tuple[str, datetime], Outline] = OrderedDict()


def _outline(data: Any) -> Outline | None:
    geometry = geometry_of(data)
    if geometry is None:
        return None
    parts = _parts(geometry)
    least = max(part.area for part in parts) * SPECK
    shown = [Box(*part.bounds) for part in parts if part.area >= least]
    box = Box.around(shown)
    assert box is not None  # the largest part is always among them
    return Outline(geometry, box)


def _parts(geometry: BaseGeometry) -> list[Polygon]:
    parts = geometry.geoms if isinstance(geometry, MultiPolygon) else [geometry]
    return [part for part in parts if isinstance(part, Polygon)]
