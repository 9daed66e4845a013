"""The ledger of one area: what each RT has, the entries and the surveys behind it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from areas.comparisons import Comparison, comparisons, standing_surveys
from areas.figures import Sums, percent_of
from areas.models import DecreeLine, LedgerEntry, Neighbourhood, SlumArea
from areas.models.ledger import EntryKind, Outcome

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class UnitBalance:
    """An RT, or the area itself where it is not counted by RT."""

    label: str
    neighbourhood: Neighbourhood | None
    hectares: Decimal
    handled: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be credited as handled; below 0 it is shown, never clipped."""
        return self.hectares - self.handled

    @property
    def share(self) -> Decimal | None:
        return percent_of(self.handled, self.hectares)


@dataclass(frozen=True, slots=True)
class AreaLedger:
    """The ledger under the decree line in force on `as_of`; no line: no decree.

    `surveys` counts those that stand under it by then; `comparison` is None while no
    two of them can be compared, and improved and cleared are then not known.
    """

    area: SlumArea
    line: DecreeLine | None
    as_of: date
    known_at: datetime | None
    units: Sequence[UnitBalance] = ()
    entries: Sequence[LedgerEntry] = ()
    surveys: int = 0
    comparison: Comparison | None = None

    @property
    def total(self) -> Sums:
        """As the list and the dashboard have it."""
        if self.line is None:
            return Sums()
        return Sums(
            1,
            self.line.hectares + self.corrected,
            self._sum(Outcome.HANDLED),
            self._sum(Outcome.IMPROVED),
            self._sum(Outcome.CLEARED),
        )

    @property
    def corrected(self) -> Decimal:
        """What area corrections add to the hectares that the decree prints."""
        return self._sum(Outcome.DECREED)

    @property
    def slum_again(self) -> LedgerEntry | None:
        """The entry by which the area was out of slum no longer, if so it is."""
        undone = {entry.reverses_id for entry in self.entries}
        relapses = [
            entry
            for entry in self.entries
            if entry.kind == EntryKind.RELAPSE
            and entry.outcome == Outcome.CLEARED
            and entry.pk not in undone
        ]
        if not relapses or self._sum(Outcome.CLEARED):
            return None
        return max(relapses, key=lambda entry: entry.effective_on)

    @property
    def slum_left_on(self) -> date | None:
        """When the area that is slum again had been put out of slum."""
        again = self.slum_again
        if again is None:
            return None
        days = {entry.pk: entry.effective_on for entry in self.entries}
        return days.get(again.relapse_of_id or 0)

    def _sum(self, outcome: Outcome) -> Decimal:
        found = (entry.hectares for entry in self.entries if entry.outcome == outcome)
        return sum(found, ZERO)


def ledger_of(
    area: SlumArea, as_of: date, *, known_at: datetime | None = None
) -> AreaLedger:
    """Balances per RT, entries (the old ones first) and surveys; four queries."""
    line = (
        DecreeLine.objects.filter(area=area)
        .in_force(as_of, known_at=known_at)
        .select_related("decree")
        .first()
    )
    if line is None:
        return AreaLedger(area, None, as_of, known_at)
    entries = list(
        LedgerEntry.objects.filter(decree_line=line)
        .known(as_of=as_of, known_at=known_at)
        .select_related(*ENTRY_PARTS)
    )
    surveys, comparison = compared(line, as_of, known_at=known_at)
    return AreaLedger(
        area,
        line,
        as_of,
        known_at,
        units=_balances(area, line, as_of, entries),
        entries=entries,
        surveys=surveys,
        comparison=comparison,
    )


ENTRY_PARTS = ("neighbourhood", "agency", "reversed_by", "assessment", "source")


def compared(
    line: DecreeLine, as_of: date, *, known_at: datetime | None = None
) -> tuple[int, Comparison | None]:
    """How many surveys the area has by then, and the last comparison of two."""
    standing = standing_surveys([line.area_id], known_at=known_at)
    surveys = [
        survey
        for survey in standing.get(line.area_id, [])
        if survey.surveyed_on <= as_of
    ]
    decree = line.decree
    found = list(
        comparisons(surveys, since=decree.in_force_from, until=decree.in_force_until)
    )
    return len(surveys), found[-1] if found else None


def _balances(
    area: SlumArea, line: DecreeLine, as_of: date, entries: Sequence[LedgerEntry]
) -> list[UnitBalance]:
    """Of the RT that were there on that day, and of others that still have hectares."""
    handled: dict[int | None, Decimal] = defaultdict(Decimal)
    corrected = ZERO
    units = {
        unit.pk: unit for unit in Neighbourhood.every.filter(area=area).existing(as_of)
    }
    for entry in entries:
        if entry.outcome == Outcome.HANDLED:
            handled[entry.neighbourhood_id] += entry.hectares
        elif entry.outcome == Outcome.DECREED:
            corrected += entry.hectares
    for entry in entries:
        if entry.neighbourhood and handled[entry.neighbourhood_id]:
            units.setdefault(entry.neighbourhood.pk, entry.neighbourhood)
    balances = [
        UnitBalance(unit.rt_rw, unit, unit.hectares, handled[unit.pk])
        for unit in sorted(units.values(), key=lambda unit: (unit.rt_rw, unit.pk))
    ]
    if not balances or handled[None]:
        whole = ZERO if balances else line.hectares + corrected
        balances.append(UnitBalance(_("Whole area"), None, whole, handled[None]))
    return balances
