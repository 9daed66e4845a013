"""Commitments on the pages of others: of a meeting, an activity, an area."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from coordination import workflow
from coordination.commitment_tables import due_words, state_chip
from coordination.models import Commitment
from coordination.outcomes import commitments_in_sight, outcomes_of, previous_of
from coordination.sight import opened

register = template.Library()
register.filter("commitment_chip", state_chip)
register.filter("commitment_due", due_words)
MOST = 20


@register.inclusion_tag("coordination/_meeting_outcomes.html", takes_context=True)
def meeting_outcomes(context: Context, meeting: Any) -> dict[str, Any]:
    """Decisions and commitments by agenda item, with their hectares."""
    user = context["request"].user
    outcomes = outcomes_of(meeting)
    opened([row for part in outcomes for row in part.commitments], user)
    return {
        "meeting": meeting,
        "outcomes": outcomes,
        "may_write": workflow.may_write(meeting, user),
    }


@register.inclusion_tag("coordination/_meeting_previous.html", takes_context=True)
def meeting_previous(context: Context, meeting: Any) -> dict[str, Any]:
    """What the meeting before agreed, each with its state and its hectares."""
    user = context["request"].user
    previous = previous_of(meeting, user)
    if previous:
        opened(previous.commitments, user)
    return {"previous": previous}


@register.inclusion_tag("coordination/_commitments_panel.html", takes_context=True)
def activity_commitments(context: Context, activity: Any) -> dict[str, Any]:
    """The commitments that this activity keeps, as far as the person sees them."""
    return _panel(context, "activity", activity, activities=activity)


@register.inclusion_tag("coordination/_commitments_panel.html", takes_context=True)
def area_commitments(context: Context, area: Any) -> dict[str, Any]:
    """The commitments about this area, as far as the person sees them."""
    return _panel(context, "area", area, areas=area)


def _panel(context: Context, name: str, record: Any, **of: Any) -> dict[str, Any]:
    user = context["request"].user
    rows = commitments_in_sight(user).filter(**of)
    keys = rows.order_by().values("pk")
    found = Commitment.objects.filter(pk__in=keys).select_related("agency", "meeting")
    found = found.order_by("due_on", "pk")
    return {
        "commitments": opened(found[:MOST], user),
        "query": f"{name}={record.pk}",
        "most": MOST,
        "on": timezone.localdate(),
    }
