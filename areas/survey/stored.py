"""The surveys that are stored already: the same one again, or one that contradicts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from areas.models import Assessment, IndicatorValue, RuleSet, SurveyedUnit
from areas.rules import Denominator
from areas.survey.columns import AREA, DATE, HEADING_OF, OPEN_SPACE, UNIT
from areas.survey.plan import AreaPlan
from areas.survey.rows import SurveyRow
from core.html import day
from core.numbers import format_decimal
from core.spreadsheets import Problems

HEADINGS = {
    **{kind.value: HEADING_OF[kind.value] for kind in Denominator},
    "open_space_m2": OPEN_SPACE,
}
OPTIONAL = {"existing_road_m", "open_space_m2"}  # a blank cell says nothing about them


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a row says something else than the stored survey of the same day."""

    row: int
    heading: str
    text: str


class StoredSurveys:
    """The surveys of these areas, fetched with four queries."""

    def __init__(self, plans: Sequence[AreaPlan], rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        areas = [plan.area for plan in plans if plan.area]
        own = Assessment.objects.filter(area__in=areas)
        per_rt = own.filter(basis=Assessment.Basis.RT).order_by()
        self.latest: dict[int, date] = dict(
            per_rt.values_list("area").annotate(Max("surveyed_on"))
        )
        days = {plan.surveyed_on for plan in plans}
        self.surveys = {
            (survey.area_id, survey.surveyed_on): survey
            for survey in own.filter(
                surveyed_on__in=days, corrects=None
            ).select_related("rule_set")
        }
        wanted = [
            survey
            for plan in plans
            if plan.area and (survey := self._of(plan)) is not None
        ]
        self.units: dict[int, dict[int | None, SurveyedUnit]] = defaultdict(dict)
        self.volumes: dict[int, dict[str, Decimal]] = defaultdict(dict)
        units = list(SurveyedUnit.objects.filter(assessment__in=wanted))
        for unit in units:
            self.units[unit.assessment_id][unit.neighbourhood_id] = unit
        # By their keys: without statistics (a fresh database) a join is planned badly.
        values = IndicatorValue.objects.filter(unit__in=[unit.pk for unit in units])
        for unit_id, code, volume in values.values_list("unit_id", "code", "volume"):
            self.volumes[unit_id][code] = volume

    def _of(self, plan: AreaPlan) -> Assessment | None:
        return self.surveys.get((plan.area.pk, plan.surveyed_on)) if plan.area else None

    def is_latest(self, plan: AreaPlan) -> bool:
        """Whether no survey of RT is newer: only then do the RT take its figures."""
        latest = self.latest.get(plan.area.pk) if plan.area else None
        return latest is None or latest <= plan.surveyed_on

    def compare(self, plan: AreaPlan, problems: Problems) -> None:
        """Note on the plan the survey that says the same, or refuse a contradiction."""
        survey = self._of(plan)
        if survey is None:
            return
        differences = list(self._differences(plan, survey))
        if not differences:
            plan.same_survey = survey
            return
        first = differences[0]
        message = _(
            "%(area)s already has an assessment of %(date)s (%(status)s) with other"
            " figures: %(first)s (differences: %(count)s)."
        ) % {
            "area": plan.name,
            "date": day(survey.surveyed_on),
            "status": survey.get_status_display(),
            "first": first.text,
            "count": len(differences),
        }
        problems.add(first.row, first.heading, f"{message} {_what_to_do(survey)}")

    def _differences(self, plan: AreaPlan, survey: Assessment) -> Iterator[Difference]:
        if survey.rule_set_id != self.rule_set.pk:
            text = _("it goes by %(rule_set)s") % {"rule_set": survey.rule_set}
            yield Difference(plan.first_row, AREA, text)
            return
        if survey.is_per_rt == plan.is_whole:
            text = (
                _("it is per RT")
                if survey.is_per_rt
                else _("it is of the area as a whole")
            )
            yield Difference(plan.first_row, UNIT, text)
            return
        units = dict(self.units[survey.pk])
        for unit in plan.units:
            place = unit.stored.pk if unit.stored else None
            known = unit.stored or plan.is_whole
            stored = units.pop(place, None) if known else None
            if stored is None:
                text = _("%(unit)s is not in it") % {"unit": unit.row.rt_rw}
                yield Difference(unit.row.number, UNIT, text)
            else:
                yield from _unit_differences(
                    unit.row, stored, self.volumes.get(stored.pk, {})
                )
        if units:
            text = _("it has %(count)s RT more") % {"count": len(units)}
            yield Difference(plan.first_row, AREA, text)


def _unit_differences(
    row: SurveyRow, stored: SurveyedUnit, volumes: Mapping[str, Decimal]
) -> Iterator[Difference]:
    pairs: list[tuple[str, Any, Any]] = [
        (HEADINGS[name], getattr(stored, name), getattr(row, name))
        for name in HEADINGS
        if getattr(row, name) is not None or name not in OPTIONAL
    ]
    pairs += [(code, volumes.get(code), volume) for code, volume in row.volumes.items()]
    pairs.append((DATE, stored.surveyed_on, row.surveyed_on))
    for heading, old, new in pairs:
        if old != new:
            text = _("%(column)s of %(unit)s is %(old)s there and %(new)s here") % {
                "column": heading,
                "unit": row.rt_rw or row.area_name,
                "old": _figure(old),
                "new": _figure(new),
            }
            yield Difference(row.number, heading, text)


def _figure(value: Any) -> str:
    if value is None:
        return "–"
    return day(value) if isinstance(value, date) else format_decimal(value, None)


def _what_to_do(survey: Assessment) -> str:
    if survey.status == Assessment.Status.VERIFIED:
        return _("It is verified and stays. Give a new survey its own date.")
    return _("Correct it on its page, or give this survey its own date.")
