"""What the pages of a simulation show, worked out for their templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas import presenters
from areas.catalogue import Catalogue
from areas.cheapest import (
    Answer,
    Candidate,
    Option,
    by_cost_per_hectare,
    cheapest,
    within_budget,
)
from areas.rules import AssessmentResult, Indicator, Severity
from areas.simulation import Outcome, UnitOutcome
from areas.tables import severity_badge
from core import html
from core.numbers import format_decimal, format_input, rounded
from core.tables import Column
from programs.simulation.bases import WHOLE, Base
from programs.simulation.forms import Typed, costs_by_code
from programs.simulation.plans import MEASURE, AreaPlan, work_name

# ---- the result of one plan ------------------------------------------------------


@dataclass(frozen=True)
class WorkLine:
    """One row of the plan: where its volume goes and what it costs."""

    number: int
    name: str
    volume: Decimal
    unit: str
    places: str
    cost: Decimal | None
    surplus: Decimal


@dataclass(frozen=True)
class OutwardMark(presenters.Mark):
    """One of two totals, whose text turns away from the other's: they lie close."""

    is_first: bool = False

    @property
    def anchor(self) -> str:
        if self.is_first:
            return "start" if self.place < 8 else "end"
        return "end" if self.place > 88 else "start"


@dataclass(frozen=True)
class AreaResult:
    """One area before and after, as its part of the page shows it."""

    base: Base
    outcome: Outcome
    lines: list[WorkLine]
    warnings: list[str]

    @property
    def groups(self) -> list[presenters.AspectGroup]:
        return presenters.indicator_groups(
            self.base.rules, self.outcome.after, self.outcome.before
        )

    @property
    def ruler(self) -> presenters.Ruler:
        """The ruler, whose marks say survey and plan instead of then and now."""
        before, after = self.outcome.before.total, self.outcome.after.total
        if before == after:
            return presenters.ruler(self.base.rules, after)
        ruler = presenters.ruler(self.base.rules, after, before)
        texts = {
            True: _("survey %(total)s") % {"total": before},
            False: _("plan %(total)s") % {"total": after},
        }
        first = min(mark.place for mark in ruler.marks)
        marks = [
            OutwardMark(texts[m.is_base], m.place, m.is_base, m.place == first)
            for m in ruler.marks
        ]
        return replace(ruler, marks=marks)

    @property
    def facts(self) -> list[dict[str, Any]]:
        return [*_severity_facts(self.outcome), *_cost_facts(self.outcome)]

    @property
    def has_rt(self) -> bool:
        return WHOLE not in self.base.keys


UNIT_COLUMNS = (
    Column(gettext_lazy("RT"), "unit.name", full=True),
    Column(
        gettext_lazy("Size"), "unit.denominators.hectares", kind="hectares", unit="ha"
    ),
    Column(
        gettext_lazy("Leaves the slum class"), lambda row: _leaves(row), kind="html"
    ),
    Column(
        gettext_lazy("Survey"),
        lambda row: standing(row.before),
        kind="html",
        css="half",
    ),
    Column(
        gettext_lazy("Afterwards"),
        lambda row: standing(row.after),
        kind="html",
        css="half",
    ),
)


def results(
    plans: Sequence[AreaPlan], catalogue: Catalogue, numbers: Sequence[int]
) -> list[AreaResult]:
    """The plans as the page shows them; `numbers` are those of its rows, from 0."""
    return [_result(plan, catalogue, numbers) for plan in plans]


def totals(found: Sequence[AreaResult]) -> list[dict[str, Any]]:
    """What several areas come to together; hectares of those RT that leave."""
    cost = sum((row.outcome.cost for row in found), start=Decimal(0))
    hectares = sum((row.outcome.hectares_leaving for row in found), start=Decimal(0))
    is_priced = all(row.outcome.is_priced for row in found)
    per_hectare = rounded(cost / hectares, 2) if hectares and is_priced else None
    leaving = sum(row.outcome.leaves for row in found)
    return [
        {
            "label": _("Areas that leave the slum class"),
            "value": html.figure(leaving, 0),
            "note": _("of %(count)s") % {"count": len(found)},
        },
        {"label": _("Hectares of RT that leave"), "value": _hectares(hectares)},
        {"label": _("Cost"), "value": html.rupiah(cost)},
        {"label": _("Cost per hectare that leaves"), "value": html.rupiah(per_hectare)},
    ]


def standing(result: AssessmentResult) -> SafeString:
    """Total and class in one cell."""
    return format_html("{} {}", result.total, severity_badge(result.severity))


def _result(plan: AreaPlan, catalogue: Catalogue, numbers: Sequence[int]) -> AreaResult:
    names = {unit.key: unit.name for unit in plan.base.units}
    lines = []
    for (number, row), done in zip(plan.rows.items(), plan.outcome.works, strict=True):
        places = [
            f"{names[key]}: {format_decimal(share, None)}"
            for key, share in done.shares.items()
        ]
        lines.append(
            WorkLine(
                number=numbers[number] + 1,
                name=work_name(row.work, plan.base.rules, catalogue),
                volume=row.volume,
                unit=_unit(plan.base, done.work.effects),
                places="; ".join(places),
                cost=done.work.cost,
                surplus=done.surplus,
            )
        )
    return AreaResult(plan.base, plan.outcome, lines, _warnings(plan.base, lines))


def _unit(base: Base, effects: Mapping[str, Decimal]) -> str:
    return str(base.rules.by_code[next(iter(effects))].unit)


