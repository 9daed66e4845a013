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

from areas.models import (
    LedgerEntry,
    LiveCredit,
    Neighbourhood,
    NeighbourhoodSuccession,
)
from areas.models.ledger import Outcome
from coordination.ground import WHOLE, Kin, Sizes, Unit, hectares_of, kin_of, together
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
Credits = Mapping[Unit, LedgerEntry]


@dataclass(frozen=True, slots=True)
class Work:
    """What one activity plans, reported and has in the ledger, unit by unit (ha)."""

    activity: Activity
    planned_by: Sizes
    reported_by: Sizes
    verified_by: Credits
    is_verified: bool
    kin: Kin

    @property
    def planned(self) -> Decimal | None:
        return hectares_of(self.planned_by, self.kin)

    @property
    def reported(self) -> Decimal | None:
        return hectares_of(self.reported_by, self.kin)

    @property
    def verified(self) -> Decimal | None:
        """The credits that stand for it; 0 where all was counted for other works."""
        return _hectares(self.verified_by, self.kin) if self.is_verified else None

    @property
    def source(self) -> int | None:
        """What caused its credits, where there are any."""
        return next((e.source_id for e in self.verified_by.values()), None)


@dataclass(frozen=True, slots=True)
class Chain:
    """The four figures of a commitment (ha) and the works that they stand on."""

    promised: Decimal | None = None
    works: list[Work] = field(default_factory=list)
    kin: Kin = field(default_factory=dict)

    @property
    def is_linked(self) -> bool:
        return bool(self.works)

    @property
    def planned(self) -> Decimal | None:
        return hectares_of(together(w.planned_by for w in self.works), self.kin)

    @property
    def reported(self) -> Decimal | None:
        return hectares_of(together(w.reported_by for w in self.works), self.kin)

    @property
    def verified(self) -> Decimal | None:
        if not any(work.is_verified for work in self.works):
            return None
        entries = latest(e for w in self.works for e in w.verified_by.items())
        return _hectares(entries, self.kin)


def chains(commitments: Collection[Commitment], on: date) -> dict[int, Chain]:
    """The chain of each commitment by its key, under the decrees that hold on `on`."""
    links = CommitmentActivity.objects.filter(
        commitment__in=[c.pk for c in commitments]
    )
    linked: dict[int, list[Activity]] = defaultdict(list)
    for link in links.select_related("activity__area", "activity__agency"):
        linked[link.commitment_id].append(link.activity)
    every = {a.pk: a for activities in linked.values() for a in activities}
    kin = _kin({activity.area_id for activity in every.values()}) if every else {}
    works = _works(list(every.values()), on, kin) if every else {}
    return {
        commitment.pk: Chain(
            commitment.target_hectares,
            [works[activity.pk] for activity in linked[commitment.pk]],
            kin,
        )
        for commitment in commitments
    }


def joined(found: Iterable[Chain]) -> Chain:
    """Several of `chains` as one: a work and an RT that they share count once."""
    several = list(found)
    promised = [chain.promised for chain in several if chain.promised is not None]
    works = {work.activity.pk: work for chain in several for work in chain.works}
    return Chain(
        sum(promised, ZERO) if promised else None,
        list(works.values()),
        several[0].kin if several else {},
    )


def _kin(areas: Collection[int]) -> Kin:
    """Which RT of these areas came from which."""
    rows = NeighbourhoodSuccession.objects.filter(area__in=areas).order_by()
    return kin_of(rows.values_list("old", "new"))


def _works(activities: Collection[Activity], on: date, kin: Kin) -> dict[int, Work]:
    planned = _planned(activities, on)
    reported, verified = _reported(activities, kin)
    credited = _credited([activity.pk for activity in activities])
    return {
        activity.pk: Work(
            activity=activity,
            planned_by=planned[activity.pk],
            reported_by=reported.get(activity.pk, {}),
            verified_by=credited.get(activity.pk, {}),
            is_verified=activity.pk in verified or activity.pk in credited,
            kin=kin,
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
    activities: Collection[Activity], kin: Kin
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
    return {key: _by_units(sizes, kin) for key, sizes in found.items()}, verified


def _by_units(
    sizes: dict[Unit, Decimal | None], kin: Kin
) -> dict[Unit, Decimal | None]:
    """Reported for the whole work before its area had RT, and by RT since: the more."""
    whole = {unit: size for unit, size in sizes.items() if unit[1] < 0}
    units = {unit: size for unit, size in sizes.items() if unit[1] >= 0}
    if not (whole and units):
        return sizes
    return max(whole, units, key=lambda part: hectares_of(part, kin) or ZERO)


def _credited(activities: Collection[int]) -> dict[int, Credits]:
    """The handled credits that stand now, by the activity that caused them."""
    keys = {footprint_of(activity): activity for activity in activities}
    rows = LiveCredit.objects.filter(
        outcome=Outcome.HANDLED, entry__source__key__in=keys
    ).select_related("entry__source", "entry__decree_line__decree")
    found: dict[int, list[tuple[Unit, LedgerEntry]]] = defaultdict(list)
    for row in rows:
        entry = row.entry
        assert entry.source is not None
        activity = keys[entry.source.key]
        unit = entry.decree_line.area_id, entry.neighbourhood_id or -activity
        found[activity].append((unit, entry))
    return {activity: latest(entries) for activity, entries in found.items()}


def latest(entries: Iterable[tuple[Unit, LedgerEntry]]) -> Credits:
    """One credit of each unit: that under the latest decree.

    A unit is credited under each decree that names it, and is the same ground.
    """
    found: dict[Unit, LedgerEntry] = {}
    for unit, entry in entries:
        if unit not in found or _rank(entry) > _rank(found[unit]):
            found[unit] = entry
    return found


def _rank(entry: LedgerEntry) -> tuple[date, int]:
    return entry.decree_line.decree.issued_on, entry.pk


def _hectares(credits_: Credits, kin: Kin) -> Decimal:
    sizes = {unit: entry.hectares for unit, entry in credits_.items()}
    return hectares_of(sizes, kin) or ZERO
