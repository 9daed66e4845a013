"""Rows of a plan, as pages and the API send them, and what follows from them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from areas.catalogue import Catalogue, measures_of, negative_volume
from areas.severity import Rules
from areas.simulation import Effects, Outcome, Work, effects_on, simulate
from core.errors import BusinessRuleError
from programs.simulation.bases import WHOLE, Base

# A work is named by its code in the catalogue, or by the one measure that it improves.
INTERVENTION, MEASURE = "i:", "m:"
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Row:
    """So much of a work in one RT of an area, or spread over it (`place` None).

    `work` is "i:" and a code of the catalogue, or "m:" and a measure; `volume` is in
    its unit, `unit_cost` in rupiah, None where nobody named one.
    """

    area: int
    work: str
    volume: Decimal
    unit_cost: Decimal | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """One area with its rows, by their number in the whole plan, and the outcome."""

    base: Base
    rows: Mapping[int, Row]
    outcome: Outcome


def plan(
    bases: Mapping[int, Base],
    rows: Sequence[Row],
    catalogue: Catalogue,
    chosen: Collection[int] = (),
) -> list[AreaPlan]:
    """What each area would come to; `chosen` limits where spread rows go.

    `chosen` are keys of RT; an area of which none is chosen takes them all. Raises
    BusinessRuleError with every problem under `rows.<n>.<field>`, n from 0.
    """
    errors: dict[str, list[str]] = defaultdict(list)
    works: dict[int, dict[int, Work]] = {key: {} for key in bases}
    for number, row in enumerate(rows):
        found = problems_of(row, bases, catalogue)
        for name, sentence in found.items():
            errors[f"rows.{number}.{name}"].append(sentence)
        if not found:
            base = bases[row.area]
            works[row.area][number] = Work(
                effects_on(base.rules, effects_by_measure(row.work, catalogue)),
                row.volume,
                row.unit_cost,
                _places(row, base, chosen),
            )
    if errors:
        raise BusinessRuleError(errors=errors)
    return [
        AreaPlan(
            base,
            {number: rows[number] for number in works[key]},
            simulate(base.units, list(works[key].values()), base.rules),
        )
        for key, base in bases.items()
    ]


def problems_of(
    row: Row, bases: Mapping[int, Base], catalogue: Catalogue
) -> dict[str, str]:
    """Why a row is refused, by field."""
    problems = {}
    base = bases.get(row.area)
    if base is None:
        problems["area"] = _("This area has no survey to start from.")
    elif row.place is not None and row.place not in base.keys:
        problems["neighbourhood"] = _(
            "This RT is not part of the survey of %(area)s. Choose one of its RT."
        ) % {"area": base.area}
    effects = effects_by_measure(row.work, catalogue)
    if not effects:
        problems["work"] = _("Choose a work of the catalogue or an indicator.")
    elif base is not None and not effects_on(base.rules, effects):
        problems["work"] = _(
            "%(name)s improves no indicator of %(citation)s. Choose another work."
        ) % {
            "name": work_name(row.work, base.rules, catalogue),
            "citation": base.rules.citation,
        }
    if sentence := negative_volume(row.volume):
        problems["volume"] = sentence
    if row.unit_cost is not None and row.unit_cost < 0:
        problems["unit_cost"] = _("The cost per unit cannot be negative.")
    return problems


def effects_by_measure(work: str, catalogue: Catalogue) -> Effects:
    """What one unit of the work takes off each measure; empty for an unknown work."""
    kind, code = work[:2], work[2:]
    if kind == MEASURE and code:
        return {code: ONE}
    if kind == INTERVENTION and code in catalogue:
        return measures_of(catalogue[code])
    return {}


def work_name(work: str, rules: Rules, catalogue: Catalogue) -> str:
    """The work as lists and activities name it."""
    kind, code = work[:2], work[2:]
    if kind == INTERVENTION:
        return str(catalogue[code]) if code in catalogue else code
    indicator = rules.by_measure.get(code)
    return f"{indicator.code} {indicator.short_name}" if indicator else code


def _places(row: Row, base: Base, chosen: Collection[int]) -> frozenset[int]:
    if row.place is not None:
        return frozenset({row.place})
    return base.keys & frozenset(chosen) - {WHOLE}