def _warnings(base: Base, lines: Sequence[WorkLine]) -> list[str]:
    """What the reader must know of the figures; nothing of it is refused."""
    found = []
    if not base.is_verified:
        found.append(_("The survey is not verified yet: its volumes may still change."))
    if WHOLE in base.keys:
        found.append(
            _("The area was surveyed as a whole, without its RT, which is weaker.")
        )
    for line in lines:
        words = {"row": line.number, "name": line.name, "unit": line.unit}
        if line.surplus:
            words["surplus"] = format_decimal(line.surplus, None)
            found.append(
                _(
                    "Row %(row)s, %(name)s: %(surplus)s %(unit)s are more than there is"
                    " to improve. They lower nothing; plan less, or elsewhere."
                )
                % words
            )
        if line.cost is None:
            found.append(
                _(
                    "Row %(row)s, %(name)s has no cost per unit, so the sum is not"
                    " whole and no cost per hectare is computed."
                )
                % words
            )
    return found


def _severity_facts(outcome: Outcome) -> list[dict[str, Any]]:
    before, after = outcome.before, outcome.after
    change = after.total - before.total
    return [
        {
            "label": _("Total score"),
            "value": f"{before.total} → {after.total}",
            "note": _("%(change)s points") % {"change": format_decimal(change, 0)}
            if change
            else _("unchanged"),
        },
        {
            "label": _("Class"),
            "value": format_html(
                "{} → {}",
                severity_badge(before.severity),
                severity_badge(after.severity),
            ),
        },
        {
            "label": _("Contribution"),
            "value": format_html("{}{}%", html.figure(outcome.contribution), html.NBSP),
            "note": _("(mean before − mean after) ÷ mean before"),
        },
    ]


def _cost_facts(outcome: Outcome) -> list[dict[str, Any]]:
    leaving = len(outcome.leaving)
    words = {"count": leaving, "total": len(outcome.units)}
    area_note = ""
    if outcome.leaves:
        hectares = format_decimal(outcome.hectares)
        area_note = _("the area as a whole leaves, %(ha)s ha") % {"ha": hectares}
    return [
        {"label": _("Cost"), "value": html.rupiah(outcome.cost)},
        {
            "label": _("Hectares of RT that leave"),
            "value": _hectares(outcome.hectares_leaving),
            "note": area_note or _("%(count)s of %(total)s RT") % words,
        },
        {
            "label": _("Cost per hectare that leaves"),
            "value": html.rupiah(outcome.cost_per_hectare),
            "note": _per_area(outcome),
        },
    ]


def _per_area(outcome: Outcome) -> SafeString | str:
    if outcome.cost_per_area_hectare is None:
        return ""
    return format_html(
        _("{} per hectare of the area"), html.rupiah(outcome.cost_per_area_hectare)
    )


def _hectares(value: Decimal) -> SafeString:
    return format_html("{} ha", html.figure(value))


def _leaves(row: UnitOutcome) -> SafeString | str:
    if row.before.severity == Severity.NOT_SLUM:
        return _("was not slum")
    return html.chip(_("leaves"), "ok", "check") if row.leaves else _("no")


# ---- the cheapest way ------------------------------------------------------------


@dataclass(frozen=True)
class OptionLine:
    """An option in words: the indicator, how far down, how much, for how much."""

    indicator: Indicator
    option: Option

    @property
    def per_point(self) -> Decimal:
        cost = self.option.cost_per_point
        return rounded(Decimal(cost.numerator) / cost.denominator, 2)


@dataclass(frozen=True)
class CheapestResult:
    """The answer for one area; `fits` where a budget decides over several."""

    base: Base
    answer: Answer
    fits: bool | None = None

    @property
    def plan(self) -> list[OptionLine]:
        return [self._line(option) for option in self.answer.plan or ()]

    @property
    def ranked(self) -> list[tuple[OptionLine, list[OptionLine]]]:
        return [
            (self._line(row.best), [self._line(option) for option in row.options])
            for row in self.answer.ranked
        ]

    @property
    def unpriced(self) -> list[Indicator]:
        return [self.base.rules.by_code[code] for code in self.answer.unpriced]

    @property
    def cost_per_hectare(self) -> Decimal | None:
        if not self.answer.plan or self.answer.cost is None:
            return None
        return rounded(self.answer.cost / self.base.denominators.hectares, 2)

    @property
    def typed(self) -> list[Typed]:
        """The plan as rows of the form, spread over all RT of the area."""
        return [
            {
                "work": f"{MEASURE}{line.indicator.measure}",
                "place": f"{self.base.area.pk}:",
                "volume": format_input(line.option.volume),
                "unit_cost": format_input(
                    rounded(line.option.cost / line.option.volume, 2)
                ),
            }
            for line in self.plan
        ]

    def _line(self, option: Option) -> OptionLine:
        return OptionLine(self.base.rules.by_code[option.code], option)


def cheapest_results(
    bases: Mapping[int, Base], costs: Mapping[str, Any]
) -> list[CheapestResult]:
    """The exact answer for each area, cheapest hectare first.

    `costs` are rupiah per unit by measure, and the `budget` or None. Areas without a
    plan, or that need none, come last.
    """
    answers = {
        key: cheapest(
            base.volumes,
            base.denominators,
            base.rules,
            costs_by_code(costs, base.rules),
        )
        for key, base in bases.items()
    }
    candidates = [
        Candidate(key, bases[key].denominators.hectares, answer.cost)
        for key, answer in answers.items()
        if answer.plan and answer.cost is not None
    ]
    budget = costs.get("budget")
    ordered: list[tuple[int, bool | None]]
    if budget is None:
        ordered = [(row.key, None) for row in by_cost_per_hectare(candidates)]
    else:
        ordered = [(row.key, fits) for row, fits in within_budget(candidates, budget)]
    rest = [(key, None) for key in bases if key not in dict(ordered)]
    return [
        CheapestResult(bases[key], answers[key], fits)
        for key, fits in [*ordered, *rest]
    ]
