"""Who adopted a practice, who may, and which meetings can agree on it now."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agencies.access import agencies_q
from agencies.roles import Permission
from coordination.models import Commitment, Meeting
from coordination.models.meeting import Phase


def with_adoptions(practices: QuerySet, user: Any) -> QuerySet:
    """Add `adoptions`: how many commitments in sight of the person adopted each."""
    adopted = (
        Commitment.objects.visible_to(user)
        .filter(practice=OuterRef("pk"))
        .order_by()
        .values("practice")
        .annotate(number=Count("pk"))
    )
    counted = Subquery(adopted.values("number"), output_field=IntegerField())
    return practices.annotate(adoptions=Coalesce(counted, 0))


def own_pending(user: Any) -> QuerySet[Commitment]:
    """The pending commitments for which the person can adopt a practice."""
    own = agencies_q(user, Permission.COMMITMENT_UPDATE)
    return Commitment.objects.pending().filter(own).select_related("agency")


def sessions_of(user: Any) -> QuerySet[Meeting]:
    """The meetings in session whose outcomes the person writes."""
    own = agencies_q(user, Permission.MEETING_EDIT)
    return Meeting.objects.filter(own, phase=Phase.IN_SESSION)
