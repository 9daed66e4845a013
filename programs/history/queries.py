"""What history asks of surveys and verified reports, in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.urls import reverse
from django.utils import translation

from areas.models import Assessment, IndicatorValue, SlumArea
from areas.results import stored_result, totals_of
from areas.rule_sets import rules_of
from areas.rules import AssessmentResult, Indicator, Rules
from programs.history.rules import (
    Comparison,
    PlaceVolumes,
    Remainder,
    Work,
    compared,
    result_after,
    take_off,
    within,
)
from programs.models import ActivityUnit, ProgressReport, ReportLine
from programs.sheet import rt_name

VERIFIED = ProgressReport.Status.VERIFIED


@dataclass(frozen=True, slots=True)
class Survey:
    """A verified assessment with its result; `correction` is what took its place."""

    assessment: Assessment
    result: AssessmentResult
    correction: Assessment | None

    @property
    def key(self) -> int:
        return self.assessment.pk

    @property
    def on(self) -> date:
        return self.assessment.surveyed_on

    @property
    def rules(self) -> Rules:
        return self.assessment.rules

    @property
    def volumes(self) -> dict[str, Decimal]:
        return {row.code: row.volume for row in self.result.indicators}


@dataclass(frozen=True, slots=True)
class Final:
    """Kumuh akhir: a baseline less the work verified until a day, and its result."""

    base: Survey
    until: date
    remainder: Remainder
    result: AssessmentResult


@dataclass(frozen=True, slots=True)
class Agreement:
    """One indicator of a later survey beside what the baseline and the work say."""

    survey: Assessment
    base: Assessment
    comparison: Comparison

    @property
    def area(self) -> SlumArea:
        return self.survey.area

    @property
    def indicator(self) -> Indicator:
        return self.comparison.indicator

    @property
    def year(self) -> int:
        return self.survey.surveyed_on.year

    @property
    def is_touched(self) -> bool:
        """Whether any verified volume was taken off."""
        return self.comparison.left.is_touched

    def get_absolute_url(self) -> str:
        """The history of its area, with these two surveys beside each other."""
        return history_url(self.survey.area_id, self.base.pk, self.survey.pk)


def history_url(area: int, base: int, compared: int) -> str:
    address = reverse("programs:area-history", args=[area])
    return f"{address}?base={base}&compared={compared}"


def surveys_of(area: SlumArea) -> list[Survey]:
    """The verified surveys of an area, oldest first, corrected ones among them."""
    rows = (
        Assessment.objects.filter(area=area, status=Assessment.Status.VERIFIED)
        .select_related("correction")
        .order_by("surveyed_on", "pk")
    )
    return [
        Survey(row, stored_result(row.results), _verified_correction(row))
        for row in rows
        if row.results is not None
    ]


def _verified_correction(assessment: Assessment) -> Assessment | None:
    correction: Assessment | None = getattr(assessment, "correction", None)
    if correction is None or correction.status != Assessment.Status.VERIFIED:
        return None
    return correction


def works_of(areas: Any) -> dict[int, list[Work]]:
    """The verified work on indicators in these areas, by area: two queries.

    `areas` are keys, or a queryset of them.
    """
    lines = ReportLine.objects.filter(
        report__status=VERIFIED, activity__area__in=areas, volume__gt=0
    ).order_by()
    units = _only_units(lines.values("activity"))
    measured: dict[tuple[int, str], tuple[Indicator | None, str]] = {}
    works: dict[int, list[Work]] = defaultdict(list)
    for row in lines.order_by("pk").values(*LINE_FIELDS):
        key = row["activity__rule_set"], row["activity__indicator"]
        if key not in measured:
            measured[key] = _measured(*key)
        indicator, measured_in = measured[key]
        place, place_name = units.get(row["activity"], (None, ""))
        works[row["activity__area"]].append(
            Work(
                activity=row["activity"],
                name=row["activity__name"],
                place=place,
                place_name=place_name,
                indicator=indicator,
                unit=row["activity__unit"],
                measured_in=measured_in,
                volume=row["volume"],
                report=row["report"],
                period=row["report__period__name"],
                starts_on=row["report__period__starts_on"],
                ends_before=row["report__period__ends_before"],
            )
        )
    return dict(works)


LINE_FIELDS = (
    "activity",
    "activity__area",
    "activity__name",
    "activity__rule_set",
    "activity__indicator",
    "activity__unit",
    "volume",
    "report",
    "report__period__name",
    "report__period__starts_on",
    "report__period__ends_before",
)


def _only_units(activities: QuerySet) -> dict[int, tuple[int, str]]:
    """The RT of each activity that names exactly one: key and name."""
    rows = (
        ActivityUnit.objects.filter(activity__in=activities)
        .order_by()
        .values("activity")
        .annotate(
            named=Count("pk"),
            place=Min("neighbourhood"),
            name=Min("neighbourhood__rt_rw"),
        )
        .filter(named=1)
    )
    return {row["activity"]: (row["place"], rt_name(row["name"])) for row in rows}


def _measured(rule_set: int, code: str) -> tuple[Indicator | None, str]:
    """The indicator of that code, and its unit as activities write it."""
    indicator = rules_of(rule_set).by_code.get(code)
    with translation.override("id"):
        return indicator, str(indicator.unit) if indicator else ""


def place_volumes(
    surveys: Iterable[Assessment], works: Iterable[Work]
) -> dict[int, dict[str, dict[int, Decimal]]]:
    """What surveys per RT found in the RT of this work: by survey, code and RT."""
    found: dict[int, dict[str, dict[int, Decimal]]] = {
        survey.pk: defaultdict(dict) for survey in surveys if survey.is_per_rt
    }
    places = {work.place for work in works if work.place is not None}
    if not found or not places:
        return found
    rows = IndicatorValue.objects.filter(
        unit__assessment__in=found, unit__neighbourhood__in=places
    ).order_by()
    for survey, code, place, volume in rows.values_list(
        "unit__assessment", "code", "unit__neighbourhood", "volume"
    ):
        found[survey][code][place] = volume
    return found


def final_of(base: Survey, works: Collection[Work], until: date) -> Final:
    """Kumuh akhir of that day from this baseline; one query."""
    counted = within(works, base.on, until)
    places: PlaceVolumes | None = place_volumes([base.assessment], counted).get(
        base.key
    )
    remainder = take_off(base.volumes, places, counted, base.rules)
    totals = totals_of(base.assessment)
    assert totals is not None  # a verified survey has its denominators
    result = result_after(remainder, totals.denominators, base.rules)
    return Final(base, until, remainder, result)


def later_surveys(user: Any) -> QuerySet[Assessment]:
    """Standing surveys that have an older standing one under the same rule set."""
    older = Assessment.objects.standing().filter(
        area=OuterRef("area"),
        rule_set=OuterRef("rule_set"),
        surveyed_on__lt=OuterRef("surveyed_on"),
    )
    return Assessment.objects.standing().visible_to(user).filter(Exists(older))


def agreements_of(surveys: QuerySet[Assessment], code: str = "") -> list[Agreement]:
    """Every indicator of these later surveys (or one) beside what is computed.

    The baseline is the first standing survey of the area under the same rule set. The
    number of queries does not grow; time and memory grow with the surveys in scope.
    """
    rows = list(
        surveys.select_related("area__regency")
        .defer("area__outline")
        .order_by("area__name", "area_id", "surveyed_on", "pk")
    )
    areas = {row.area_id for row in rows}
    bases = _first_surveys(areas)
    works = works_of(areas)
    places = place_volumes(
        bases.values(), [work for group in works.values() for work in group]
    )
    volumes = {base.pk: _volumes(base) for base in bases.values()}
    found = []
    for row in rows:
        base = bases[row.area_id, row.rule_set_id]
        counted = within(works.get(row.area_id, ()), base.surveyed_on, row.surveyed_on)
        remainder = take_off(volumes[base.pk], places.get(base.pk), counted, row.rules)
        found += [
            Agreement(row, base, comparison)
            for comparison in compared(remainder, _volumes(row), row.rules)
            if not code or comparison.indicator.code == code
        ]
    return found


def _first_surveys(areas: Collection[int]) -> dict[tuple[int, int], Assessment]:
    """The first standing survey of each area under each rule set."""
    rows = (
        Assessment.objects.standing()
        .filter(area__in=areas)
        .order_by("area_id", "rule_set_id", "surveyed_on", "pk")
        .distinct("area_id", "rule_set_id")
    )
    return {(row.area_id, row.rule_set_id): row for row in rows}


def _volumes(assessment: Assessment) -> Mapping[str, Decimal]:
    """The area's volumes as a verified survey keeps them."""
    assert assessment.results is not None
    rows = assessment.results["indicators"]
    return {row["code"]: Decimal(row["volume"]) for row in rows}
