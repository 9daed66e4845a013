"""Writing the ledger of hectares: credits (design 4.5).

Every write locks its decree lines first, in the order of their keys, and looks at the
ledger only then: two verifications at the same moment cannot credit one unit twice, nor
more than the decree has. The database refuses the same by trigger and unique key.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agencies.models import Agency
from areas.footprints import (
    FootprintKey,
    Overlap,
    compare,
    refusal,
    stored_footprints,
)
from areas.models import (
    DecreeLine,
    Footprint,
    LedgerEntry,
    LedgerSource,
    LiveCredit,
    Neighbourhood,
)
from areas.models.ledger import Outcome
from areas.unit_ledger import AreaLedger, ledger_of
from core import html
from core.errors import BusinessRuleError
from core.fields import six_places
from core.numbers import format_decimal

__all__ = [
    "AreaLedger",
    "Claim",
    "CreditResult",
    "credit",
    "credit_many",
    "credited_under",
    "ledger_of",
    "lock_lines",
    "refusals_of",
]

CAUSE_LENGTH = 300
Key = tuple[int, int | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Hectares that a verified report line claims as handled, for one unit.

    Improved and cleared follow from surveys (`areas.outcomes`); nobody claims them.
    The unit is an RT (`neighbourhood`) or, where the area has none, the area by
    activity: `footprint` then names the activity. `replaces` is the credit that it
    corrects. `path` is what an error is filed under, such as `lines.3.units.0`.
    """

    decree_line: DecreeLine
    hectares: Decimal
    agency: Agency
    cause: str
    period: str
    effective_on: date
    method: str
    neighbourhood: Neighbourhood | None = None
    footprint: str = ""
    source: LedgerSource | None = None
    replaces: LedgerEntry | None = None
    path: str = "hectares"

    def __post_init__(self) -> None:
        if (self.neighbourhood is None) == (self.footprint == ""):
            raise ValueError("a claim is for an RT or for a footprint, one of the two")

    @property
    def key(self) -> Key:
        """What may have one live credit (`live_credit_once`)."""
        unit = self.neighbourhood.pk if self.neighbourhood else None
        return (self.decree_line.pk, unit, self.footprint)


@dataclass(frozen=True, slots=True)
class CreditResult:
    """The entry that a claim posted, or the one that was already there for its unit."""

    entry: LedgerEntry | None
    existing: LedgerEntry | None


@transaction.atomic
def credit(*, by: Any, **claim: Any) -> CreditResult:
    """Post one claim; its fields are those of `Claim`. Several go to `credit_many`."""
    return credit_many([Claim(**claim)], by=by)[0]


@transaction.atomic
def credit_many(claims: Sequence[Claim], *, by: Any) -> list[CreditResult]:
    """Post the claims of a report, all or none; the results are in their order.

    A unit that already has a live credit posts nothing: its result names that entry.
    So does a footprint of which others cover everything (`areas.footprints`).
    Raises `BusinessRuleError` with every refused claim, under its path. The caller has
    checked that `by` may verify. The number of queries does not grow with the claims.
    """
    book = _Book.opened_for(claims)
    results = [book.enter(claim, by) for claim in claims]
    if book.errors:
        raise BusinessRuleError(errors=book.errors)
    fresh = [result.entry for result in results if result.entry]
    LedgerEntry.objects.bulk_create(fresh)
    return results


def refusals_of(claim: Claim, *, instead_of: LedgerEntry) -> dict[str, list[str]]:
    """Why the claim could not take the place of a credit that stands, by its path.

    The rules of `credit`, on locked rows, without writing anything.
    """
    book = _Book.opened_for([claim])
    book.take_out(instead_of)
    book.enter(claim, instead_of.recorded_by)
    return book.errors


def credited_under(lines: Iterable[int]) -> dict[int, Decimal]:
    """What work has credited under each line and stands; absent where nothing does.

    What surveys decided is the whole area by definition, and follows a correction.
    """
    kept = LiveCredit.objects.filter(
        decree_line__in=list(lines), outcome=Outcome.HANDLED
    )
    sums = kept.order_by().values("decree_line").annotate(sum=Sum("entry__hectares"))
    return dict(sums.values_list("decree_line", "sum"))


