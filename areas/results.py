"""What a survey says: computed from its RT until it is verified, stored from then."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from areas.conclusions import Conclusions, SiteFacts, conclude
from areas.models import Assessment, IndicatorValue, SurveyedUnit
from areas.rules import (
    AspectResult,
    AssessmentResult,
    Denominator,
    Denominators,
    IndicatorResult,
    Rules,
    Severity,
    assess,
    check_volumes,
)
from core.errors import BusinessRuleError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a survey is: RT with all volumes, with any, and RT of the area.

    `above` counts volumes above their denominator, which a later correction of an RT
    can cause.
    """

    complete: int
    total: int
    started: int
    above: int = 0

    @property
    def is_whole(self) -> bool:
        """Every RT of the area has all its volumes."""
        return self.total > 0 and self.complete >= self.total

    @property
    def unfinished(self) -> int:
        """RT that were begun and have blank volumes."""
        return self.started - self.complete


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a survey cannot go on, at its RT where it has one."""

    text: str
    neighbourhood_id: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What the volumes of an area are divided by, and its people.

    `population` is None where it is unknown in any RT, `open_space_m2` where nobody
    recorded any.
    """

    denominators: Denominators
    population: int | None = None
    open_space_m2: Decimal | None = None


def result_of(assessment: Assessment) -> AssessmentResult | None:
    """Percentages, scores, total and class of the area; None while no RT is complete.

    Open and submitted: the sums of the complete RT over the sums of their
    denominators. Verified: what was stored, which never changes.
    """
    return results_of([assessment])[assessment.pk]


def results_of(
    assessments: Iterable[Assessment],
) -> dict[int, AssessmentResult | None]:
    """`result_of` for many, by key, in three queries."""
    rows = list(assessments)
    units = _complete_units([row for row in rows if row.results is None])
    divisors = _summed(units)
    volumes = _summed_volumes(units)
    results: dict[int, AssessmentResult | None] = {}
    for row in rows:
        if row.results is not None:
            results[row.pk] = stored_result(row.results)
        elif row.pk in divisors:
            results[row.pk] = _assessed(
                row, volumes[row.pk], divisors[row.pk].denominators
            )
        else:
            results[row.pk] = None
    return results


def totals_of(assessment: Assessment) -> Totals | None:
    """Denominators and people of the survey: stored, or the sums so far; else None."""
    if assessment.results is not None:
        return _stored_totals(assessment.results)
    return _summed(_complete_units([assessment])).get(assessment.pk)


def conclusions_of(
    assessment: Assessment, result: AssessmentResult | None = None
) -> Conclusions | None:
    """What follows beside the class; None while there is no result.

    Never stored: it follows from what a verified assessment keeps, and from its rule
    set, which never changes either.
    """
    result = result or result_of(assessment)
    totals = totals_of(assessment)
    if result is None or totals is None:
        return None
    facts = SiteFacts.of(assessment, totals.population)
    return conclude(result, totals.denominators, facts, assessment.rules)


def progress_of(assessment: Assessment) -> Progress:
    """The survey's progress: as stored, as annotated by `with_progress()`, or asked."""
    if assessment.results is not None:
        coverage = assessment.results["coverage"]
        return Progress(coverage["complete"], coverage["total"], coverage["complete"])
    counted: Any = assessment
    if not hasattr(assessment, "rt_total"):
        counted = Assessment.objects.with_progress().get(pk=assessment.pk)
    return Progress(
        complete=counted.rt_complete,
        total=counted.rt_total,
        started=counted.rt_started,
        above=counted.above,
    )


def problems_of(assessment: Assessment) -> list[Problem]:
    """Everything that is wrong in the RT of an open or submitted survey, by RT."""
    if assessment.results is not None:
        return []
    values: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rules = assessment.rules
    for value in IndicatorValue.objects.filter(unit__assessment=assessment):
        values[value.unit_id][value.code] = value.volume
    units = assessment.units.select_related("neighbourhood")
    return [
        problem
        for unit in units
        for problem in _problems_in(unit, values[unit.pk], rules)
    ]


def to_store(assessment: Assessment, result: AssessmentResult) -> dict[str, Any]:
    """What a verified assessment keeps: results, denominators, rule set, coverage."""
    progress = progress_of(assessment)
    totals = totals_of(assessment)
    assert totals is not None  # there is a result, so there are sums
    return result.as_dict() | {
        "rule_set": assessment.rules.code,
        "basis": assessment.basis,
        "coverage": {"complete": progress.complete, "total": progress.total},
        "denominators": {
            name: None if value is None else f"{value:f}"
            for name, value in totals.denominators.as_mapping().items()
        },
        "population": totals.population,
        "open_space_m2": None
        if totals.open_space_m2 is None
        else f"{totals.open_space_m2:f}",
    }


