"""The ledger of one area: what each RT has, and the entries behind it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from areas.figures import Sums, percent_of
from areas.models import DecreeLine, LedgerEntry, Neighbourhood, SlumArea
from areas.models.ledger import Outcome

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class UnitBalance:
    """An RT, or the area itself where it is not counted by RT.

    `improved` and `cleared` are None while they are not computed; that is not zero.
    """

    label: str
    neighbourhood: Neighbourhood | None
    hectares: Decimal
    handled: Decimal
    improved: Decimal | None = None
    cleared: Decimal | None = None

    @property
    def left(self) -> Decimal:
        """What may still be credited as handled; below 0 it is shown, never clipped."""
        return self.hectares - self.handled

    @property
    def share(self) -> Decimal | None:
        return percent_of(self.handled, self.hectares)


@dataclass(frozen=True, slots=True)
class AreaLedger:
    """The ledger under the decree line in force on `as_of`; no line: no decree."""

    area: SlumArea
    line: DecreeLine | None
    as_of: date
    known_at: datetime | None
    units: Sequence[UnitBalance]
    entries: Sequence[LedgerEntry]

    @property
    def total(self) -> Sums:
        """As the list and the dashboard have it."""
        if self.line is None:
            return Sums()
        handled = sum((unit.handled for unit in self.units), ZERO)
        return Sums(1, self.line.hectares, handled)


def ledger_of(
    area: SlumArea, as_of: date, *, known_at: datetime | None = None
) -> AreaLedger:
    """Balances per RT and entries, the old ones first; three queries."""
    line = (
        DecreeLine.objects.filter(area=area)
        .in_force(as_of)
        .select_related("decree")
        .first()
    )
    entries = list(
        LedgerEntry.objects.filter(decree_line=line)
        .known(as_of=as_of, known_at=known_at)
        .select_related("neighbourhood", "agency", "reverses", "reversed_by")
        if line
        else []
    )
    units = _balances(area, line, entries) if line else []
    return AreaLedger(area, line, as_of, known_at, units, entries)


def _balances(
    area: SlumArea, line: DecreeLine, entries: Sequence[LedgerEntry]
) -> list[UnitBalance]:
    handled: dict[int | None, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if entry.outcome == Outcome.HANDLED:
            handled[entry.neighbourhood_id] += entry.hectares
    balances = [
        UnitBalance(unit.rt_rw, unit, unit.hectares, handled[unit.pk])
        for unit in area.neighbourhoods.all()
    ]
    if not balances or handled[None]:
        whole = ZERO if balances else line.hectares
        balances.append(UnitBalance(_("Whole area"), None, whole, handled[None]))
    return balances
