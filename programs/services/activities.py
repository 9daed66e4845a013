"""Activities in the field: one or many at once, with the RT where they work."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import can, require
from agencies.models import Agency
from agencies.roles import Permission
from areas.models import ActingAgency, Neighbourhood, RuleSet, SlumArea
from areas.rule_sets import rules_of
from areas.services.checks import Problems, put_values
from programs.contracts import contract_problems
from programs.models import Activity, ActivityUnit, Programme
from programs.rules import activity_problems
from programs.services.common import locked_activity

# Judged by `rules` or fixed by the service, so not looked up once more for every row.
CHECKED_ELSEWHERE = ["programme", "agency", "area", "rule_set", "volume", "budget"]
FIXED_ONCE_REPORTED = ("area", "rule_set", "indicator", "unit")


class ActivityValues(TypedDict, total=False):
    """What an activity has. `volume` in `unit`, which is the indicator's if left out.

    `agency` is who carries it out, the programme's if left out; without
    `neighbourhoods` it covers the whole area. Money in rupiah. `indicator` is a code
    of `rule_set`, which is that of the programme's year if left out.
    """

    name: str
    area: SlumArea
    agency: Agency
    neighbourhoods: Collection[Neighbourhood]
    contract_number: str
    contractor: str
    contract_value: Decimal | None
    contract_signed_on: date | None
    contract_ends_on: date | None
    handed_over_on: date | None
    rule_set: RuleSet
    indicator: str
    volume: Decimal
    unit: str
    pattern: str
    budget: Decimal | None
    is_closed: bool


@transaction.atomic
def create_activity(
    programme: Programme, *, by: Any, **values: Unpack[ActivityValues]
) -> Activity:
    """An activity of the programme; its agency then acts in the area and sees it.

    Raises BusinessRuleError with every problem by field.
    """
    return _create(programme, [values], by, path="{field}")[0]


@transaction.atomic
def create_activities(
    programme: Programme, *, rows: Sequence[ActivityValues], by: Any
) -> list[Activity]:
    """All of the rows or none; problems stand under `rows.<n>.<field>`, n from 0.

    The number of queries does not grow with the rows.
    """
    return _create(programme, rows, by, path="rows.{row}.{field}")


@transaction.atomic
def update_activity(
    activity: Activity, *, by: Any, **values: Unpack[ActivityValues]
) -> Activity:
    """Change what is named in `values`.

    Once reported on, it keeps area, indicator and unit: the reports meant those.
    """
    activity = locked_activity(activity, by)
    problems = Problems()
    _refuse_moves(activity, values, problems)
    units = _filled(activity, values)
    if units is None:
        units = list(activity.neighbourhoods.all())
    _check(activity, units, problems)
    _check_place([activity], by, [("{field}", problems)])
    problems.raise_any()
    activity.save()
    activity.neighbourhoods.set(units)
    _let_act([activity])
    return activity


def default_rule_set(programme: Programme) -> RuleSet:
    """The rule set of the programme's year; the newest where none held then."""
    in_force = RuleSet.objects.valid_on(date(programme.year, 12, 31)).first()
    newest = in_force or RuleSet.objects.published().first()
    assert newest is not None  # the migrations publish two
    return newest


def _create(
    programme: Programme, rows: Sequence[ActivityValues], by: Any, *, path: str
) -> list[Activity]:
    require(by, Permission.PROGRAMME_EDIT, agency=programme.agency)
    activities, units = [], []
    rule_set = default_rule_set(programme)
    for values in rows:
        activity = Activity(
            programme=programme, agency=programme.agency, rule_set=rule_set
        )
        units.append(_filled(activity, values) or [])
        activities.append(activity)
    found = []
    for number, activity in enumerate(activities):
        problems = Problems()
        _check(activity, units[number], problems)
        found.append((path.replace("{row}", str(number)), problems))
    _check_place(activities, by, found)
    _raise(found)
    Activity.objects.bulk_create(activities)
    ActivityUnit.objects.bulk_create(
        ActivityUnit(activity=activity, neighbourhood=unit)
        for activity, chosen in zip(activities, units, strict=True)
        for unit in chosen
    )
    _let_act(activities)
    return activities


