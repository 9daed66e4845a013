"""What a unit of work may cost: suggestions with their source, never stored."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from areas.catalogue import Catalogue, measures_of
from areas.rule_sets import rules_of
from core.numbers import rounded
from programs.models import Activity
from programs.simulation.plans import INTERVENTION, effects_by_measure

RUPIAH_PLACES = 2
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Rupiah per unit, and where that comes from; the activities where it is those'."""

    value: Decimal
    source: str
    activities: tuple[Activity, ...] = ()

    @property
    def shown(self) -> tuple[Activity, ...]:
        return self.activities[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.activities) - SHOWN)


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """The suggestions for one simulation: from the catalogue, else from activities."""

    catalogue: Catalogue
    recorded: Mapping[str, list[Activity]]

    def of(self, work: str) -> Suggestion | None:
        """The suggestion for a work; None where nobody recorded any cost."""
        return self._listed(work) or self._recorded(work)

    def _listed(self, work: str) -> Suggestion | None:
        """The cost that the catalogue names: of the work itself, or the lowest of
        those that improve only this measure."""
        if work.startswith(INTERVENTION):
            row = self.catalogue.get(work.removeprefix(INTERVENTION))
            if row is None or row.unit_cost is None:
                return None
            return Suggestion(row.unit_cost, row.cost_source)
        measures = effects_by_measure(work, self.catalogue)
        priced = [
            (row.unit_cost / next(iter(measures_of(row).values())), row)
            for row in self.catalogue.values()
            if row.unit_cost is not None and measures_of(row).keys() == measures.keys()
        ]
        if not priced:
            return None
        value, row = min(priced, key=lambda found: (found[0], found[1].code))
        source = f"{row}: {row.cost_source}"
        return Suggestion(rounded(value, RUPIAH_PLACES), source)

    def _recorded(self, work: str) -> Suggestion | None:
        """The median cost of the recorded activities on the first measure with any."""
        for measure in effects_by_measure(work, self.catalogue):
            if activities := self.recorded.get(measure):
                return _median(activities)
        return None


def unit_costs(
    regencies: Collection[str], catalogue: Catalogue, user: Any
) -> UnitCosts:
    """Suggestions from the catalogue and from the activities that the person sees.

    Those are the running and finished ones in these regencies, with a value, whose
    unit is that of their indicator; one query.
    """
    rows = (
        Activity.objects.visible_to(user)
        .filter(
            area__regency__in=regencies,
            programme__is_draft=False,
            budget__gt=0,
        )
        .select_related("programme")
        .order_by("-programme__year", "pk")
    )
    recorded: dict[str, list[Activity]] = defaultdict(list)
    for activity in rows:
        indicator = rules_of(activity.rule_set_id).by_code.get(activity.indicator)
        if indicator and activity.unit == activity.indicator_unit:
            recorded[indicator.measure].append(activity)
    return UnitCosts(catalogue, recorded)


def _median(activities: list[Activity]) -> Suggestion:
    """The middle of value ÷ volume; of an even number the mean of the two middle."""
    costs = [
        Fraction(row.budget) / Fraction(row.volume)
        for row in activities
        if row.budget is not None
    ]
    middle = median(costs)
    value = Decimal(middle.numerator) / Decimal(middle.denominator)
    text = _("median of %(count)s recorded activities in the regency")
    source = text % {"count": len(costs)}
    return Suggestion(rounded(value, RUPIAH_PLACES), source, tuple(activities))
