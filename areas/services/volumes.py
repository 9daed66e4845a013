"""The volumes of surveyed RT, or of a whole area: checked together, stored in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from areas.models import Assessment, IndicatorValue, Neighbourhood, SurveyedUnit
from areas.rules import Denominator, check_volumes
from areas.services.checks import Problems
from core import html
from core.fields import six_places

DENOMINATORS = [kind.value for kind in Denominator]
COPIED = [*DENOMINATORS, "population"]  # from the RT to the surveyed unit
WHOLE_AREA = "area"  # the key of errors where there is no RT


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """The volumes of one RT by indicator code; None clears one, a code that is not
    there leaves it as it is.

    Without a neighbourhood it is the area as a whole, whose denominators and population
    come in `figures` (by name, all of them). `open_space_m2` is recorded where given.
    """

    neighbourhood: Neighbourhood | None
    surveyed_on: date
    volumes: Mapping[str, Decimal | None]
    figures: Mapping[str, Any] | None = None
    open_space_m2: Decimal | None = None

    @property
    def key(self) -> str:
        return str(self.neighbourhood.pk) if self.neighbourhood else WHOLE_AREA


def store_entries(assessment: Assessment, entries: Sequence[UnitEntry]) -> None:
    """Check all entries, then store them. The assessment is locked by the caller."""
    wanted = {e.neighbourhood.pk for e in entries if e.neighbourhood}
    places = Neighbourhood.every.in_bulk(wanted)
    problems = Problems()
    rounded = [
        UnitEntry(
            places[e.neighbourhood.pk] if e.neighbourhood else None,
            e.surveyed_on,
            _six_places(e.volumes),
            e.figures,
            None if e.open_space_m2 is None else six_places(e.open_space_m2),
        )
        for e in entries
    ]
    units = _units(assessment, rounded)
    for entry in rounded:
        _check_entry(assessment, entry, units[entry.key], problems)
    problems.raise_any()
    _store_units(units.values())
    _store_values(units, rounded)
    # A unit whose last volume was cleared is not surveyed.
    assessment.units.filter(values=None, pk__in=[u.pk for u in units.values()]).delete()


def copy_units(source: Assessment, target: Assessment) -> None:
    """The units and volumes of one survey in another, as a start for a correction."""
    names = ("neighbourhood_id", "surveyed_on", *COPIED, "open_space_m2")
    old = list(source.units.all())
    fresh = SurveyedUnit.objects.bulk_create(
        SurveyedUnit(assessment=target, **{name: getattr(unit, name) for name in names})
        for unit in old
    )
    unit_of = {was.pk: now for was, now in zip(old, fresh, strict=True)}
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            unit=unit_of[value.unit_id], code=value.code, volume=value.volume
        )
        for value in IndicatorValue.objects.filter(unit__in=old)
    )


def _check_entry(
    assessment: Assessment, entry: UnitEntry, unit: SurveyedUnit, problems: Problems
) -> None:
    place, key = entry.neighbourhood, entry.key
    if (place is None) == assessment.is_per_rt:
        problems[f"{key}.neighbourhood"].append(_wrong_kind(assessment))
        return
    if place is not None and place.area_id != assessment.area_id:
        problems[f"{key}.neighbourhood"].append(
            _("RT %(unit)s is not part of %(area)s. Choose an RT of this area.")
            % {"unit": place, "area": assessment.area}
        )
        return
    if place and place.retired_on and place.retired_on <= assessment.surveyed_on:
        problems[f"{key}.neighbourhood"].append(
            _("RT %(unit)s has been replaced by others since %(date)s.")
            % {"unit": place, "date": html.day(place.retired_on)}
        )
        return
    if entry.surveyed_on > timezone.localdate():
        problems[f"{key}.surveyed_on"].append(_("The survey date lies in the future."))
    _check_figures(unit, key, problems)
    blank = {code for code, volume in entry.volumes.items() if volume is None}
    unnamed = set(assessment.rules.codes) - set(entry.volumes)
    found = check_volumes(entry.volumes, _known(unit), assessment.rules)
    for code, sentences in found.items():
        if code not in blank | unnamed:
            problems[f"{key}.{code}"].extend(sentences)


def _wrong_kind(assessment: Assessment) -> str:
    if assessment.is_per_rt:
        return _("This survey is per RT. Name the RT.")
    return _("This survey is of the area as a whole. It has no RT.")


def _check_figures(unit: SurveyedUnit, key: str, problems: Problems) -> None:
    """Denominators, people and open space: those of an RT were checked with it."""
    names = {*COPIED, "open_space_m2"}
    others = [f.name for f in SurveyedUnit._meta.fields if f.name not in names]
    try:
        unit.clean_fields(exclude=others)
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            problems[f"{key}.{name}"].extend(sentences)
        return
    for name in names:
        value = getattr(unit, name)
        if value is not None and value < 0:
            problems[f"{key}.{name}"].append(_("Write 0 or more."))
    if unit.hectares == 0:
        problems[f"{key}.hectares"].append(_("The area must be above 0 ha."))


def _known(unit: SurveyedUnit) -> dict[str, Decimal | None]:
    """The denominators that are there; a draft need not have the others yet."""
    return {
        name: None if (value := getattr(unit, name)) is None else Decimal(value)
        for name in DENOMINATORS
    }


def _units(
    assessment: Assessment, entries: Iterable[UnitEntry]
) -> dict[str, SurveyedUnit]:
    """The surveyed units by key, with the denominators that hold now; not stored."""
    present = {unit.neighbourhood_id: unit for unit in assessment.units.all()}
    units = {}
    for entry in entries:
        place = entry.neighbourhood
        unit = present.get(place.pk if place else None)
        if unit is None:
            unit = SurveyedUnit(assessment=assessment, neighbourhood=place)
        unit.surveyed_on = entry.surveyed_on
        if entry.open_space_m2 is not None:
            unit.open_space_m2 = entry.open_space_m2
        for name in COPIED:
            if place is not None:
                setattr(unit, name, getattr(place, name))
            elif entry.figures is not None and name in entry.figures:
                value = entry.figures[name]
                is_decimal = isinstance(value, Decimal)
                setattr(unit, name, six_places(value) if is_decimal else value)
        units[entry.key] = unit
    return units


def _store_units(units: Iterable[SurveyedUnit]) -> None:
    rows = list(units)
    SurveyedUnit.objects.bulk_create(unit for unit in rows if not unit.pk)
    fields = ["surveyed_on", "open_space_m2", *COPIED]
    old = [unit for unit in rows if unit.pk and not unit._state.adding]
    SurveyedUnit.objects.bulk_update(old, fields)


def _store_values(
    units: Mapping[str, SurveyedUnit], entries: Iterable[UnitEntry]
) -> None:
    rows = IndicatorValue.objects.filter(unit__in=units.values())
    present = {(row.unit_id, row.code): row for row in rows}
    fresh, changed, cleared = [], [], []
    for entry in entries:
        unit = units[entry.key]
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
