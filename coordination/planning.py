"""What a new meeting takes over from an earlier one, or from the group that meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from agencies.models import Agency
from coordination.models import Meeting, WorkingGroup

Guests = list[tuple[Agency, str]]
REPEATED = (
    "agency",
    "kind",
    "group",
    "series",
    "place",
    "chair",
    "chair_position",
    "signed_by",
    "signer_position",
)


@dataclass(frozen=True, slots=True)
class Outline:
    """Values for the form of the new meeting, and whom it asks: agency and person."""

    values: Mapping[str, Any] = field(default_factory=dict)
    guests: Guests = field(default_factory=list)


def after_meeting(meeting: Meeting) -> Outline:
    """The next meeting like this one, with the guests that still exist."""
    values = {name: getattr(meeting, name) for name in REPEATED}
    rows = meeting.invitations.filter(agency__in=_existing())
    guests = [(row.agency, row.person) for row in rows.select_related("agency")]
    return Outline(values, guests)


def session_of(group: WorkingGroup) -> Outline:
    """A session of the group: the agencies of its members are asked."""
    values = {
        "agency": group.agency,
        "kind": Meeting.Kind.GROUP_SESSION,
        "group": group,
    }
    members = _existing().filter(pk__in=group.members.values("agency"))
    others = members.exclude(pk=group.agency_id).order_by("name", "pk")
    return Outline(values, [(agency, "") for agency in others])


def _existing() -> QuerySet[Agency]:
    """The agencies of today."""
    return Agency.objects.exclude(valid_until__lte=timezone.localdate())
