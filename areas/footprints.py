"""What a footprint may still count, in an area without RT (design 4.5).

Its outline is held against those of the credits that stand under the same decree line
for the same outcome: what any of them covers is counted already, once however many
cover it. Credits without an outline cannot be compared and are named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from shapely import union_all
from shapely.geometry import shape

from areas.geodesy import hectares_of
from areas.geometry.overlaps import common, common_hectares
from areas.models import (
    DecreeLine,
    Footprint,
    LedgerEntry,
    LiveCredit,
    SlumArea,
)
from core.numbers import format_decimal

ZERO = Decimal(0)
NAMED = 3  # entries in a sentence; the others are counted
FootprintKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A credit that stands, where its footprint lies, and what both cover."""

    entry: LedgerEntry
    outline: Any
    hectares: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A footprint beside the credits that stand; hectares are on the ellipsoid.

    `uncovered` is what no other footprint covers of `hectares`; both are None where
    it has no outline. `left` is what the decree line still has. `meetings` begin with
    the largest; `unplaced` are credits that cannot be compared with it on a map.
    """

    outline: Any
    hectares: Decimal | None
    covered: Any
    uncovered: Decimal | None
    left: Decimal
    meetings: Sequence[Meeting] = ()
    unplaced: Sequence[LedgerEntry] = ()

    @property
    def covered_hectares(self) -> Decimal:
        return (self.hectares or ZERO) - (self.uncovered or ZERO)

    @property
    def countable(self) -> Decimal:
        """The hectares that can be credited at most."""
        room = max(self.left, ZERO)
        return room if self.uncovered is None else min(self.uncovered, room)

    @property
    def counted_by(self) -> LedgerEntry | None:
        """The entry that stands for all of it already; None while some can count."""
        if self.uncovered == 0 or (self.meetings and is_nothing(self.left)):
            return self.meetings[0].entry
        if self.unplaced and is_nothing(self.left):
            return max(self.unplaced, key=lambda entry: entry.hectares)
        return None

    @property
    def credited_by(self) -> str:
        """The entries that it meets, as a sentence names them."""
        named = [_named(meeting.entry) for meeting in self.meetings[:NAMED]]
        if (rest := len(self.meetings) - NAMED) > 0:
            named.append(_("%(count)s more") % {"count": rest})
        return "; ".join(named)


def is_nothing(hectares: Decimal) -> bool:
    """Whether pages would show it as 0,00: two drawings of one place differ by that."""
    return hectares < Decimal(settings.LEDGER_ROUNDING_HA)


def compare(
    footprint: Footprint | None,
    standing: Iterable[tuple[LedgerEntry, Footprint | None]],
    *,
    left: Decimal,
) -> Overlap:
    """The footprint held against other credits with theirs; asks nothing."""
    if footprint is None:
        return Overlap(
            outline=None,
            hectares=None,
            covered=None,
            uncovered=None,
            left=left,
            unplaced=[entry for entry, _placed in standing],
        )
    outline = shape(footprint.outline)
    meetings, unplaced = [], []
    for entry, placed in standing:
        if placed is None:
            unplaced.append(entry)
            continue
        other = shape(placed.outline)
        if hectares := common_hectares(outline, other):
            meetings.append(Meeting(entry, other, hectares))
    meetings.sort(key=lambda meeting: meeting.hectares, reverse=True)
    others = union_all([meeting.outline for meeting in meetings])
    return Overlap(
        outline=outline,
        hectares=footprint.outline_hectares,
        covered=common(outline, others),
        uncovered=_uncovered(footprint, outline, others),
        left=left,
        meetings=meetings,
        unplaced=unplaced,
    )


def _uncovered(footprint: Footprint, outline: Any, others: Any) -> Decimal:
    if others.is_empty:
        return footprint.outline_hectares
    rest = hectares_of(outline.difference(others))
    return ZERO if is_nothing(rest) else min(rest, footprint.outline_hectares)


def overlap_of(line: DecreeLine, outcome: str, footprint: Footprint) -> Overlap:
    """The footprint beside the live credits of that line and outcome; three queries."""
    live = LiveCredit.objects.filter(decree_line=line, outcome=outcome)
    entries = [row.entry for row in live.select_related("entry__agency")]
    placed = [entry for entry in entries if entry.footprint]
    stored = stored_footprints((line.area_id, entry.footprint) for entry in placed)
    credited = sum((entry.hectares for entry in entries), ZERO)
    return compare(
        footprint,
        [
            (entry, stored.get((line.area_id, entry.footprint)))
            for entry in placed
            if entry.footprint != footprint.key
        ],
        left=line.hectares_now - credited,
    )


def stored_footprints(keys: Iterable[FootprintKey]) -> dict[FootprintKey, Footprint]:
    """Those that have an outline, by area and key; one query, none for no keys."""
    wanted = set(keys)
    if not wanted:
        return {}
    found = Footprint.objects.filter(
        area__in={area for area, _key in wanted}, key__in={key for _area, key in wanted}
    )
    return {
        (footprint.area_id, footprint.key): footprint
        for footprint in found
        if (footprint.area_id, footprint.key) in wanted
    }


def visible_footprints(user: Any) -> QuerySet[Footprint]:
    """Footprints in the areas that the person may see."""
    return Footprint.objects.filter(area__in=SlumArea.objects.visible_to(user))


def credit_of(area: SlumArea, key: str) -> LedgerEntry | None:
    """The first entry that the footprint ever had in this area; it is fixed by then."""
    entries = LedgerEntry.objects.filter(decree_line__area=area, footprint=key)
    return entries.select_related("agency").order_by("pk").first()


def placement_note(area: SlumArea, outline: Mapping[str, Any]) -> str:
    """What a reader should know of where it lies; empty where it lies in the area."""
    if area.outline is None:
        return _(
            "%(area)s has no outline yet, so nobody can see whether the footprint lies"
            " in it."
        ) % {"area": area.name}
    beyond = beyond_area(area, outline)
    if is_nothing(beyond):
        return ""
    return _("%(hectares)s ha lie beyond the outline of %(area)s.") % {
        "hectares": format_decimal(beyond),
        "area": area.name,
    }


def beyond_area(area: SlumArea, outline: Mapping[str, Any]) -> Decimal:
    """Hectares of it that lie outside the area's outline; 0 where that has none."""
    if area.outline is None:
        return ZERO
    return hectares_of(shape(outline).difference(shape(area.outline)))


def refusal(overlap: Overlap, hectares: Decimal, limit: Decimal) -> str:
    """Why these hectares are above the `limit` that the footprint sets."""
    values = {
        "hectares": format_decimal(hectares, None),
        "limit": format_decimal(limit, None),
    }
    if not overlap.meetings:
        return (
            _(
                "%(hectares)s ha is more than the footprint's outline has: %(limit)s"
                " ha. Enter at most that."
            )
            % values
        )
    return _(
        "%(covered)s of %(whole)s ha have been credited by %(entries)s already;"
        " %(hectares)s ha is more than the rest. Enter at most %(limit)s ha."
    ) % (
        values
        | {
            "covered": format_decimal(overlap.covered_hectares),
            "whole": format_decimal(overlap.hectares or ZERO),
            "entries": overlap.credited_by,
        }
    )


def _named(entry: LedgerEntry) -> str:
    values = {
        "entry": entry.pk,
        "agency": entry.agency.short_name,
        "period": entry.period,
        "cause": entry.cause,
    }
    if entry.pk is None:  # of the same report, posted in the same moment
        return _("another line of this report (%(cause)s)") % values
    return _("entry #%(entry)s (%(agency)s, %(period)s)") % values
