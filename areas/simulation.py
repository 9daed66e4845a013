"""What-if: planned works on the volumes of a survey, and what would follow from them.

Values in, values out, nothing kept. Volumes are in the units of their indicators,
costs in rupiah; figures are exact decimals, and percentages, scores and classes are
those of `areas.rules` under the rule set of the survey.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from areas.rules import (
    AssessmentResult,
    Denominators,
    Rules,
    Severity,
    assess,
    contribution,
    exact_mean,
    sum_denominators,
    sum_volumes,
)
from core.numbers import rounded

ZERO = Decimal(0)
VOLUME_PLACES = 6
RUPIAH_PLACES = 2
Effects = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Unit:
    """An RT as it was surveyed, or the area as a whole; `key` tells units apart."""

    key: int
    name: str
    denominators: Denominators
    volumes: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Work:
    """A planned work: so much of it, at so much a unit where somebody named a cost.

    One unit of it takes `effects[code]` off the volume of that indicator. `places` are
    the keys of the units that it may go to, all where none is named; see `simulate`
    for how it is spread over several.
    """

    effects: Effects
    volume: Decimal
    unit_cost: Decimal | None = None
    places: frozenset[int] = frozenset()

    @property
    def cost(self) -> Decimal | None:
        return None if self.unit_cost is None else self.volume * self.unit_cost


@dataclass(frozen=True, slots=True)
class WorkOutcome:
    """Where a work goes: its volume by unit, and what is left with nothing to do."""

    work: Work
    shares: Mapping[int, Decimal]
    surplus: Decimal


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """A unit before and after all works."""

    unit: Unit
    volumes: Mapping[str, Decimal]
    before: AssessmentResult
    after: AssessmentResult

    @property
    def leaves(self) -> bool:
        """Whether its own class would no longer be slum."""
        return _leaves(self.before, self.after)

    @property
    def is_changed(self) -> bool:
        return self.volumes != self.unit.volumes


@dataclass(frozen=True, slots=True)
class Outcome:
    """An area before and after; `contribution` in percent with 4 decimals."""

    units: tuple[UnitOutcome, ...]
    works: tuple[WorkOutcome, ...]
    before: AssessmentResult
    after: AssessmentResult
    contribution: Decimal
    hectares: Decimal

    @property
    def leaves(self) -> bool:
        """Whether the class of the area would no longer be slum."""
        return _leaves(self.before, self.after)

    @property
    def leaving(self) -> tuple[UnitOutcome, ...]:
        return tuple(unit for unit in self.units if unit.leaves)

    @property
    def hectares_leaving(self) -> Decimal:
        """Hectares of the units whose own class would no longer be slum."""
        sizes = (row.unit.denominators.hectares for row in self.leaving)
        return sum(sizes, start=ZERO)

    @property
    def cost(self) -> Decimal:
        """What the works with a unit cost come to together."""
        return sum((row.work.cost or ZERO for row in self.works), start=ZERO)

    @property
    def is_priced(self) -> bool:
        """Whether every work has a unit cost, so that `cost` is the whole cost."""
        return all(row.work.unit_cost is not None for row in self.works)

    @property
    def cost_per_hectare(self) -> Decimal | None:
        """Rupiah per hectare of the units that leave; None without cost or unit."""
        return self._per_hectare(self.hectares_leaving)

    @property
    def cost_per_area_hectare(self) -> Decimal | None:
        """Rupiah per hectare of the area; None unless the area as a whole leaves."""
        return self._per_hectare(self.hectares if self.leaves else ZERO)

    def _per_hectare(self, hectares: Decimal) -> Decimal | None:
        if not hectares or not self.is_priced or not self.works:
            return None
        return rounded(self.cost / hectares, RUPIAH_PLACES)


def simulate(units: Sequence[Unit], works: Sequence[Work], rules: Rules) -> Outcome:
    """What the area and each unit would come to after all works.

    Each volume after is max(0, before − volume × factor). A work with several places
    is spread: the unit where the survey found most to do comes first (ties by the
    order of `units`) and takes what it can use of the work, then the next one, until
    the work is used up. That order is the survey's and does not depend on the other
    works, so that more of a work never makes any unit worse. The whole of `units` must
    be complete; raises BusinessRuleError like `assess` where one is not.
    """
    left = {unit.key: dict(unit.volumes) for unit in units}
    done = tuple(_carry_out(work, units, left) for work in works)
    divisors = sum_denominators(unit.denominators for unit in units)
    surveyed = sum_volumes((unit.volumes for unit in units), rules)
    remaining = sum_volumes(left.values(), rules)
    return Outcome(
        units=tuple(
            UnitOutcome(
                unit=unit,
                volumes=left[unit.key],
                before=assess(unit.volumes, unit.denominators, rules),
                after=assess(left[unit.key], unit.denominators, rules),
            )
            for unit in units
        ),
        works=done,
        before=assess(surveyed, divisors, rules),
        after=assess(remaining, divisors, rules),
        contribution=contribution(
            exact_mean(surveyed, divisors, rules),
            exact_mean(remaining, divisors, rules),
        ),
        hectares=divisors.hectares,
    )


def effects_on(rules: Rules, measures: Effects) -> dict[str, Decimal]:
    """Effects by measure as effects by the codes of a rule set, in its order.

    A measure that the rule set does not ask for is left out.
    """
    return {
        row.code: measures[row.measure]
        for row in rules.indicators
        if row.measure in measures
    }


def usable(volumes: Mapping[str, Decimal], effects: Effects) -> Decimal:
    """How much of a work a unit can use before nothing of it improves anything."""
    needed = (
        Fraction(volumes.get(code, ZERO)) / Fraction(factor)
        for code, factor in effects.items()
    )
    return _rounded_up(max(needed, default=Fraction(0)))


def _carry_out(
    work: Work, units: Sequence[Unit], left: Mapping[int, dict[str, Decimal]]
) -> WorkOutcome:
    """Take one work off what is `left`, unit after unit."""
    places = [unit for unit in units if not work.places or unit.key in work.places]
    places.sort(key=lambda unit: usable(unit.volumes, work.effects), reverse=True)
    rest, shares = work.volume, {}
    for unit in places:
        share = min(rest, usable(left[unit.key], work.effects))
        if not share:
            continue
        shares[unit.key], rest = share, rest - share
        for code, factor in work.effects.items():
            before = left[unit.key][code]
            left[unit.key][code] = max(ZERO, before - share * factor)
    return WorkOutcome(work, shares, rest)


def _leaves(before: AssessmentResult, after: AssessmentResult) -> bool:
    slum = before.severity != Severity.NOT_SLUM
    return slum and after.severity == Severity.NOT_SLUM


def _rounded_up(value: Fraction) -> Decimal:
    """To the precision of volumes, upwards, so that the last bit is done as well."""
    if value.denominator == 1:
        return Decimal(value.numerator)
    return Decimal(ceil(value * 10**VOLUME_PLACES)).scaleb(-VOLUME_PLACES)
