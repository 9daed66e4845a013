"""Carries a plan out in bulk: the number of queries grows with batches, not with RT."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.utils import timezone

from agencies.models import User
from areas.models import (
    AreaVillage,
    Assessment,
    DecreeLine,
    IndicatorValue,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from areas.rules import Denominator
from areas.survey.columns import NEIGHBOURHOOD
from areas.survey.plan import AreaPlan, Effect, SurveyPlan, UnitPlan

T = TypeVar("T")
BATCH = 500
OPEN = (Assessment.Status.DRAFT, Assessment.Status.RETURNED)
FIELDS = [column.field for column in NEIGHBOURHOOD]
COPIED = [*(kind.value for kind in Denominator), "population"]


def write_plan(plan: SurveyPlan, by: User) -> None:
    """Store everything that the plan says is new or changed."""
    _store_areas(plan)
    _store_lines(plan)
    _store_units(plan)
    _store_villages(plan)
    _store_surveys(plan, by)


def _store_areas(plan: SurveyPlan) -> None:
    fresh = [area for area in plan.areas if area.area is None]
    for area in fresh:
        area.area = SlumArea(
            name=area.name,
            agency=area.agency,
            regency=area.regency,
            is_demo=plan.decree.is_demo,
        )
    SlumArea.objects.bulk_create(
        [area.area for area in fresh if area.area], batch_size=BATCH
    )


def _store_lines(plan: SurveyPlan) -> None:
    DecreeLine.objects.bulk_create(
        [
            DecreeLine(decree=plan.decree, area=area.area, hectares=area.new_line)
            for area in plan.areas
            if area.new_line is not None
        ],
        batch_size=BATCH,
    )


def _store_units(plan: SurveyPlan) -> None:
    fresh, changed = [], []
    for area in plan.areas:
        for unit in area.units_with(Effect.NEW):
            unit.stored = _new_unit(area, unit)
            fresh.append(unit.stored)
        for unit in area.units:
            if unit.stored and unit.changes:
                for change in unit.changes:
                    setattr(unit.stored, change.field, change.new)
                changed.append(unit.stored)
    Neighbourhood.objects.bulk_create(fresh, batch_size=BATCH)
    Neighbourhood.objects.bulk_update(changed, FIELDS, batch_size=BATCH)
    _follow_in_open_surveys(changed)


def _new_unit(area: AreaPlan, unit: UnitPlan) -> Neighbourhood:
    figures = {name: getattr(unit.row, name) for name in FIELDS}
    return Neighbourhood(
        area=area.area, village=unit.village, rt_rw=unit.row.rt_rw, **figures
    )


def _follow_in_open_surveys(changed: Iterable[Neighbourhood]) -> None:
    """Surveys still being entered divide by the new figures, submitted ones do not."""
    by_key = {unit.pk: unit for unit in changed}
    surveyed = list(
        SurveyedUnit.objects.filter(
            neighbourhood__in=by_key, assessment__status__in=OPEN
        )
    )
    for unit in surveyed:
        for name in COPIED:
            setattr(unit, name, getattr(by_key[unit.neighbourhood_id], name))
    SurveyedUnit.objects.bulk_update(surveyed, COPIED, batch_size=BATCH)


def _store_villages(plan: SurveyPlan) -> None:
    """An area stretches over the villages of its RT."""
    wanted = {
        (area.area.pk, unit.village.pk)
        for area in plan.areas
        for unit in area.units
        if area.area
    }
    AreaVillage.objects.bulk_create(
        [AreaVillage(area_id=area, village_id=code) for area, code in sorted(wanted)],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _store_surveys(plan: SurveyPlan, by: User) -> None:
    now = timezone.now()
    areas = [area for area in plan.areas if area.same_survey is None]
    surveys = Assessment.objects.bulk_create(
        [
            Assessment(
                area=area.area,
                rule_set=plan.rule_set,
                surveyed_on=area.surveyed_on,
                status=Assessment.Status.SUBMITTED,
                created_by=by,
                submitted_by=by,
                submitted_at=now,
            )
            for area in areas
        ],
        batch_size=BATCH,
    )
    pairs = (
        (survey, unit)
        for survey, area in zip(surveys, areas, strict=True)
        for unit in area.units
    )
    for batch in _batches(pairs, BATCH):
        _store_surveyed(batch)


def _store_surveyed(pairs: Sequence[tuple[Assessment, UnitPlan]]) -> None:
    units = SurveyedUnit.objects.bulk_create(
        [
            SurveyedUnit(
                assessment=survey,
                neighbourhood=unit.stored,
                surveyed_on=unit.row.surveyed_on or survey.surveyed_on,
                population=unit.stored.population if unit.stored else None,
                **unit.row.denominators.as_mapping(),
            )
            for survey, unit in pairs
        ]
    )
    IndicatorValue.objects.bulk_create(
        [
            IndicatorValue(unit=stored, code=code, volume=volume)
            for stored, (_survey, unit) in zip(units, pairs, strict=True)
            for code, volume in unit.row.volumes.items()
            if volume is not None
        ]
    )


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
