"""What the history of an area shows, worked out for its template."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from areas.rules import Indicator, IndicatorResult, Rules
from areas.tables import severity_badge
from programs.history.chart import Chart, draw_totals
from programs.history.queries import Final, Survey
from programs.history.rules import (
    ZERO,
    Comparison,
    Left,
    Refused,
    Tally,
    Work,
    by_indicator,
    compared,
    within,
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Verified work with its addresses; that of the report only where it is seen."""

    work: Work
    report_url: str

    @property
    def url(self) -> str:
        return reverse("programs:activity-detail", args=[self.work.activity])


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator in one survey: its result, the change, and what caused it.

    `change` is the volume less that of the survey before; None in the first one.
    """

    survey: Survey
    result: IndicatorResult
    change: Decimal | None
    causes: Sequence[Cause]

    @property
    def done(self) -> Decimal:
        """The verified volume of the causes in the indicator's own unit."""
        works = [cause.work for cause in self.causes]
        return sum((w.volume for w in works if w.unit == w.measured_in), ZERO)

    @property
    def is_unexplained(self) -> bool:
        return bool(self.change) and not self.causes

    @property
    def size(self) -> Decimal:
        return abs(self.change or ZERO)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator over the surveys of a section."""

    indicator: Indicator
    cells: Sequence[Cell]

    @property
    def is_empty(self) -> bool:
        """Nothing was ever found or done: one line says it for all surveys."""
        return not any(cell.result.volume or cell.causes for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Section:
    """The surveys under one rule set, oldest first: never subtracted from others."""

    rules: Rules
    surveys: Sequence[Survey]
    aspects: Sequence[tuple[str, Sequence[Line]]]
    charts: Sequence[Chart]

    @property
    def width(self) -> int:
        """The columns of its table, without the first."""
        return len(self.surveys)


@dataclass(frozen=True, slots=True)
class LeftRow:
    """Kumuh akhir of one indicator, beside the later survey where there is one."""

    indicator: Indicator
    left: Left
    now: IndicatorResult
    surveyed: IndicatorResult | None
    comparison: Comparison | None


def sections(
    standing: Iterable[Survey], works: Collection[Work], seen: Collection[int]
) -> list[Section]:
    """The standing surveys by rule set; `seen` are the reports the person may open."""
    groups: dict[int, list[Survey]] = {}
    for survey in standing:
        groups.setdefault(survey.assessment.rule_set_id, []).append(survey)
    return [_section(surveys, works, seen) for surveys in groups.values()]


def _section(
    surveys: Sequence[Survey], works: Collection[Work], seen: Collection[int]
) -> Section:
    rules = surveys[0].rules
    columns: list[dict[str, Cell]] = []
    before: Survey | None = None
    for survey in surveys:
        columns.append(_column(survey, before, works, seen))
        before = survey
    aspects = [
        (
            f"{aspect.code}. {aspect.name}",
            [
                Line(row, [column[row.code] for column in columns])
                for row in rules.indicators_of(aspect)
            ],
        )
        for aspect in rules.aspects
    ]
    totals = [(survey.on, survey.result.total) for survey in surveys]
    return Section(rules, surveys, aspects, draw_totals(rules, totals))


def _column(
    survey: Survey,
    before: Survey | None,
    works: Collection[Work],
    seen: Collection[int],
) -> dict[str, Cell]:
    """The cells of one survey by code, with the work since the survey before."""
    former = before.volumes if before else {}
    since = within(works, before.on, survey.on) if before else []
    causes = by_indicator(since, survey.rules)
    return {
        row.code: Cell(
            survey,
            row,
            row.volume - former[row.code] if before else None,
            [cause_of(work, seen) for work in causes.get(row.code, ())],
        )
        for row in survey.result.indicators
    }


def cause_of(work: Work, seen: Collection[int]) -> Cause:
    is_seen = work.report in seen
    url = reverse("programs:report-detail", args=[work.report]) if is_seen else ""
    return Cause(work, url)


def left_rows(final: Final, later: Survey | None) -> list[LeftRow]:
    """Every indicator of the baseline, in the order of its rule set."""
    rules = final.base.rules
    now = {row.code: row for row in final.result.indicators}
    found = {row.code: row for row in later.result.indicators} if later else {}
    compare = compared(final.remainder, later.volumes, rules) if later else []
    comparisons = {row.indicator.code: row for row in compare}
    return [
        LeftRow(
            row,
            final.remainder.left[row.code],
            now[row.code],
            found.get(row.code),
            comparisons.get(row.code),
        )
        for row in rules.indicators
    ]


def tally(comparisons: Iterable[Comparison]) -> Tally:
    """How many agree, counted per RT."""
    rows = list(comparisons)
    return Tally(sum(row.is_same for row in rows), len(rows))


def final_context(
    final: Final, later: Survey | None, seen: Collection[int]
) -> dict[str, Any]:
    """What the block of the kumuh akhir shows."""
    rows = left_rows(final, later)
    refused: Sequence[Refused] = final.remainder.refused
    return {
        "final": final,
        "later": later,
        "left_rows": rows,
        "agreed": tally(row.comparison for row in rows if row.comparison),
        "refused": [(cause_of(row.work, seen), row.reason) for row in refused],
        "final_badge": severity_badge(final.result.severity),
        "later_badge": severity_badge(later.result.severity) if later else None,
    }
