"""The map of areas, coloured by class, on the boundaries that have been loaded.

Several regencies: each has the class with the most hectares not handled, or, where only
some entries are asked for and nothing remains of them, in decrees. One regency: its
areas stand out, with their outlines where they are big enough to see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Region
from areas.figures import NOT_ASSESSED, Figures
from areas.models import SlumArea
from areas.rules import Severity
from core.numbers import format_decimal
from dashboard.labels import Label, Labels, initials, short_name
from dashboard.projection import (
    Box,
    Outline,
    Projection,
    boundary_of,
    box_of,
    geometry_of,
    outlines_of,
    shape_of,
)

MOST_LINKED = 400  # more dots than this are drawn without a link each
VISIBLE = 8  # an outline smaller than this on the drawing is a dot
PLACE = ("latitude", "longitude", "min_lon", "min_lat", "max_lon", "max_lat")
NOT_ASSESSED_LETTER = "N"


@dataclass(frozen=True, slots=True)
class DrawnRegion:
    """A regency: `letter` is its class, empty where it has no areas."""

    path: str
    letter: str
    title: str
    url: str
    label: Label
    short: Label


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An area as a dot, or by its outline (`path`)."""

    letter: str
    title: str
    url: str
    x: float
    y: float
    path: str = ""


@dataclass(slots=True)
class DrawnMap:
    """What the template draws, and what could not be drawn."""

    width: int
    height: int
    regions: Sequence[DrawnRegion] = ()
    areas: Sequence[DrawnArea] = ()
    dots: Sequence[tuple[str, str]] = ()
    """Class letter and one path of many dots, where there are too many for links."""
    unplaced: int = 0
    outside: int = 0
    is_one_regency: bool = False
    has_boundaries: bool = True
    radius: float = 4.5


def letter_of(severity: str | None) -> str:
    """B, S, R or T; N where no survey is verified."""
    if not severity or severity == NOT_ASSESSED:
        return NOT_ASSESSED_LETTER
    return Severity(severity).letter


def measure_of(figures: Figures) -> str:
    """What areas are compared by: nothing remains of the entries of one agency."""
    return "unhandled" if figures.entries.is_all else "decreed"


def draw_map(figures: Figures, regencies: Sequence[Region]) -> DrawnMap | None:
    """The map of the areas behind `figures`; None if nothing has a place yet."""
    places = _places(figures)
    outlines = outlines_of(regencies)
    box = _frame(regencies, outlines, [p.point for p in places if p.point])
    if box is None:
        return None
    projection = Projection.fitting(box)
    located = [place for place in places if place.point]
    inside = [place for place in located if place.is_inside(projection)]
    drawn = DrawnMap(
        width=projection.width,
        height=projection.height,
        unplaced=len(places) - len(located),
        outside=len(located) - len(inside),
        is_one_regency=len(regencies) == 1,
        has_boundaries=bool(outlines),
        radius=_radius(len(inside)),
    )
    drawn.regions = _regions(figures, regencies, outlines, projection)
    if len(places) <= MOST_LINKED:
        drawn.areas = _linked(inside, projection)
    else:
        drawn.dots = _dots(inside, projection)
    return drawn


def _radius(count: int) -> float:
    """A few areas get a dot with room for the letter of their class."""
    return 10 if count <= 60 else 4.5


def _frame(
    regencies: Sequence[Region],
    outlines: Mapping[str, Outline],
    points: Sequence[tuple[float, float]],
) -> Box | None:
    """What the map shows: the land, and islets with areas; without boundaries, the
    areas. A point far away is a mistake and does not shrink the map."""
    dots = [Box(lon, lat, lon, lat) for lon, lat in points]
    if not outlines:
        found = Box.around(dots)
        return found.padded(0.02) if found else None
    whole = Box.around(box_of(b) for r in regencies if (b := boundary_of(r)))
    near = [dot for dot in dots if whole and whole.holds(dot.west, dot.south)]
    return Box.around([outline.box for outline in outlines.values()] + near)


# ---- regions -----------------------------------------------------------------


def _regions(
    figures: Figures,
    regencies: Sequence[Region],
    outlines: Mapping[str, Outline],
    projection: Projection,
) -> list[DrawnRegion]:
    is_one = len(regencies) == 1
    wide, narrow = Labels(projection, 12.5), Labels(projection, 19)
    drawn = []
    for region in regencies:
        if region.code not in outlines:
            continue
        shape = shape_of(outlines[region.code], projection)
        letter, title = _leading_class(figures, region)
        name = short_name(region.name)
        url = f"{reverse('dashboard:home')}?{figures.query(regency=region.code)}"
        drawn.append(
            DrawnRegion(
                path=shape.path,
                letter="" if is_one else letter,
                title=title,
                url="" if is_one else url,
                label=wide.put(shape, f"{name} ({letter})" if letter else name),
                short=narrow.put(shape, f"{initials(name)} {letter}".strip()),
            )
        )
    return drawn


