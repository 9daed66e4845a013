"""What a meeting agreed, item by item, and what the meeting before it did."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from coordination.models import AgendaItem, Commitment, Decision, Meeting


@dataclass(slots=True)
class ItemOutcomes:
    """An agenda item with what was agreed under it, in the order of its numbers."""

    item: AgendaItem
    decisions: list[Decision] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.decisions or self.commitments)


@dataclass(frozen=True, slots=True)
class Previous:
    """The meeting before, with its commitments that the person sees."""

    meeting: Meeting
    commitments: list[Commitment]

    @property
    def done(self) -> int:
        return sum(c.state == Commitment.State.DONE for c in self.commitments)


def outcomes_of(meeting: Meeting) -> list[ItemOutcomes]:
    """Every item of the agenda; the number of queries does not grow with them."""
    decisions: dict[int, list[Decision]] = defaultdict(list)
    for decision in meeting.decisions.order_by("number"):
        decisions[decision.item_id].append(decision)
    commitments: dict[int, list[Commitment]] = defaultdict(list)
    rows = meeting.commitments.select_related("agency").prefetch_related("areas")
    for commitment in rows.order_by("number"):
        commitments[commitment.item_id].append(commitment)
    return [
        ItemOutcomes(item, decisions[item.pk], commitments[item.pk])
        for item in meeting.items.prefetch_related("regions").order_by("position")
    ]


def previous_of(meeting: Meeting, user: Any) -> Previous | None:
    """The meeting before in the series (else of host and kind), if it is in sight."""
    seen = Meeting.objects.visible_to(user)
    earlier = Meeting.objects.before(meeting).filter(pk__in=seen).first()
    if earlier is None:
        return None
    found = commitments_in_sight(user).filter(meeting=earlier).order_by("number")
    return Previous(earlier, list(found))


def commitments_in_sight(user: Any) -> QuerySet[Commitment]:
    seen = Commitment.objects.visible_to(user)
    return seen.select_related("agency", "meeting")
