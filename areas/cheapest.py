"""Which indicators bring an area below the slum bound at the least cost.

For one area the answer is exact: every band of every indicator is an option, and the
cheapest choice of at most one option an indicator is found by dynamic programming over
the points to lose. Each indicator is improved by work of its own here: a work that
improves two at once can make the true cost lower, never higher. Across areas
`within_budget` is a heuristic.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import NamedTuple

from areas.rules import (
    Denominators,
    Indicator,
    Rules,
    assess,
    percentage,
    score_of,
)
from areas.severity import Denominator

ZERO = Decimal(0)
WHOLE = Decimal(1)
# The smallest volume that is planned: a building, a household, a metre, 1 m².
STEPS: Mapping[str, Decimal] = {Denominator.HECTARES: Decimal("0.0001")}
HUNDREDTH = Decimal("0.01")
HALF_HUNDREDTH = Fraction(5, 1000)


@dataclass(frozen=True, slots=True)
class Option:
    """Bring one indicator below a band: so much volume, so many points, so much Rp."""

    code: str
    below: Decimal
    volume: Decimal
    points: int
    cost: Decimal

    @property
    def cost_per_point(self) -> Fraction:
        return Fraction(self.cost) / self.points


@dataclass(frozen=True, slots=True)
class Ranked:
    """An indicator with its options; `best` is the one that costs least a point."""

    code: str
    score: int
    unit_cost: Decimal
    options: tuple[Option, ...]

    @property
    def best(self) -> Option:
        return min(
            self.options, key=lambda option: (option.cost_per_point, -option.points)
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The cheapest plan for one area, and all its indicators by cost per point.

    `plan` is None where the indicators with a unit cost cannot lose enough points
    (`reachable` is the most that they can), and empty where nothing has to be lost.
    `unpriced` were not considered, for want of a unit cost; `settled` have score 0.
    """

    bound: int
    total: int
    plan: tuple[Option, ...] | None
    ranked: tuple[Ranked, ...]
    unpriced: tuple[str, ...]
    settled: tuple[str, ...]

    @property
    def to_lose(self) -> int:
        """Points that must go before the total is below the bound."""
        return max(0, self.total - self.bound + 1)

    @property
    def reachable(self) -> int:
        return sum(max(o.points for o in row.options) for row in self.ranked)

    @property
    def total_after(self) -> int | None:
        if self.plan is None:
            return None
        return self.total - sum(option.points for option in self.plan)

    @property
    def cost(self) -> Decimal | None:
        if self.plan is None:
            return None
        return sum((option.cost for option in self.plan), start=ZERO)


class Candidate(NamedTuple):
    """An area that a plan of this cost (Rp) takes out of the slum class."""

    key: int
    hectares: Decimal
    cost: Decimal


def cheapest(
    volumes: Mapping[str, Decimal],
    denominators: Denominators,
    rules: Rules,
    unit_costs: Mapping[str, Decimal],
) -> Answer:
    """The cheapest way below `rules.slum_from`; exact for these volumes and costs.

    `unit_costs` are rupiah per unit of volume by indicator code. Raises
    BusinessRuleError like `assess` where the volumes cannot be scored.
    """
    now = assess(volumes, denominators, rules)
    divisors = denominators.as_mapping()
    ranked, unpriced, settled = [], [], []
    for row, found in zip(rules.indicators, now.indicators, strict=True):
        cost, divisor = unit_costs.get(row.code), divisors[row.denominator] or ZERO
        if not found.score:
            settled.append(row.code)
        elif cost is None:
            unpriced.append(row.code)
        elif options := options_of(row, found.volume, divisor, cost, rules):
            ranked.append(Ranked(row.code, found.score, cost, options))
    points = max(0, now.total - rules.slum_from + 1)
    return Answer(
        bound=rules.slum_from,
        total=now.total,
        plan=_least(ranked, points),
        ranked=tuple(
            sorted(ranked, key=lambda row: (row.best.cost_per_point, row.code))
        ),
        unpriced=tuple(unpriced),
        settled=tuple(settled),
    )


def options_of(
    indicator: Indicator,
    volume: Decimal,
    denominator: Decimal,
    unit_cost: Decimal,
    rules: Rules,
) -> tuple[Option, ...]:
    """One option for each band that the indicator can be brought below.

    The volume is the smallest number of whole steps (`step_of`), or all there is,
    after which the percentage, rounded to 2 decimals, lies below the band.
    """
    now = score_of(percentage(volume, denominator), rules)
    found: dict[Decimal, Option] = {}
    for low, _score in rules.bands:
        limit = _limit(low, denominator)
        if limit <= 0 or volume < limit:
            continue
        taken = _taken(volume, limit, step_of(indicator))
        # Few and large steps can go through several bands at once.
        left = score_of(percentage(volume - taken, denominator), rules)
        if left < now:
            found[taken] = Option(
                indicator.code, low, taken, now - left, taken * unit_cost
            )
    return tuple(found.values())


def step_of(indicator: Indicator) -> Decimal:
    """The smallest volume that is planned, in the indicator's unit."""
    return STEPS.get(indicator.denominator, WHOLE)


def within_budget(
    candidates: Iterable[Candidate], budget: Decimal
) -> list[tuple[Candidate, bool]]:
    """The areas by cost per hectare, each with whether the budget still bears it.

    A heuristic: the first that fits is taken. Another choice of areas may bring more
    hectares out of the class for the same money.
    """
    left, found = budget, []
    for candidate in by_cost_per_hectare(candidates):
        fits = candidate.cost <= left
        left -= candidate.cost if fits else ZERO
        found.append((candidate, fits))
    return found


def by_cost_per_hectare(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Cheapest hectare first; ties by key."""
    return sorted(
        candidates,
        key=lambda row: (Fraction(row.cost) / Fraction(row.hectares), row.key),
    )


def _limit(low: Decimal, denominator: Decimal) -> Fraction:
    """The volume from which the rounded percentage reaches `low`.

    Percentages are rounded half up to 2 decimals before they are banded, so 50.995 %
    is 51.00 % already.
    """
    shown = Fraction(low.quantize(HUNDREDTH, rounding=ROUND_CEILING))
    return (shown - HALF_HUNDREDTH) * Fraction(denominator) / 100


def _taken(volume: Decimal, limit: Fraction, step: Decimal) -> Decimal:
    """The fewest whole steps that bring `volume` strictly below `limit`, or all."""
    steps = (Fraction(volume) - limit) // Fraction(step) + 1
    return min(volume, steps * step)


def _least(ranked: Sequence[Ranked], points: int) -> tuple[Option, ...] | None:
    """At most one option an indicator, at least `points` together, at least cost.

    `best[p]` is the cheapest choice so far that loses p points or more; of two that
    cost the same the one with fewer works stands.
    """
    best: list[tuple[Decimal, tuple[Option, ...]] | None]
    best = [(ZERO, ()), *[None] * points]
    for row in ranked:
        before = list(best)
        for option in row.options:
            for have, kept in enumerate(before):
                if kept is None:
                    continue
                reached = min(points, have + option.points)
                chosen = (kept[0] + option.cost, (*kept[1], option))
                known = best[reached]
                if known is None or _key(chosen) < _key(known):
                    best[reached] = chosen
    least = best[points]
    return None if least is None else least[1]


def _key(choice: tuple[Decimal, tuple[Option, ...]]) -> tuple[Decimal, int]:
    return choice[0], len(choice[1])
