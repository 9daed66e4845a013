"""Where the work of activities lay, in areas without RT, and what it may count."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from areas.footprints import Overlap, compare, stored_footprints
from areas.models import DecreeLine, Footprint, LedgerEntry
from programs.models import Activity
from programs.queries import CreditKey, footprint_of
from programs.rules import ZERO


def footprints_of(activities: Iterable[Activity]) -> dict[int, Footprint]:
    """Where the work of each activity lay, by its key; absent where nobody drew it."""
    keys = {(a.area_id, footprint_of(a.pk)): a.pk for a in activities}
    return {keys[key]: found for key, found in stored_footprints(keys).items()}


def overlaps_of(
    activities: Iterable[Activity],
    lines: Mapping[int, DecreeLine],
    standing: Mapping[CreditKey, LedgerEntry],
) -> dict[int, Overlap]:
    """What the work of each activity may still count, in areas without RT.

    `lines` are those in force by area, `standing` what stands under them. One query.
    """
    asked = [activity for activity in activities if activity.area_id in lines]
    areas = {line.pk: area for area, line in lines.items()}
    placed = [(areas[under], key) for under, _unit, key in standing if key]
    own = [(activity.area_id, footprint_of(activity.pk)) for activity in asked]
    stored = stored_footprints([*placed, *own]) if asked else {}
    found = {}
    for activity, key in zip(asked, own, strict=True):
        line = lines[activity.area_id]
        under = {k: entry for k, entry in standing.items() if k[0] == line.pk}
        credited = sum((entry.hectares for entry in under.values()), ZERO)
        found[activity.pk] = compare(
            stored.get(key),
            [
                (entry, stored.get((activity.area_id, footprint)))
                for (_line, _unit, footprint), entry in under.items()
                if footprint not in ("", key[1])
            ],
            left=line.hectares_now - credited,
        )
    return found


def most_of_area(line: DecreeLine, footprint: Footprint | None) -> Decimal:
    """What work in an area without RT can report at most: its footprint's hectares."""
    if footprint is None:
        return line.hectares_now
    return min(line.hectares_now, footprint.outline_hectares)