def lock_lines(keys: Iterable[int]) -> dict[int, DecreeLine]:
    """The lines with decree and area, locked until the transaction ends.

    Always in the order of their keys, so that two reports never wait for each other.
    """
    lines = (
        DecreeLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("decree", "area__agency", "sum")
        .filter(pk__in=sorted(set(keys)))
        .order_by("pk")
    )
    return {line.pk: line for line in lines}


@dataclass(slots=True)
class _Book:
    """What the locked lines hold while claims are entered one after the other."""

    lines: Mapping[int, DecreeLine]
    units: Mapping[int, Neighbourhood]
    areas_with_units: set[int]
    in_force: set[tuple[int, date]]
    live: dict[Key, LedgerEntry]
    credited: dict[int, Decimal]
    footprints: Mapping[FootprintKey, Footprint]
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def opened_for(cls, claims: Sequence[Claim]) -> "_Book":
        lines = lock_lines(claim.decree_line.pk for claim in claims)
        units = Neighbourhood.every.in_bulk(
            {claim.neighbourhood.pk for claim in claims if claim.neighbourhood}
        )
        areas = {line.area_id for line in lines.values()}
        live, credited = _live_credits(lines)
        return cls(
            lines=lines,
            units=units,
            areas_with_units=set(
                Neighbourhood.objects.filter(area__in=areas)
                .order_by()
                .values_list("area", flat=True)
                .distinct()
            ),
            in_force=_in_force(lines, {claim.effective_on for claim in claims}),
            live=live,
            credited=credited,
            footprints=stored_footprints(
                (lines[line].area_id, footprint)
                for line, _unit, footprint in [*live, *(claim.key for claim in claims)]
                if footprint
            ),
        )

    def take_out(self, entry: LedgerEntry) -> None:
        """As if this credit had been reversed."""
        line, unit = entry.decree_line_id, entry.neighbourhood_id
        if self.live.pop((line, unit, entry.footprint), None):
            self.credited[line] -= entry.hectares

    def enter(self, claim: Claim, by: Any) -> CreditResult:
        """The claim's entry (not stored yet), or the one its unit already has."""
        line = self.lines[claim.decree_line.pk]
        problem = self._misplaced(claim, line)
        if not problem and (existing := self._existing(claim, line)):
            return CreditResult(None, existing)
        hectares = six_places(claim.hectares)
        problem = problem or self._too_much(claim, line, hectares)
        if problem:
            self.errors[claim.path].append(problem)
            return CreditResult(None, None)
        entry = _credit_entry(claim, line, hectares, by)
        self.live[claim.key] = entry
        self.credited[line.pk] += hectares
        return CreditResult(entry, None)

    def _existing(self, claim: Claim, line: DecreeLine) -> LedgerEntry | None:
        """The entry that stands for all of the claim's unit already."""
        if found := self.live.get(claim.key):
            return found
        if not claim.footprint or claim.replaces:
            return None
        return self._overlap(claim, line).counted_by

    def _overlap(self, claim: Claim, line: DecreeLine) -> Overlap:
        """The claim's footprint beside the others that stand under its line."""
        area = line.area_id
        return compare(
            self.footprints.get((area, claim.footprint)),
            [
                (entry, self.footprints.get((area, footprint)))
                for (under, _unit, footprint), entry in self.live.items()
                if under == line.pk and footprint not in ("", claim.footprint)
            ],
            left=line.hectares_now - self.credited[line.pk],
        )

    def _over_footprint(self, claim: Claim, line: DecreeLine, hectares: Decimal) -> str:
        """Why this is more than the footprint may count; what was, may be again."""
        overlap = self._overlap(claim, line)
        limit = overlap.uncovered
        if limit is not None and claim.replaces:
            limit = max(limit, claim.replaces.hectares)
        if limit is None or hectares <= limit:
            return ""
        return refusal(overlap, hectares, limit)

    def _misplaced(self, claim: Claim, line: DecreeLine) -> str:
        """Why the claim cannot stand under this line at all; empty if it can."""
        if (line.pk, claim.effective_on) not in self.in_force:
            return _(
                "Decree %(decree)s is not the one in force for %(area)s on %(date)s."
                " Choose the decree of that day."
            ) % {
                "decree": line.decree.number,
                "area": line.area.name,
                "date": html.day(claim.effective_on),
            }
        if claim.neighbourhood is None:
            if line.area_id not in self.areas_with_units:
                return ""
            return _(
                "%(area)s is counted by RT. Name the RT that the work touched,"
                " not the whole area."
            ) % {"area": line.area.name}
        unit = self.units[claim.neighbourhood.pk]
        if unit.area_id == line.area_id:
            return _replaced(unit)
        return _("RT %(unit)s is not part of %(area)s. Choose an RT of this area.") % {
            "unit": claim.neighbourhood.rt_rw,
            "area": line.area.name,
        }

    def _too_much(self, claim: Claim, line: DecreeLine, hectares: Decimal) -> str:
        """Why these hectares do not fit into the unit or the line; empty if they do."""
        if hectares <= 0:
            return _("The hectares must be above 0.")
        unit = self.units[claim.neighbourhood.pk] if claim.neighbourhood else None
        if unit and hectares > unit.hectares:
            return _(
                "%(hectares)s ha is more than RT %(unit)s has: %(limit)s ha."
                " Enter at most that."
            ) % {
                "hectares": format_decimal(hectares, None),
                "unit": unit.rt_rw,
                "limit": format_decimal(unit.hectares, None),
            }
        if claim.footprint and (text := self._over_footprint(claim, line, hectares)):
            return text
        credited = self.credited[line.pk]
        # The RT of an area rarely add up to its decree to the last square metre.
        slack = Decimal(settings.LEDGER_ROUNDING_HA) if unit else Decimal(0)
        if credited + hectares > line.hectares_now + slack:
            return _over_the_decree(line, credited, hectares)
        return ""


