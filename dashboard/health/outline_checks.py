"""Checks of outlines and points: where they lie, and what overlaps.

Boundaries of regions are indicative and some are missing, so SQL compares the middle of
an outline with the box around its village or regency: what is found lies clearly
elsewhere, and what has no boundary is not judged.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from shapely import make_valid
from shapely.geometry import shape

from agencies.models import RegionBoundary
from areas.geometry.overlaps import pairs_of
from areas.models import AreaVillage, SlumArea
from areas.outlines import MAX_LAT, MAX_LON, MIN_LAT, MIN_LON
from core.numbers import format_decimal
from core.tables import Column
from dashboard.health.area_checks import areas, units
from dashboard.health.check import Check, CheckSeverity, Owner
from dashboard.health.columns import AREAS, FINDING, UNITS

MIDDLE_LON = (F("min_lon") + F("max_lon")) / 2
MIDDLE_LAT = (F("min_lat") + F("max_lat")) / 2


def _middle_of(row: Any) -> str:
    return f"{row.middle_lat:.5f}, {row.middle_lon:.5f}"


MIDDLE = Column(_("Middle (latitude, longitude)"), _middle_of, css="half")


def _holds_middle() -> Q:
    """A boundary whose box holds the middle of the outer row's outline."""
    return Q(
        min_lon__lte=OuterRef("middle_lon"),
        max_lon__gte=OuterRef("middle_lon"),
        min_lat__lte=OuterRef("middle_lat"),
        max_lat__gte=OuterRef("middle_lat"),
    )


def _outlined(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of these, the rows with an outline, and its middle."""
    outlined = rows.filter(min_lon__isnull=False)
    return outlined.annotate(middle_lon=MIDDLE_LON, middle_lat=MIDDLE_LAT)


def _outside_villages(today: date) -> QuerySet[Any]:
    """Areas whose middle lies in the box of none of their villages."""
    own = AreaVillage.objects.filter(area=OuterRef("pk"))
    unbounded = own.filter(village__boundary=None)
    boxes = RegionBoundary.objects.filter(
        _holds_middle(),
        region__in=AreaVillage.objects.filter(area=OuterRef(OuterRef("pk"))).values(
            "village"
        ),
    )
    rows = _outlined(areas())
    return rows.filter(Exists(own), ~Exists(unbounded), ~Exists(boxes))


def _unit_outside_village(today: date) -> QuerySet[Any]:
    boxes = RegionBoundary.objects.filter(_holds_middle(), region=OuterRef("village"))
    rows = _outlined(units()).filter(village__boundary__isnull=False)
    return rows.filter(~Exists(boxes))


def _outside_regency(today: date) -> QuerySet[Any]:
    """Areas whose point, or the middle of whose outline, is outside the regency."""
    point = RegionBoundary.objects.filter(
        region=OuterRef("regency"),
        min_lon__lte=OuterRef("longitude"),
        max_lon__gte=OuterRef("longitude"),
        min_lat__lte=OuterRef("latitude"),
        max_lat__gte=OuterRef("latitude"),
    )
    middle = RegionBoundary.objects.filter(_holds_middle(), region=OuterRef("regency"))
    rows = areas().filter(regency__boundary__isnull=False)
    rows = rows.annotate(middle_lon=MIDDLE_LON, middle_lat=MIDDLE_LAT)
    return rows.filter(
        Q(~Exists(point), latitude__isnull=False)
        | Q(~Exists(middle), min_lon__isnull=False)
    )


def _outside_country(today: date) -> QuerySet[Any]:
    """Outlines that reach out of Indonesia: at 0,0, with swapped axes, in metres."""
    inside = Q(
        min_lon__gte=MIN_LON,
        max_lon__lte=MAX_LON,
        min_lat__gte=MIN_LAT,
        max_lat__lte=MAX_LAT,
    )
    return _outlined(areas()).exclude(inside)


def _boxes_overlap(today: date) -> QuerySet[Any]:
    """Areas whose box overlaps that of another one; `overlaps_among` is exact."""
    others = SlumArea.objects.filter(
        ~Q(pk=OuterRef("pk")),
        min_lon__lt=OuterRef("max_lon"),
        max_lon__gt=OuterRef("min_lon"),
        min_lat__lt=OuterRef("max_lat"),
        max_lat__gt=OuterRef("min_lat"),
    )
    return areas().filter(Exists(others))


def overlaps_among(rows: QuerySet[Any]) -> Mapping[int, str]:
    """Which of these areas overlap, by key: `Kawasan B (0,35 ha)`. One query.

    Up to `LEDGER_ROUNDING_HA` two outlines only touch.
    """
    read = list(rows.order_by("pk").values_list("pk", "name", "outline"))
    shapes = [make_valid(shape(outline)) for _key, _name, outline in read]
    slack = Decimal(settings.LEDGER_ROUNDING_HA)
    found: dict[int, list[str]] = {}
    for one, other, shared in pairs_of(shapes):
        if shared > slack:
            size = f"{format_decimal(shared)} ha"
            found.setdefault(read[one][0], []).append(f"{read[other][1]} ({size})")
            found.setdefault(read[other][0], []).append(f"{read[one][1]} ({size})")
    return {key: ", ".join(sorted(texts)) for key, texts in found.items()}


def _point(area: SlumArea) -> str:
    return "" if area.latitude is None else f"{area.latitude}, {area.longitude}"


CHECKS = (
    Check(
        code="outline-outside-country",
        title=_("Outline outside Indonesia"),
        why=_(
            "At 0,0, with longitude and latitude swapped, or in metres: neither map"
            " nor hectares of the outline are right."
        ),
        todo=_("Import the outline again with its coordinate system."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_outside_country,
        columns=(*AREAS, MIDDLE),
    ),
    Check(
        code="outside-regency",
        title=_("Point or outline outside its regency/city"),
        why=_(
            "The point, or the middle of the outline, lies outside the box around the"
            " regency/city, so the area stands at a wrong place on the map."
        ),
        todo=_("Correct the point or import the right outline."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_outside_regency,
        columns=(*AREAS, Column(_("Point (latitude, longitude)"), _point)),
    ),
    Check(
        code="outline-outside-village",
        title=_("Outline outside its villages"),
        why=_(
            "The middle of the outline lies outside the box around each village of"
            " the area: the outline or the village is another one's."
        ),
        todo=_("Correct the villages of the area, or import the right outline."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_outside_villages,
        columns=(*AREAS, MIDDLE),
    ),
    Check(
        code="rt-outline-outside-village",
        title=_("Outline of an RT outside its village"),
        why=_(
            "The middle of the outline lies outside the box around the village of the"
            " RT: the outline or the village is another one's."
        ),
        todo=_("Correct the village of the RT, or import the right outline."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_unit_outside_village,
        columns=(*UNITS, MIDDLE),
        order=("village__name", "rt_rw", "pk"),
    ),
    Check(
        code="outlines-overlap",
        title=_("Outlines that overlap"),
        why=_("The same ground lies in two areas, so its hectares may count twice."),
        todo=_("Agree on one line between both areas, and import the outlines again."),
        severity=CheckSeverity.WARNING,
        owner=Owner.DISTRICT_OFFICE,
        found=_boxes_overlap,
        columns=(*AREAS, FINDING),
        exact=overlaps_among,
    ),
)
