"""Which RT of an area were renumbered, split or merged, and what stood before."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.dateparse import parse_date

from agencies.models import User
from areas.models import Neighbourhood, NeighbourhoodSuccession, SlumArea
from areas.models.succession import UnitChange


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStep:
    """One change: the RT it came from, those it became, and by which document."""

    effective_on: date
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    document: str
    reason: str
    who: str

    @property
    def label(self) -> str:
        return str(UnitChange(self.kind).label)


def unit_history(area: SlumArea) -> list[UnitStep]:
    """What became of the RT of the area, newest first; three queries."""
    steps = [*_successions(area), *_renumberings(area)]
    return sorted(steps, key=lambda step: step.effective_on, reverse=True)


def _successions(area: SlumArea) -> Iterable[UnitStep]:
    """A split has several rows with the same old RT, a merger with the same new one."""
    rows = NeighbourhoodSuccession.objects.filter(area=area).select_related(
        "old", "new", "recorded_by"
    )
    groups: dict[tuple[str, int], list[NeighbourhoodSuccession]] = defaultdict(list)
    for row in rows.order_by("pk"):
        one = row.old_id if row.kind == UnitChange.SPLIT else row.new_id
        groups[row.kind, one].append(row)
    for (kind, _one), found in groups.items():
        first = found[0]
        yield UnitStep(
            effective_on=first.effective_on,
            kind=kind,
            before=tuple(dict.fromkeys(row.old.rt_rw for row in found)),
            after=tuple(dict.fromkeys(row.new.rt_rw for row in found)),
            document=first.document,
            reason=first.reason,
            who=str(first.recorded_by),
        )


def _renumberings(area: SlumArea) -> Iterable[UnitStep]:
    """They keep the row, so the trail has them (`services.renumber_unit`)."""
    events: Any = apps.get_model("areas.NeighbourhoodEvent").objects
    units = Neighbourhood.every.filter(area=area)
    rows = events.filter(
        pgh_obj__in=units,
        pgh_label="update",
        pgh_context__metadata__has_key="renumbered",
    ).select_related("pgh_context")
    found = [row.pgh_context.metadata for row in rows]
    people = User.objects.in_bulk({metadata.get("user") for metadata in found} - {None})
    for metadata in found:
        change = metadata["renumbered"]
        day = parse_date(change["effective_on"])
        assert day is not None  # the service wrote it
        yield UnitStep(
            effective_on=day,
            kind=UnitChange.RENUMBERED,
            before=(change["from"],),
            after=(change["to"],),
            document=change["document"],
            reason=change["reason"],
            who=str(people.get(metadata.get("user"), "")),
        )


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which RT came from which, for surveys that still have the earlier ones."""

    origins: dict[int, set[int]]
    successors: dict[int, set[int]]

    @classmethod
    def of_areas(cls, areas: Collection[int]) -> "Lineage":
        """Of all RT of these areas; one query."""
        origins: dict[int, set[int]] = defaultdict(set)
        successors: dict[int, set[int]] = defaultdict(set)
        rows = NeighbourhoodSuccession.objects.filter(area__in=areas)
        for old, new in rows.order_by().values_list("old", "new"):
            origins[new].add(old)
            successors[old].add(new)
        return cls(dict(origins), dict(successors))

    def as_surveyed(
        self, wanted: Collection[int], surveyed: Collection[int]
    ) -> set[int] | None:
        """The surveyed RT that are the same ground as the wanted ones, earlier or now.

        None where there are none: an RT was not surveyed, or only a part of an earlier
        one is wanted.
        """
        whole = self._whole(wanted)
        ground: set[int] = set()
        left = set(wanted)
        while left:
            key = left.pop()
            if key in surveyed:
                ground.add(key)
                continue
            earlier = self.origins.get(key, set())
            if not earlier or not earlier <= whole:
                return None
            left |= earlier
        return ground

    def _whole(self, wanted: Collection[int]) -> set[int]:
        """These RT, and the earlier ones of which they are every part."""
        whole = set(wanted)
        fresh = set(wanted)
        while fresh:
            earlier = {old for key in fresh for old in self.origins.get(key, ())}
            fresh = {old for old in earlier - whole if self.successors[old] <= whole}
            whole |= fresh
        return whole