def stored_result(data: Mapping[str, Any]) -> AssessmentResult:
    """A result as `to_store` wrote it."""
    return AssessmentResult(
        indicators=tuple(
            IndicatorResult(
                code=row["code"],
                volume=Decimal(row["volume"]),
                denominator=Decimal(row["denominator"]),
                percent=Decimal(row["percent"]),
                score=row["score"],
            )
            for row in data["indicators"]
        ),
        aspects=tuple(
            AspectResult(row["code"], Decimal(row["mean_percent"]))
            for row in data["aspects"]
        ),
        total=data["total"],
        severity=Severity(data["severity"]),
        mean_percent=Decimal(data["mean_percent"]),
    )


def _complete_units(assessments: list[Assessment]) -> list[int]:
    """The keys of the units with every volume that their rule set asks for.

    Counted by grouping and looked up by key: a condition per unit inside the sums is
    planned badly while the database knows nothing of fresh rows.
    """
    asked = {row.pk: len(row.rules.codes) for row in assessments}
    counted = (
        IndicatorValue.objects.filter(unit__assessment__in=list(asked))
        .order_by()
        .values_list("unit", "unit__assessment")
        .annotate(number=Count("pk"))
    )
    return [unit for unit, survey, number in counted if number == asked[survey]]


def _summed(units: list[int]) -> dict[int, Totals]:
    """The sums over these units; what is unknown in one of them is unknown."""
    sums = {f"sum_{kind.value}": Sum(kind.value) for kind in Denominator}
    rows: Any = (
        SurveyedUnit.objects.filter(pk__in=units)
        .order_by()
        .values("assessment")
        .annotate(
            **sums,
            count=Count("pk"),
            roads=Count("existing_road_m"),
            peopled=Count("population"),
            people=Sum("population"),
            open_space=Sum("open_space_m2"),
        )
    )
    return {row["assessment"]: _totals(row) for row in rows}


def _totals(row: Mapping[str, Any]) -> Totals:
    figures = {kind.value: row[f"sum_{kind.value}"] for kind in Denominator}
    if row["roads"] < row["count"]:
        figures["existing_road_m"] = None
    return Totals(
        denominators=Denominators.from_mapping(figures),
        population=row["people"] if row["peopled"] == row["count"] else None,
        open_space_m2=row["open_space"],
    )


def _stored_totals(data: Mapping[str, Any]) -> Totals:
    open_space = data["open_space_m2"]
    return Totals(
        denominators=Denominators.from_mapping(data["denominators"]),
        population=data["population"],
        open_space_m2=None if open_space is None else Decimal(open_space),
    )


def _summed_volumes(units: list[int]) -> dict[int, dict[str, Decimal]]:
    rows = (
        IndicatorValue.objects.filter(unit__in=units)
        .order_by()
        .values("unit__assessment", "code")
        .annotate(sum=Sum("volume"))
    )
    volumes: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        volumes[row["unit__assessment"]][row["code"]] = row["sum"]
    return volumes


def _assessed(
    assessment: Assessment, volumes: Mapping[str, Decimal], divisors: Denominators
) -> AssessmentResult | None:
    try:
        return assess(volumes, divisors, assessment.rules)
    except BusinessRuleError:  # a volume of nothing: `problems_of` says where
        return None


def _problems_in(
    unit: SurveyedUnit, values: Mapping[str, Decimal], rules: Rules
) -> Iterable[Problem]:
    blank = [code for code in rules.codes if code not in values]
    place = unit.neighbourhood_id
    name = _("RT %(unit)s") % {"unit": unit} if place else _("The area as a whole")
    if blank:
        yield Problem(
            _("%(place)s: blank volumes %(codes)s. Write 0 where there is none.")
            % {"place": name, "codes": ", ".join(blank)},
            place,
        )
    found = check_volumes(values, Denominators.of(unit), rules)
    for code, sentences in found.items():
        if code not in blank:
            yield from (
                Problem(
                    _("%(place)s: %(problem)s") % {"place": name, "problem": sentence},
                    place,
                )
                for sentence in sentences
            )
