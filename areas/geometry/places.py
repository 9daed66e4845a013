"""Whether an outline lies where it belongs, and what its numbers look like if not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyproj import Transformer
from shapely.geometry import shape

from agencies.models import Region, RegionBoundary
from areas.geodesy import hectares_of
from areas.outlines import MAX_LAT, MAX_LON, MIN_LAT, MIN_LON
from core.numbers import format_decimal

Box = tuple[float, float, float, float]
NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)
INDONESIA: Box = (MIN_LON, MIN_LAT, MAX_LON, MAX_LAT)
# Around the boundaries of the 13 regencies and cities (BIG), widened to a tenth degree;
# only where no boundary is loaded.
PROVINCE_BOXES: Mapping[str, Box] = {"63": (114.3, -5.0, 116.6, -1.3)}
# Boundaries are indicative and simplified: degrees that an outline may lie beyond, and
# the share of it that must lie inside.
MARGIN = 0.01
INSIDE = 0.5
NEARLY = 0.99
SYSTEMS = (
    ("EPSG:4326", gettext_lazy("longitude and latitude in degrees (WGS84)")),
    ("EPSG:32750", "UTM 50S"),
    ("EPSG:32749", "UTM 49S"),
    ("EPSG:32751", "UTM 51S"),
    ("EPSG:32650", "UTM 50N"),
    ("EPSG:32649", "UTM 49N"),
    ("EPSG:23837", "TM-3 zona 50.1"),
    ("EPSG:23838", "TM-3 zona 50.2"),
    ("EPSG:23836", "TM-3 zona 49.2"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the outlines of a regency must lie: its boundary, or the best known box."""

    name: str
    box: Box
    boundary: Any = None
    near: Any = None

    def share_inside(self, outline: Any) -> float:
        """How much of a valid shape in degrees lies inside, from 0 to 1."""
        if self.near is None:
            return 1.0 if _fits(outline.bounds, self.box) else 0.0
        whole = outline.area
        return outline.intersection(self.near).area / whole if whole else 0.0


def places_of(regencies: Collection[Region]) -> dict[str, Place]:
    """By code; one query. The province stands in for a regency without a boundary."""
    codes = {region.pk for region in regencies}
    provinces = {code.partition(".")[0] for code in codes}
    loaded = RegionBoundary.objects.select_related("region").in_bulk(codes | provinces)
    found = {}
    for region in regencies:
        province = region.pk.partition(".")[0]
        row = loaded.get(region.pk) or loaded.get(province)
        if row is None:
            box = PROVINCE_BOXES.get(province, INDONESIA)
            found[region.pk] = Place(region.name, box)
            continue
        box = (row.min_lon, row.min_lat, row.max_lon, row.max_lat)
        boundary = shape(row.geometry)
        near = shapely.buffer(boundary, MARGIN)
        found[region.pk] = Place(row.region.name, box, boundary, near)
    return found


def outside(place: Place, outline: Any, box: Box, crs: str) -> str:
    """The sentence about an outline that lies elsewhere; empty where it lies inside."""
    if place.share_inside(outline) >= INSIDE:
        return ""
    west, south, east, north = outline.bounds
    told = _(
        "The outline lies outside %(place)s: longitude %(west)s to %(east)s, latitude"
        " %(south)s to %(north)s."
    ) % {
        "place": place.name,
        "west": format_decimal(west, 4),
        "east": format_decimal(east, 4),
        "south": format_decimal(south, 4),
        "north": format_decimal(north, 4),
    }
    return " ".join(filter(None, [told, explained(place, box, crs)]))


def beyond(place: Place, outline: Any) -> str:
    """A note where some of the outline lies beyond the indicative boundary."""
    if place.boundary is None or place.share_inside(outline) >= NEARLY:
        return ""
    rest = outline.difference(place.boundary)
    return _("%(hectares)s ha lie beyond the (indicative) boundary of %(place)s.") % {
        "hectares": format_decimal(hectares_of(rest)),
        "place": place.name,
    }


def no_system(place: Place, box: Box) -> str:
    """What to do about a shapefile without .prj, with what its numbers look like."""
    told = _(
        "The file does not say its coordinate system (a shapefile needs its .prj)."
        " Export it again with the .prj in the zip."
    )
    return " ".join(filter(None, [told, explained(place, box, "")]))


def explained(place: Place, box: Box, crs: str) -> str:
    """What would bring the numbers of the file into the place; empty if nothing."""
    for code, name in SYSTEMS:
        if code != crs and _fits(_as_degrees(code, box), place.box):
            values = {"name": name, "code": code, "crs": crs}
            if not crs:
                return _("It looks like %(name)s (%(code)s).") % values
            if _is_other_side(code, crs):
                return (
                    _(
                        "The file says %(crs)s, on the other side of the equator; it"
                        " looks like %(name)s (%(code)s). Correct its coordinate"
                        " system."
                    )
                    % values
                )
            return (
                _(
                    "The file says %(crs)s, but it looks like %(name)s (%(code)s)."
                    " Correct its coordinate system."
                )
                % values
            )
    return _turned(place, box, crs)


def _turned(place: Place, box: Box, crs: str) -> str:
    """Swapped axes, or a latitude on the other side of the equator."""
    west, south, east, north = box
    swapped = (south, west, north, east)
    systems = SYSTEMS[:1] if crs == "EPSG:4326" else SYSTEMS
    for code, _name in systems:
        if _fits(_as_degrees(code, swapped), place.box):
            if code == "EPSG:4326":
                return _("Longitude and latitude are swapped: longitude comes first.")
            return _("East and north are swapped: east comes first.")
    if crs in ("", "EPSG:4326") and _fits((west, -north, east, -south), place.box):
        return _(
            "The latitude lacks its minus: the outline lies on the other side of the"
            " equator."
        )
    return ""


def _is_other_side(code: str, crs: str) -> bool:
    """UTM of the same zone, north instead of south or the other way round."""
    pair = {code[:8], crs[:8]}
    return pair == {"EPSG:326", "EPSG:327"} and code[8:] == crs[8:]


def _as_degrees(code: str, box: Box) -> Box:
    """The corners of a box in degrees; infinite where they mean nothing there."""
    if code == "EPSG:4326":
        return box
    change = _transformer(code)
    west, south = change.transform(box[0], box[1])
    east, north = change.transform(box[2], box[3])
    return (west, south, east, north)


@cache
def _transformer(code: str) -> Transformer:
    return Transformer.from_crs(code, "EPSG:4326", always_xy=True)


def _fits(box: Box, around: Box) -> bool:
    """Whether the middle of the box lies in the other one; never for infinite ones."""
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    west, south, east, north = around
    return west <= lon <= east and south <= lat <= north
