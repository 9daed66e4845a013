"""The RT of an area: add and change, with the rules that no single row can see."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Region, User
from agencies.village_codes import code_problem
from areas.models import (
    AreaVillage,
    Assessment,
    DecreeLine,
    LiveCredit,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from areas.rules import Denominator
from areas.services.areas import lies_in, locked_area, not_in_regency
from areas.services.checks import Problems, one_line, save_checked
from core.errors import BusinessRuleError
from core.fields import six_places
from core.numbers import format_decimal

OPEN = (Assessment.Status.DRAFT, Assessment.Status.RETURNED)
COPIED = [*(kind.value for kind in Denominator), "population"]


class NeighbourhoodValues(TypedDict, total=False):
    """What an RT has: hectares, counts, lengths in metres."""

    village: Region
    rt_rw: str
    hectares: Decimal
    buildings: int
    population: int | None
    households: int
    ideal_road_m: Decimal
    ideal_drainage_m: Decimal
    existing_road_m: Decimal | None


@transaction.atomic
def add_neighbourhood(
    area: SlumArea, *, by: User, **values: Unpack[NeighbourhoodValues]
) -> Neighbourhood:
    """A new RT of the area; errors by field. Several go to `add_neighbourhoods`."""
    area = locked_area(area, by)
    units, problems = _new_units(area, [values])
    if problems[0]:
        problems[0].raise_any()
    return _stored(area, units)[0]


@transaction.atomic
def add_neighbourhoods(
    area: SlumArea, rows: Sequence[NeighbourhoodValues], *, by: User
) -> list[Neighbourhood]:
    """New RT of the area, all or none, in a number of queries that does not grow.

    Errors stand under `<row>.<field>`, rows counted from 0.
    """
    area = locked_area(area, by)
    units, problems = _new_units(area, rows)
    errors = {
        f"{index}.{field}": sentences
        for index, found in enumerate(problems)
        for field, sentences in found.items()
    }
    if errors:
        raise BusinessRuleError(errors=errors)
    return _stored(area, units)


@transaction.atomic
def update_neighbourhood(
    unit: Neighbourhood, *, by: User, **values: Unpack[NeighbourhoodValues]
) -> Neighbourhood:
    """Change an RT. Open assessments take over its denominators, submitted ones keep
    theirs. Its hectares never fall below what the ledger has credited to it."""
    area = locked_area(unit.area, by)
    # Open assessments, then lines, then the RT: the order in which others lock them.
    surveys = Assessment.objects.filter(area=area, status__in=OPEN)
    open_surveys = [a.pk for a in surveys.select_for_update().order_by("pk")]
    list(
        DecreeLine.objects.select_for_update(no_key=True)
        .filter(area=area)
        .order_by("pk")
    )
    unit = Neighbourhood.objects.select_for_update().get(pk=unit.pk)
    had = unit.village_id
    assign(unit, values)
    problems = Problems()
    check_unit(unit, area, taken_in(area, but=[unit]), problems, had=had)
    _check_credited(unit, problems)
    problems.raise_any()
    unit.area = area
    save_checked(unit)
    add_villages(area, [unit])
    SurveyedUnit.objects.filter(assessment__in=open_surveys, neighbourhood=unit).update(
        **{name: getattr(unit, name) for name in COPIED}
    )
    return unit


def _new_units(
    area: SlumArea, rows: Sequence[NeighbourhoodValues]
) -> tuple[list[Neighbourhood], list[Problems]]:
    taken = taken_in(area)
    units, found = [], []
    for values in rows:
        unit, problems = Neighbourhood(area=area), Problems()
        assign(unit, values)
        check_unit(unit, area, taken, problems)
        taken.add(unit_key(unit))
        units.append(unit)
        found.append(problems)
    return units, found


def _stored(area: SlumArea, units: list[Neighbourhood]) -> list[Neighbourhood]:
    stored = Neighbourhood.objects.bulk_create(units)
    add_villages(area, stored)
    return stored


def assign(unit: Neighbourhood, values: NeighbourhoodValues) -> None:
    """Put the values onto the RT, tidied and rounded to six decimals."""
    for name, value in values.items():
        tidy = six_places(value) if isinstance(value, Decimal) else one_line(value)
        setattr(unit, name, tidy)


def check_unit(
    unit: Neighbourhood,
    area: SlumArea,
    taken: set[tuple[str, str]],
    problems: Problems,
    *,
    had: str = "",
) -> None:
    """Everything about one RT, without a query: fields, place, name, signs.

    The code of its village must hold today, unless it `had` that village already.
    """
    try:
        unit.clean_fields(exclude={"area", "village"} if unit.village_id else {"area"})
    except ValidationError as error:
        problems.add_all(error)
    if unit.village_id:
        if unit.village.level != Region.Level.VILLAGE or not lies_in(
            unit.village_id, area.regency_id
        ):
            problems["village"].append(not_in_regency(unit.village, area))
        today = timezone.localdate()
        if unit.village_id != had and (gone := code_problem(unit.village, today)):
            problems["village"].append(gone)
        if unit_key(unit) in taken:
            problems["rt_rw"].append(
                _("%(unit)s in %(village)s is already in the area.")
                % {"unit": unit.rt_rw, "village": unit.village}
            )
    if "hectares" not in problems and unit.hectares <= 0:
        problems["hectares"].append(_("The area must be above 0 ha."))
    for name in ("ideal_road_m", "ideal_drainage_m", "existing_road_m"):
        if name not in problems and (getattr(unit, name) or 0) < 0:
            problems[name].append(_("A length cannot be negative."))


def _check_credited(unit: Neighbourhood, problems: Problems) -> None:
    """The RT keeps at least the hectares that it was credited with."""
    if "hectares" in problems:
        return
    live = LiveCredit.objects.filter(neighbourhood=unit)
    credited = live.aggregate(most=Max("entry__hectares"))["most"] or Decimal(0)
    if unit.hectares < credited:
        problems["hectares"].append(
            _(
                "The ledger has credited %(credited)s ha to this RT, more than"
                " %(hectares)s ha. Have that entry reversed first."
            )
            % {
                "credited": format_decimal(credited, None),
                "hectares": format_decimal(unit.hectares, None),
            }
        )


def taken_in(area: SlumArea, but: Sequence[Neighbourhood] = ()) -> set[tuple[str, str]]:
    """The names (with their village) that RT of the area have; not those of `but`."""
    units = Neighbourhood.objects.filter(area=area).only("village_id", "rt_rw")
    return {unit_key(unit) for unit in units if unit not in but}


def unit_key(unit: Neighbourhood) -> tuple[str, str]:
    return (unit.village_id, unit.rt_rw.casefold())


def add_villages(area: SlumArea, units: Iterable[Neighbourhood]) -> None:
    """An area stretches over the villages of its RT."""
    AreaVillage.objects.bulk_create(
        [
            AreaVillage(area=area, village_id=code)
            for code in sorted({unit.village_id for unit in units})
        ],
        ignore_conflicts=True,
    )