def _leading_class(figures: Figures, region: Region) -> tuple[str, str]:
    """The letter of the class with most hectares not handled, and it in words."""
    measure = measure_of(figures)
    classes = {
        severity: getattr(sums, measure)
        for (regency, severity), sums in figures.by_regency_and_severity.items()
        if regency == region.code and severity != NOT_ASSESSED
    }
    total = figures.by_regency.get(region.code)
    if total is None:
        return "", _("%(region)s: no area in a decree in force") % {"region": region}
    if not classes:
        return "", _("%(region)s: not assessed yet") % {"region": region}
    severity = Severity(max(classes, key=lambda key: (classes[key], key)))
    sentence = (
        _("%(region)s: %(hectares)s ha not handled, most of it %(severity)s")
        if measure == "unhandled"
        else _("%(region)s: %(hectares)s ha in decrees, most of it %(severity)s")
    )
    return severity.letter, sentence % {
        "region": region,
        "hectares": format_decimal(getattr(total, measure)),
        "severity": str(severity.label).lower(),
    }


# ---- areas -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """An area and where it lies, as the query gave it."""

    row: dict[str, Any]

    @property
    def letter(self) -> str:
        return letter_of(self.row["severity"])

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude: the area's own point, else its outline's middle."""
        if self.row["latitude"] is not None:
            return float(self.row["longitude"]), float(self.row["latitude"])
        if self.row["min_lon"] is not None:
            west, east = self.row["min_lon"], self.row["max_lon"]
            return (west + east) / 2, (self.row["min_lat"] + self.row["max_lat"]) / 2
        return None

    def is_inside(self, projection: Projection) -> bool:
        return self.point is not None and projection.box.holds(*self.point)

    def is_visible(self, projection: Projection) -> bool:
        """Whether there is an outline, and it is more than a dot on the drawing."""
        if self.row["min_lon"] is None:
            return False
        degrees = max(
            self.row["max_lon"] - self.row["min_lon"],
            self.row["max_lat"] - self.row["min_lat"],
        )
        return degrees * projection.scale >= VISIBLE

    @property
    def title(self) -> str:
        severity = self.row["severity"]
        remains = self.row["unhandled"]
        sentence = (
            _("%(area)s: %(severity)s, %(hectares)s ha not handled")
            if remains is not None
            else _("%(area)s: %(severity)s, %(hectares)s ha in the decree")
        )
        return sentence % {
            "area": self.row["name"],
            "severity": Severity(severity).label if severity else _("not assessed"),
            "hectares": format_decimal(
                self.row["decreed"] if remains is None else remains
            ),
        }


def _places(figures: Figures) -> list[_Place]:
    """The areas under a decree; with name and hectares if each gets its link."""
    wanted = [*PLACE, "severity"]
    if figures.total.areas <= MOST_LINKED:
        wanted += ["pk", "name", "unhandled", "decreed"]
    rows = figures.areas.exclude(line_id=None).order_by("pk")
    return [_Place(row) for row in rows.values(*wanted)]


def _linked(places: Sequence[_Place], projection: Projection) -> list[DrawnArea]:
    big = [p.row["pk"] for p in places if p.is_visible(projection)]
    outlines = dict(
        SlumArea.objects.filter(pk__in=big).values_list("pk", "outline") if big else ()
    )
    drawn = []
    for place in places:
        x, y = projection.place(*place.point)  # type: ignore[misc]
        geometry = geometry_of(outlines.get(place.row["pk"]))
        drawn.append(
            DrawnArea(
                letter=place.letter,
                title=place.title,
                url=reverse("areas:area-detail", args=[place.row["pk"]]),
                x=x,
                y=y,
                path=projection.path(geometry) if geometry else "",
            )
        )
    return drawn


def _dots(places: Iterable[_Place], projection: Projection) -> list[tuple[str, str]]:
    """One path per class: a dot is a line of no length with round ends."""
    paths: dict[str, list[str]] = {}
    for place in places:
        x, y = projection.place(*place.point)  # type: ignore[misc]
        paths.setdefault(place.letter, []).append(f"M{x:.0f} {y:.0f}h0")
    return [(letter, "".join(paths[letter])) for letter in sorted(paths)]
