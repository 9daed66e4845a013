"""What one person can open of what commitments name: the rest is words, not links.

Everybody invited reads all commitments of a meeting, also those about other districts.
"""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.urls import reverse

from areas.models import SlumArea
from coordination.chain import Work
from coordination.commitment_tables import with_chains
from coordination.models import Commitment, Meeting
from programs.models import Activity


@dataclass(frozen=True, slots=True)
class Sight:
    """The keys of the meetings, areas and activities in sight, of those asked about."""

    meetings: Set[int]
    areas: Set[int]
    activities: Set[int]

    @classmethod
    def of(cls, user: Any, commitments: Collection[Any]) -> "Sight":
        """What `user` sees beside these, which have `chain`: a query for each kind."""
        works = [work.activity for row in commitments for work in row.chain.works]
        areas = {area.pk for row in commitments for area in row.areas.all()}
        areas |= {activity.area_id for activity in works}
        return cls(
            meetings=_seen(Meeting, {row.meeting_id for row in commitments}, user),
            areas=_seen(SlumArea, areas, user),
            activities=_seen(Activity, {activity.pk for activity in works}, user),
        )

    def activity_url(self, work: Work) -> str:
        """The page of the activity; empty out of sight."""
        is_seen = work.activity.pk in self.activities
        return work.activity.get_absolute_url() if is_seen else ""

    def ledger_url(self, work: Work) -> str:
        """Its entries in the ledger; empty where there are none or out of sight."""
        if work.source is None or work.activity.area_id not in self.areas:
            return ""
        return reverse("areas:ledger-work", args=[work.source])


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the links beside one commitment lead; empty: not for this person."""

    commitment: Any
    sight: Sight

    @property
    def meeting(self) -> str:
        is_seen = self.commitment.meeting_id in self.sight.meetings
        return self.commitment.meeting.get_absolute_url() if is_seen else ""

    @property
    def areas(self) -> list[tuple[SlumArea, str]]:
        """Its areas, each with its page."""
        return [
            (area, area.get_absolute_url() if area.pk in self.sight.areas else "")
            for area in self.commitment.areas.all()
        ]

    @property
    def works(self) -> list[tuple[Work, str, str]]:
        """Its activities, each with its page and its entries in the ledger."""
        return [
            (work, self.sight.activity_url(work), self.sight.ledger_url(work))
            for work in self.commitment.chain.works
        ]

    @property
    def verified(self) -> str:
        """Where the verified hectares are recorded: the work's, or that of all."""
        found = [row for row in self.works if row[0].is_verified]
        if len(found) == 1:
            _work, activity, ledger = found[0]
            if url := ledger or activity:
                return url
        return f"{self.commitment.get_absolute_url()}#kegiatan"


def opened(commitments: Iterable[Commitment], user: Any) -> list[Commitment]:
    """The commitments with `chain` and `doors`, in a fixed number of queries."""
    rows = list(with_chains(commitments))
    prefetch_related_objects(rows, "areas")
    sight = Sight.of(user, rows)
    for row in rows:
        row.doors = Doors(row, sight)  # type: ignore[attr-defined]
    return rows


def _seen(model: type[Model], keys: Set[int], user: Any) -> Set[int]:
    rows = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    return frozenset(rows.filter(pk__in=keys).order_by().values_list("pk", flat=True))