def _replaced(unit: Neighbourhood) -> str:
    """That others took the RT's place; empty while it exists."""
    if unit.retired_on is None:
        return ""
    return _(
        "RT %(unit)s has been replaced by others since %(date)s. Name those that took"
        " its place."
    ) % {"unit": unit.rt_rw, "date": html.day(unit.retired_on)}


def _live_credits(
    lines: Iterable[int],
) -> tuple[dict[Key, LedgerEntry], dict[int, Decimal]]:
    """The credits of work that stand under the lines by unit, and their sums."""
    live: dict[Key, LedgerEntry] = {}
    credited: dict[int, Decimal] = defaultdict(Decimal)
    kept = LiveCredit.objects.filter(
        decree_line__in=list(lines), outcome=Outcome.HANDLED
    )
    for row in kept.select_related("entry__agency"):
        key = (row.decree_line_id, row.neighbourhood_id, row.footprint)
        live[key] = row.entry
        credited[row.decree_line_id] += row.entry.hectares
    return live, credited


def _in_force(lines: Iterable[int], days: Iterable[date]) -> set[tuple[int, date]]:
    """Which of the lines count on which of the days: one query per day (one period)."""
    asked = DecreeLine.objects.filter(pk__in=list(lines))
    return {
        (pk, day)
        for day in days
        for pk in asked.in_force(day).order_by().values_list("pk", flat=True)
    }


def _credit_entry(
    claim: Claim, line: DecreeLine, hectares: Decimal, by: Any
) -> LedgerEntry:
    return LedgerEntry(
        decree_line=line,
        neighbourhood=claim.neighbourhood,
        footprint=claim.footprint,
        outcome=Outcome.HANDLED,
        kind=LedgerEntry.Kind.CREDIT,
        hectares=hectares,
        agency=claim.agency,
        cause=Truncator(claim.cause).chars(CAUSE_LENGTH),
        period=claim.period,
        effective_on=claim.effective_on,
        method=claim.method,
        source=claim.source,
        recorded_by=by,
    )


def _over_the_decree(line: DecreeLine, credited: Decimal, hectares: Decimal) -> str:
    """The arithmetic with every decimal: rounded to two it might not add up."""
    return _(
        "%(area)s: %(credited)s ha already credited + %(hectares)s ha = %(sum)s ha,"
        " more than the %(limit)s ha of decree %(decree)s. Lower the hectares, or have"
        " a wrong entry reversed first."
    ) % {
        "area": line.area.name,
        "credited": format_decimal(credited, None),
        "hectares": format_decimal(hectares, None),
        "sum": format_decimal(credited + hectares, None),
        "limit": format_decimal(line.hectares_now, None),
        "decree": line.decree.number,
    }
