"""What the template of a person is filled in with: their villages, areas and RT."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.access import agencies_for
from agencies.models import Region
from agencies.roles import Permission
from areas.models import AreaVillage, Neighbourhood, SlumArea
from areas.survey.columns import AREA, NEIGHBOURHOOD, UNIT, VILLAGE

Row = Mapping[str, Any]


@dataclass(frozen=True)
class TemplateContent:
    """The rows by heading; villages as (code, name, district); names of areas."""

    rows: Sequence[Row]
    villages: Sequence[tuple[str, str, str]]
    areas: Sequence[tuple[str, str]]


def importable_areas(user: Any) -> QuerySet[SlumArea]:
    """The areas for which this person may import surveys."""
    agencies = agencies_for(user, Permission.SURVEY_IMPORT)
    return SlumArea.objects.visible_to(user).filter(agency__in=agencies)


def template_content(user: Any, *, area: SlumArea | None = None) -> TemplateContent:
    """A row per stored RT with its denominators, and one per area without RT.

    The villages are those of the offices that the person imports for, or of the area's
    regency.
    """
    areas = importable_areas(user).select_related("regency").order_by("name", "pk")
    found = list(areas.filter(pk=area.pk) if area else areas)
    offices = agencies_for(user, Permission.SURVEY_IMPORT)
    own = {office.region_id for office in offices if office.region_id}
    return TemplateContent(
        rows=list(_rows(found)),
        villages=_villages({area.regency_id} if area else own),
        areas=[(one.name, one.regency.name) for one in found],
    )


def _rows(areas: Sequence[SlumArea]) -> Iterable[Row]:
    units: dict[int, list[Neighbourhood]] = defaultdict(list)
    for unit in Neighbourhood.objects.filter(area__in=areas).order_by(
        "village", "rt_rw", "pk"
    ):
        units[unit.area_id].append(unit)
    villages: dict[int, list[str]] = defaultdict(list)
    for link in AreaVillage.objects.filter(area__in=areas):
        villages[link.area_id].append(link.village_id)
    for area in areas:
        for unit in units[area.pk]:
            figures = {c.heading: getattr(unit, c.field) for c in NEIGHBOURHOOD}
            yield {
                VILLAGE: unit.village_id,
                AREA: area.name,
                UNIT: unit.rt_rw,
                **figures,
            }
        if not units[area.pk]:
            codes = villages[area.pk]
            yield {VILLAGE: codes[0] if len(codes) == 1 else None, AREA: area.name}


def _villages(regions: Iterable[str]) -> list[tuple[str, str, str]]:
    """(code, name, district) of the villages in these regions."""
    below = Q(pk__in=[])
    for code in regions:
        below |= Q(code__startswith=f"{code}.")
    valid = Region.objects.valid(timezone.localdate())
    villages = valid.filter(below, level=Region.Level.VILLAGE)
    return [
        (village.code, village.name, village.parent.name if village.parent else "")
        for village in villages.select_related("parent").order_by("code")
    ]
