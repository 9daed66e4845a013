"""The surveys that simulations start from, as values; no query for each RT."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from areas.models import (
    Assessment,
    IndicatorValue,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from areas.rules import Denominators, Rules, sum_denominators, sum_volumes
from areas.simulation import Unit
from core import html

# What stands for the area where no RT was surveyed; no RT has this key.
WHOLE = 0


@dataclass(frozen=True)
class Base:
    """The survey of one area: its RT (or the area as a whole) with their volumes."""

    area: SlumArea
    assessment: Assessment
    units: tuple[Unit, ...]
    places: Mapping[int, Neighbourhood]

    @cached_property
    def rules(self) -> Rules:
        return self.assessment.rules

    @cached_property
    def keys(self) -> frozenset[int]:
        return frozenset(unit.key for unit in self.units)

    @cached_property
    def denominators(self) -> Denominators:
        return sum_denominators(unit.denominators for unit in self.units)

    @cached_property
    def volumes(self) -> dict[str, Decimal]:
        return sum_volumes((unit.volumes for unit in self.units), self.rules)

    @property
    def is_verified(self) -> bool:
        return self.assessment.status == Assessment.Status.VERIFIED

    @property
    def said(self) -> str:
        """Which survey it is, in words."""
        survey = self.assessment
        text = _("assessment of %(date)s, %(status)s, %(basis)s")
        return text % {
            "date": html.day(survey.surveyed_on),
            "status": survey.get_status_display().lower(),
            "basis": survey.get_basis_display(),
        }


def bases_of(areas: Collection[SlumArea]) -> dict[int, Base]:
    """The base of each area that has one, by the area's key.

    It is the latest standing verified survey; where there is none, the latest one
    whose volumes are complete and fit their denominators.
    """
    chosen = {row.area_id: row for row in _verified(area.pk for area in areas)}
    missing = [area.pk for area in areas if area.pk not in chosen]
    if missing:
        chosen |= {row.area_id: row for row in _complete(missing)}
    units = _units({survey.pk for survey in chosen.values()})
    return {
        area.pk: _base(area, chosen[area.pk], units[chosen[area.pk].pk])
        for area in areas
        if area.pk in chosen
    }


def _verified(areas: Iterable[int]) -> Iterable[Assessment]:
    units = SurveyedUnit.objects.filter(assessment=OuterRef("pk"))
    return (
        Assessment.objects.standing()
        .filter(Exists(units), area__in=list(areas))
        .select_related("rule_set")
        .order_by("area_id", "-surveyed_on", "-pk")
        .distinct("area_id")
    )


def _complete(areas: Collection[int]) -> Iterable[Assessment]:
    counted: Any = Assessment.objects.with_progress()
    return (
        counted.exclude(status=Assessment.Status.VERIFIED)
        .filter(area__in=areas, rt_total__gt=0, rt_complete__gte=F("rt_total"))
        .filter(above=0)
        .select_related("rule_set")
        .order_by("area_id", "-surveyed_on", "-pk")
        .distinct("area_id")
    )


def _units(surveys: Collection[int]) -> dict[int, list[tuple[SurveyedUnit, Unit]]]:
    volumes: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for value in IndicatorValue.objects.filter(unit__assessment__in=surveys):
        volumes[value.unit_id][value.code] = value.volume
    rows = SurveyedUnit.objects.filter(assessment__in=surveys)
    found: dict[int, list[tuple[SurveyedUnit, Unit]]] = defaultdict(list)
    for row in rows.select_related("neighbourhood__village"):
        unit = Unit(
            key=row.neighbourhood_id or WHOLE,
            name=_name(row),
            denominators=Denominators.of(row),
            volumes=volumes[row.pk],
        )
        found[row.assessment_id].append((row, unit))
    return found


def _base(
    area: SlumArea, survey: Assessment, units: Iterable[tuple[SurveyedUnit, Unit]]
) -> Base:
    rows = list(units)
    return Base(
        area,
        survey,
        tuple(unit for _row, unit in rows),
        {
            row.neighbourhood.pk: row.neighbourhood
            for row, _unit in rows
            if row.neighbourhood
        },
    )


def _name(row: SurveyedUnit) -> str:
    place = row.neighbourhood
    if place is None:
        return _("The area as a whole")
    return f"RT {place.rt_rw.removeprefix('RT ')}, {place.village.name}"
