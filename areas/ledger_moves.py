"""Credits that move to the RT that took the place of others (kind re-baseline, ADR 9).

Nothing is credited and nothing taken back: on every day the entries sum to 0. Callers
have locked the lines and decided; the RT have room for what moves to them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from areas.ledger_corrections import undo
from areas.models import LedgerEntry, LiveCredit, Neighbourhood
from areas.models.ledger import Outcome
from areas.shares import shares_of

REBASELINE = LedgerEntry.Kind.REBASELINE
SAME = (
    "decree_line_id",
    "outcome",
    "agency_id",
    "source_id",
    "method",
    "cause",
    "period",
)


def standing_credits(
    units: Iterable[Neighbourhood], lines: Iterable[int]
) -> list[LedgerEntry]:
    """The credits of work that stand for these RT under these decree lines.

    Also under decrees that have ended: a late report of their days must find the unit
    credited, under whatever name.
    """
    live = LiveCredit.objects.filter(
        decree_line__in=list(lines),
        neighbourhood__in=list(units),
        outcome=Outcome.HANDLED,
    )
    return [row.entry for row in live.select_related("entry").order_by("entry_id")]


def share_out(
    credit: LedgerEntry,
    parts: Sequence[Neighbourhood],
    *,
    by: Any,
    reason: str,
    document: str,
) -> None:
    """Move a credit to the parts of its RT, by their hectares, on its own day."""
    day = credit.effective_on
    _take_out(credit, day, by=by, reason=reason, document=document)
    shares = shares_of(credit.hectares, [part.hectares for part in parts])
    for part, hectares in zip(parts, shares, strict=True):
        if hectares:
            _put_in(
                credit, part, hectares, day, by=by, reason=reason, document=document
            )


def gather(
    standing: Sequence[LedgerEntry],
    unit: Neighbourhood,
    *,
    by: Any,
    reason: str,
    document: str,
) -> None:
    """Move the credits of one decree line to the RT that merged theirs.

    A unit has one credit: their sum, from the day of the latest, so that each stands
    until then. Agency and work are those of the largest.
    """
    day = max(credit.effective_on for credit in standing)
    for credit in standing:
        _take_out(credit, day, by=by, reason=reason, document=document)
    lead = max(standing, key=lambda credit: (credit.hectares, -credit.pk))
    hectares = sum((credit.hectares for credit in standing), Decimal(0))
    _put_in(lead, unit, hectares, day, by=by, reason=reason, document=document)


def _take_out(
    credit: LedgerEntry, effective_on: date, *, by: Any, reason: str, document: str
) -> None:
    undo(
        credit,
        by=by,
        reason=reason,
        effective_on=effective_on,
        kind=REBASELINE,
        document=document,
    )


def _put_in(
    credit: LedgerEntry,
    unit: Neighbourhood,
    hectares: Decimal,
    effective_on: date,
    *,
    by: Any,
    reason: str,
    document: str,
) -> None:
    """The same work on the RT that took the place of the credited one."""
    LedgerEntry.objects.create(
        kind=REBASELINE,
        neighbourhood=unit,
        hectares=hectares,
        moved_from=credit,
        reason=reason,
        document=document,
        effective_on=effective_on,
        recorded_by=by,
        **{name: getattr(credit, name) for name in SAME},
    )
