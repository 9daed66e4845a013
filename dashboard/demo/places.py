"""The example areas: where they lie, their RT, and the two decrees that name them."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from agencies.models import Region, RegionBoundary
from areas.decree_mapping import propose_mapping
from areas.models import Decree, Neighbourhood, SlumArea
from areas.services import (
    NeighbourhoodValues,
    add_neighbourhoods,
    create_area,
    create_decree,
    enact_decree,
    set_decree_lines,
    set_mapping,
)
from core.errors import BusinessRuleError
from core.fields import six_places
from dashboard.demo.people import Cast, acting
from dashboard.demo.plan import AREAS, PROVINCE, REGENCIES, AreaPlan, Calendar, Place

HUNDREDTH = Decimal("0.01")
METRES_PER_DEGREE = 111_320
OUTLINE_CORNERS = 9


@dataclass(slots=True)
class Site:
    """An area with its RT, and what its survey found there: volumes by RT and code."""

    plan: AreaPlan
    area: SlumArea
    units: list[Neighbourhood]
    volumes: dict[int, dict[str, Decimal]] = field(default_factory=dict)
    pattern: str = ""

    @property
    def hectares(self) -> Decimal:
        return sum((unit.hectares for unit in self.units), Decimal(0))


def create_sites(cast: Cast, chance: Random) -> list[Site]:
    """Every planned area with its RT, entered by its own office."""
    grounds = {code: Ground(code) for code in REGENCIES}
    sites = []
    for plan in AREAS:
        by, ground = cast.operators[plan.regency], grounds[plan.regency]
        with acting(by):
            place = ground.next_place(chance)
            area = create_area(
                by=by,
                name=plan.name,
                agency=cast.offices[plan.regency],
                regency=ground.regency,
                villages=[place.village],
                typology=plan.typology,
                latitude=place.latitude,
                longitude=place.longitude,
                outline=_outline(place, plan.size, chance)
                if plan.has_outline
                else None,
            )
            rows = [ground.next_unit(place, ha, chance) for ha in _parts(plan, chance)]
            units = add_neighbourhoods(area, rows, by=by)
            SlumArea.objects.filter(pk=area.pk).update(is_demo=True)
        area.is_demo = True
        sites.append(Site(plan, area, units))
    return sites


def create_decrees(
    sites: list[Site], cast: Cast, calendar: Calendar, chance: Random
) -> None:
    """The decree in force, and the older one that it superseded."""
    by, province = cast.editor, Region.objects.get(pk=PROVINCE)
    with acting(by):
        old = create_decree(
            by=by,
            number=calendar.old_number,
            title="CONTOH penetapan lokasi kawasan kumuh (digantikan)",
            level=Decree.Level.GOVERNOR,
            region=province,
            issued_on=calendar.old_decree_on,
        )
        larger = [
            (site.area, _as_decreed(site.hectares * _factor(chance, 1.04, 1.30)))
            for site in sites
            if len(site.units) > 2
        ]
        set_decree_lines(old, larger, by=by)
        Decree.objects.filter(pk=old.pk).update(is_demo=True)
        enact_decree(old, by=by)
        new = create_decree(
            by=by,
            number=calendar.number,
            title="CONTOH penetapan lokasi kawasan kumuh",
            level=Decree.Level.GOVERNOR,
            region=province,
            issued_on=calendar.decided_on,
            in_force_from=calendar.in_force_from,
            supersedes=old,
        )
        lines = [(site.area, _as_decreed(site.hectares)) for site in sites]
        set_decree_lines(new, lines, by=by)
        Decree.objects.filter(pk=new.pk).update(is_demo=True)
        set_mapping(new, propose_mapping(new), by=by)
        enact_decree(new, by=by)


@dataclass(frozen=True, slots=True)
class Spot:
    village: Region
    latitude: Decimal
    longitude: Decimal


class Ground:
    """The villages of a regency that the example uses, and the RT numbers taken."""

    def __init__(self, code: str) -> None:
        self.regency = Region.objects.get(pk=code)
        self.villages: Iterator[tuple[Place, Region]] = self._villages(code)
        self.taken: Mapping[str, Iterator[int]] = defaultdict(
            lambda: iter(range(1, 99))
        )

    def next_place(self, chance: Random) -> Spot:
        place, village = next(self.villages)
        longitude, latitude = _inside(village, chance) or _near(place, chance)
        return Spot(village, _degrees(latitude), _degrees(longitude))

    def next_unit(
        self, place: Spot, hectares: Decimal, chance: Random
    ) -> NeighbourhoodValues:
        """An RT with denominators as dense riverside settlements have them."""
        number = next(self.taken[place.village.pk])
        buildings = int(hectares * chance.randint(38, 62)) + 4
        households = int(buildings * chance.uniform(1.0, 1.25))
        road = int(hectares * chance.randint(170, 260)) + 40
        return {
            "village": place.village,
            "rt_rw": f"{number:03d}/{(number + 3) // 4:03d}",
            "hectares": hectares,
            "buildings": buildings,
            "population": int(households * chance.uniform(3.4, 4.1)),
            "households": households,
            "ideal_road_m": Decimal(road),
            "ideal_drainage_m": Decimal(int(road * chance.uniform(0.85, 1.0))),
        }

    def _villages(self, code: str) -> Iterator[tuple[Place, Region]]:
        """Villages of the places in turn, kelurahan before desa; then over again."""
        places = REGENCIES[code].places
        by_place = [(place, _villages_of(place.district)) for place in places]
        for round_number in range(100):
            for place, villages in by_place:
                yield place, villages[round_number % len(villages)]


def _villages_of(district: str) -> list[Region]:
    villages = Region.objects.within(district).filter(level=Region.Level.VILLAGE)
    found = sorted(
        villages, key=lambda village: (village.kind != "kelurahan", village.pk)
    )
    if not found:
        raise BusinessRuleError(
            _(
                "Kecamatan %(district)s has no villages here. Load them first:"
                " load_regions --province 63."
            )
            % {"district": district}
        )
    return found


def _inside(village: Region, chance: Random) -> tuple[float, float] | None:
    """A point inside the loaded boundary of the village; None without one."""
    boundary = RegionBoundary.objects.filter(pk=village.pk).first()
    if boundary is None:
        return None
    ground = shape(boundary.geometry)
    for _attempt in range(50):
        longitude = chance.uniform(boundary.min_lon, boundary.max_lon)
        latitude = chance.uniform(boundary.min_lat, boundary.max_lat)
        if ground.contains(shapely.Point(longitude, latitude)):
            return longitude, latitude
    middle = ground.representative_point()
    return middle.x, middle.y


def _near(place: Place, chance: Random) -> tuple[float, float]:
    """A point in the circle of the place."""
    angle, far = chance.uniform(0, math.tau), place.radius * math.sqrt(chance.random())
    longitude = place.longitude + far * math.cos(angle)
    return longitude, place.latitude + far * math.sin(angle)


def _outline(place: Spot, hectares: Decimal, chance: Random) -> dict[str, Any]:
    """An invented outline of about that size around the point, as GeoJSON."""
    radius = math.sqrt(float(hectares) * 10_000 / math.pi) / METRES_PER_DEGREE
    corners = []
    for number in range(OUTLINE_CORNERS):
        angle = math.tau * number / OUTLINE_CORNERS
        far = radius * chance.uniform(0.8, 1.2)
        corners.append(
            (
                round(float(place.longitude) + far * math.cos(angle), 6),
                round(float(place.latitude) + far * math.sin(angle), 6),
            )
        )
    return json.loads(shapely.to_geojson(shapely.Polygon(corners)))


def _parts(plan: AreaPlan, chance: Random) -> list[Decimal]:
    """The hectares of the RT: uneven, with all six decimals, about the planned size."""
    size = plan.size * _factor(chance, 0.985, 1.015)
    weights = [chance.uniform(0.7, 1.3) for _unit in range(plan.units)]
    return [six_places(size * Decimal(weight / sum(weights))) for weight in weights]


def _factor(chance: Random, low: float, high: float) -> Decimal:
    return Decimal(str(round(chance.uniform(low, high), 4)))


def _as_decreed(hectares: Decimal) -> Decimal:
    """Two decimals, as decrees print them."""
    return hectares.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def _degrees(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))
