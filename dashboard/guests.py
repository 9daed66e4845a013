"""The home page of who has neither a region nor areas in sight: a guest of meetings."""

from typing import Any

from agencies.access import scope_of
from areas.models import SlumArea
from coordination.meeting_queries import with_counts
from coordination.meeting_tables import MEETING_COLUMNS
from coordination.models import Commitment, Meeting
from coordination.sight import opened
from core.tables import on_page

MOST = 20


def is_guest(user: Any) -> bool:
    """Whether the figures of areas say nothing to this member of an agency."""
    scope = scope_of(user)
    if scope.everything or scope.regions or not scope.agencies:
        return False
    return not SlumArea.objects.visible_to(user).exists()


def guest_page(user: Any) -> dict[str, Any]:
    """The meetings in sight that are not closed, and what the own agencies promised."""
    meetings = Meeting.objects.visible_to(user).exclude(phase=Meeting.Phase.CLOSED)
    shown = with_counts(meetings).select_related("agency").order_by("starts_at", "pk")
    return {
        "columns": on_page(MEETING_COLUMNS),
        "meetings": shown[:MOST],
        "commitments": opened(_own_pending(user)[:MOST], user),
    }


def _own_pending(user: Any) -> Any:
    """The pending commitments that the own agencies promised or support."""
    pending = Commitment.objects.visible_to(user).pending()
    own = pending.of_agencies(scope_of(user).agencies)
    return own.select_related("agency", "meeting").order_by("due_on", "pk")
