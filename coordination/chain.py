"""The chain of a commitment: hectares promised, planned, reported, verified.

The one place that computes them, for many commitments in the same number of queries.
An RT counts once in a commitment, however many activities and reports name it. What is
not known is None and never 0: nothing linked, nothing reported, nothing verified yet.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from areas.models import LedgerEntry, LiveCredit, Neighbourhood
from areas.models.ledger import Outcome
from coordination.models import Commitment, CommitmentActivity
from programs.models import Activity, ProgressReport, ReportLineUnit
from programs.queries import (
    decree_lines_in_force,
    footprint_of,
    units_of_activities,
)
from programs.rules import ZERO

Status = ProgressReport.Status
SAID = (Status.SUBMITTED, Status.VERIFIED)
# What hectares are counted by: the area and in it an RT, WHOLE, or (below 0) the work
# itself, which is the unit of the ledger where an area has no RT.
Unit = tuple[int, int]
WHOLE = 0
Sizes = Mapping[Unit, Decimal | None]


@dataclass(frozen=True, slots=True)
class Work:
    """What one activity plans, reported and has in the ledger, unit by unit (ha)."""

    activity: Activity
    planned_by: Sizes
    reported_by: Sizes
    verified_by: Mapping[int, Decimal]
    is_verified: bool
    source: int | None

    @property
    def planned(self) -> Decimal | None:
        return _sum(self.planned_by)

    @property
    def reported(self) -> Decimal | None:
        return _sum(self.reported_by)

    @property
    def verified(self) -> Decimal | None:
        """The credits that stand for it; 0 where all was counted for other works."""
        return sum(self.verified_by.values(), ZERO) if self.is_verified else None


@dataclass(frozen=True, slots=True)
class Chain:
    """The four figures of a commitment (ha) and the works that they stand on."""

    promised: Decimal | None = None
    works: list[Work] = field(default_factory=list)

    @property
    def is_linked(self) -> bool:
        return bool(self.works)

    @property
    def planned(self) -> Decimal | None:
        return _sum(_together(work.planned_by for work in self.works))

    @property
    def reported(self) -> Decimal | None:
        return _sum(_together(work.reported_by for work in self.works))

    @property
    def verified(self) -> Decimal | None:
        if not any(work.is_verified for work in self.works):
            return None
        entries = {k: v for work in self.works for k, v in work.verified_by.items()}
        return sum(entries.values(), ZERO)


def chains(commitments: Collection[Commitment], on: date) -> dict[int, Chain]:
    """The chain of each commitment by its key, under the decrees that hold on `on`."""
    links = CommitmentActivity.objects.filter(
        commitment__in=[c.pk for c in commitments]
    )
    linked: dict[int, list[Activity]] = defaultdict(list)
    for link in links.select_related("activity__area", "activity__agency"):
        linked[link.commitment_id].append(link.activity)
    every = {a.pk: a for activities in linked.values() for a in activities}
    works = _works(list(every.values()), on) if every else {}
    return {
        commitment.pk: Chain(
            commitment.target_hectares,
            [works[activity.pk] for activity in linked[commitment.pk]],
        )
        for commitment in commitments
    }


def _works(activities: Collection[Activity], on: date) -> dict[int, Work]:
    keys = [activity.pk for activity in activities]
    planned = _planned(activities, on)
    reported, verified = _reported(activities)
    entries = _credited(keys)
    return {
        activity.pk: Work(
            activity=activity,
            planned_by=planned[activity.pk],
            reported_by=reported.get(activity.pk, {}),
            verified_by={e.pk: e.hectares for e in entries[activity.pk]},
            is_verified=activity.pk in verified or bool(entries[activity.pk]),
            source=next((e.source_id for e in entries[activity.pk]), None),
        )
        for activity in activities
    }


def _planned(activities: Collection[Activity], on: date) -> dict[int, Sizes]:
    """The RT that each names, with their hectares; else its area under the decree."""
    named = units_of_activities([activity.pk for activity in activities])
    units = {unit for keys in named.values() for unit in keys}
    size_of = dict(
        Neighbourhood.objects.filter(pk__in=units)
        .order_by()
        .values_list("pk", "hectares")
    )
    whole = {a.area_id for a in activities if a.pk not in named}
    lines = decree_lines_in_force(whole, on)
    found: dict[int, Sizes] = {}
    for activity in activities:
        if keys := named.get(activity.pk):
            found[activity.pk] = {(activity.area_id, k): size_of[k] for k in keys}
        else:
            line = lines.get(activity.area_id)
            size = line.hectares_now if line else None
            found[activity.pk] = {(activity.area_id, WHOLE): size}
    return found


def _reported(
    activities: Collection[Activity],
) -> tuple[dict[int, dict[Unit, Decimal | None]], set[int]]:
    """The hectares reported per unit, the most of all reports; and whose are verified.

    A year's report repeats its quarters, and later work on an RT names it again: the
    RT is as large as before.
    """
    rows = (
        ReportLineUnit.objects.filter(
            line__activity__in=[activity.pk for activity in activities],
            line__report__status__in=SAID,
        )
        .order_by()
        .values_list(
            "line__activity", "neighbourhood", "reported", "line__report__status"
        )
    )
    found: dict[int, dict[Unit, Decimal | None]] = defaultdict(dict)
    verified = set()
    area_of = {activity.pk: activity.area_id for activity in activities}
    for activity, unit, hectares, status in rows:
        key = (area_of[activity], unit or -activity)
        found[activity][key] = max(found[activity].get(key) or ZERO, hectares)
        if status == Status.VERIFIED:
            verified.add(activity)
    return found, verified


def _credited(activities: Collection[int]) -> Mapping[int, list[LedgerEntry]]:
    """The handled credits that stand now, by the activity that caused them."""
    keys = {footprint_of(activity): activity for activity in activities}
    rows = LiveCredit.objects.filter(
        outcome=Outcome.HANDLED, entry__source__key__in=keys
    ).select_related("entry__source")
    found: dict[int, list[LedgerEntry]] = defaultdict(list)
    for row in rows:
        assert row.entry.source is not None
        found[keys[row.entry.source.key]].append(row.entry)
    return found


def _together(parts: Iterable[Sizes]) -> Sizes:
    """Every unit once, with the most that is said of it; a whole area has its RT."""
    found: dict[Unit, Decimal | None] = {}
    for part in parts:
        for unit, size in part.items():
            known = found.get(unit)
            found[unit] = size if known is None else max(known, size or ZERO)
    whole = {area for area, unit in found if unit == WHOLE}
    return {
        unit: size
        for unit, size in found.items()
        if unit[1] == WHOLE or unit[0] not in whole
    }


def _sum(sizes: Sizes) -> Decimal | None:
    known = [size for size in sizes.values() if size is not None]
    return sum(known, ZERO) if known else None
