"""The volumes of surveyed RT: checked together, stored in few queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from areas.models import Assessment, IndicatorValue, Neighbourhood, SurveyedUnit
from areas.rules import Denominator, Denominators, check_volumes
from areas.services.checks import Problems
from core.fields import six_places

DENOMINATORS = [kind.value for kind in Denominator]


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """The volumes of one RT by indicator code; None clears one, a code that is not
    there leaves it as it is."""

    neighbourhood: Neighbourhood
    surveyed_on: date
    volumes: Mapping[str, Decimal | None]


def store_entries(assessment: Assessment, entries: Sequence[UnitEntry]) -> None:
    """Check all entries, then store them. The assessment is locked by the caller."""
    places = Neighbourhood.objects.in_bulk({e.neighbourhood.pk for e in entries})
    problems = Problems()
    rounded = [
        UnitEntry(places[e.neighbourhood.pk], e.surveyed_on, _six_places(e.volumes))
        for e in entries
    ]
    for entry in rounded:
        _check_entry(assessment, entry, problems)
    problems.raise_any()
    units = _units(assessment, rounded)
    _store_values(units, rounded)
    # An RT whose last volume was cleared is not surveyed.
    assessment.units.filter(values=None, pk__in=[u.pk for u in units.values()]).delete()


def _check_entry(assessment: Assessment, entry: UnitEntry, problems: Problems) -> None:
    place, key = entry.neighbourhood, entry.neighbourhood.pk
    if place.area_id != assessment.area_id:
        problems[f"{key}.neighbourhood"].append(
            _("RT %(unit)s is not part of %(area)s. Choose an RT of this area.")
            % {"unit": place, "area": assessment.area}
        )
        return
    if entry.surveyed_on > timezone.localdate():
        problems[f"{key}.surveyed_on"].append(_("The survey date lies in the future."))
    blank = {code for code, volume in entry.volumes.items() if volume is None}
    unnamed = set(assessment.rules.codes) - set(entry.volumes)
    found = check_volumes(entry.volumes, Denominators.of(place), assessment.rules)
    for code, sentences in found.items():
        if code not in blank | unnamed:
            problems[f"{key}.{code}"].extend(sentences)


def _units(
    assessment: Assessment, entries: Iterable[UnitEntry]
) -> dict[int, SurveyedUnit]:
    """The surveyed units by RT, with the denominators that the RT have now."""
    present = {unit.neighbourhood_id: unit for unit in assessment.units.all()}
    units, fresh = {}, []
    for entry in entries:
        key = entry.neighbourhood.pk
        unit = present.get(key)
        if unit is None:
            unit = SurveyedUnit(
                assessment=assessment, neighbourhood=entry.neighbourhood
            )
            fresh.append(unit)
        unit.surveyed_on = entry.surveyed_on
        for name in DENOMINATORS:
            setattr(unit, name, getattr(entry.neighbourhood, name))
        units[key] = unit
    SurveyedUnit.objects.bulk_create(fresh)
    old = [unit for key, unit in units.items() if key in present]
    SurveyedUnit.objects.bulk_update(old, ["surveyed_on", *DENOMINATORS])
    return units


def _store_values(
    units: Mapping[int, SurveyedUnit], entries: Iterable[UnitEntry]
) -> None:
    rows = IndicatorValue.objects.filter(unit__in=units.values())
    present = {(row.unit_id, row.code): row for row in rows}
    fresh, changed, cleared = [], [], []
    for entry in entries:
        unit = units[entry.neighbourhood.pk]
        for code, volume in entry.volumes.items():
            row = present.get((unit.pk, code))
            if row is None and volume is not None:
                fresh.append(IndicatorValue(unit=unit, code=code, volume=volume))
            elif row is not None and volume is None:
                cleared.append(row.pk)
            elif row is not None and volume is not None and row.volume != volume:
                row.volume = volume
                changed.append(row)
    IndicatorValue.objects.bulk_create(fresh)
    IndicatorValue.objects.bulk_update(changed, ["volume"])
    IndicatorValue.objects.filter(pk__in=cleared).delete()


def _six_places(volumes: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    return {
        code: None if volume is None else six_places(volume)
        for code, volume in volumes.items()
    }