def _raise(found: Sequence[tuple[str, Problems]]) -> None:
    together = Problems()
    for path, problems in found:
        for name, sentences in problems.items():
            together[path.format(field=name)] += sentences
    together.raise_any()


def _filled(activity: Activity, values: ActivityValues) -> list[Neighbourhood] | None:
    """Put the values onto the activity; the RT come back, None if not given."""
    rest: dict[str, Any] = dict(cast(Mapping[str, Any], values))
    units = rest.pop("neighbourhoods", None)
    put_values(activity, rest)
    activity.unit = activity.unit or activity.indicator_unit
    return None if units is None else list(units)


def _check(
    activity: Activity, units: Sequence[Neighbourhood], problems: Problems
) -> None:
    found = activity_problems(
        indicator=activity.indicator,
        volume=activity.volume,
        budget=activity.budget,
        rules=rules_of(activity.rule_set_id),
    )
    found |= contract_problems(
        value=activity.contract_value,
        signed_on=activity.contract_signed_on,
        ends_on=activity.contract_ends_on,
        handed_over_on=activity.handed_over_on,
    )
    for name, sentence in found.items():
        problems[name].append(sentence)
    told = [*problems, *(["unit"] if "indicator" in problems else [])]
    try:
        activity.clean_fields(exclude=[*CHECKED_ELSEWHERE, *told])
    except ValidationError as error:
        problems.add_all(error)
    strange = [unit for unit in units if unit.area_id != activity.area_id]
    if strange:
        problems["neighbourhoods"].append(
            _("RT %(units)s is not part of %(area)s. Choose RT of this area.")
            % {
                "units": ", ".join(unit.rt_rw for unit in strange),
                "area": activity.area,
            }
        )


def _check_place(
    activities: Sequence[Activity], by: Any, found: Sequence[tuple[str, Problems]]
) -> None:
    """The area must be in sight; only its own office names another agency for it."""
    areas = {activity.area_id for activity in activities}
    seen = set(
        SlumArea.objects.visible_to(by)
        .filter(pk__in=areas)
        .order_by()
        .values_list("pk", flat=True)
    )
    for activity, (_path, problems) in zip(activities, found, strict=True):
        if activity.area_id not in seen:
            problems["area"].append(_("Choose an area that your office can see."))
        elif activity.agency_id != activity.programme.agency_id and not can(
            by, Permission.AREA_EDIT, agency=activity.area.agency
        ):
            problems["agency"].append(
                _("Only %(office)s lets another agency work in %(area)s.")
                % {
                    "office": activity.area.agency.short_name,
                    "area": activity.area.name,
                }
            )


def _refuse_moves(
    activity: Activity, values: ActivityValues, problems: Problems
) -> None:
    given = cast(Mapping[str, Any], values)
    moved = [
        name
        for name in FIXED_ONCE_REPORTED
        if given.get(name) and given[name] != getattr(activity, name)
    ]
    if moved and activity.report_lines.exists():
        for name in moved:
            problems[name].append(
                _(
                    "The activity has been reported on, so this stays. Mark it finished"
                    " and make a new activity instead."
                )
            )


def _let_act(activities: Sequence[Activity]) -> None:
    """Who carries an activity out acts in its area, so that its members see it.

    Without a letter, also where the authority by size is another's: the work is there.
    The area's page and the data health then ask for the letter.
    """
    pairs = {(activity.area_id, activity.agency_id) for activity in activities}
    ActingAgency.objects.bulk_create(
        [
            ActingAgency(area_id=area, agency_id=agency)
            for area, agency in sorted(pairs)
        ],
        ignore_conflicts=True,
    )
