"""Every outline that an area and its RT ever had, read from the trail."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lag

from areas.models import Neighbourhood, SlumArea
from areas.trail import people_of, source_of, who

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Version:
    """An outline as it was from `at` on; `geometry` is None where it was taken away.

    `rt_rw` is empty for the outline of the area itself.
    """

    at: datetime
    who: str
    through: str
    rt_rw: str
    hectares: Decimal | None
    source: str
    geometry: Any


def versions_of(area: SlumArea, limit: int = LIMIT) -> list[Version]:
    """The latest versions, newest first; three queries, however many there are."""
    events = [
        *_changes("areas.SlumAreaEvent", Q(pgh_obj_id=area.pk))[:limit],
        *_changes("areas.NeighbourhoodEvent", Q(pgh_obj_id__in=_units_of(area)))[
            :limit
        ],
    ]
    events.sort(key=lambda event: event.pgh_created_at, reverse=True)
    latest = events[:limit]
    contexts = [e.pgh_context.metadata if e.pgh_context else {} for e in latest]
    people = people_of(contexts)
    return [
        Version(
            at=event.pgh_created_at,
            who=who(context, people),
            through=source_of(context),
            rt_rw=getattr(event, "rt_rw", ""),
            hectares=event.outline_hectares,
            source=event.outline_source,
            geometry=event.outline,
        )
        for event, context in zip(latest, contexts, strict=True)
    ]


def _units_of(area: SlumArea) -> QuerySet[Any]:
    return Neighbourhood.every.filter(area=area).values("pk")


def _changes(model: str, condition: Q) -> QuerySet[Any]:
    """The events by which an outline came, changed or went, newest first."""
    before = Window(
        Lag("outline"), partition_by=F("pgh_obj_id"), order_by=F("pgh_id").asc()
    )
    came = Q(before__isnull=True, outline__isnull=False)
    went = Q(before__isnull=False, outline__isnull=True)
    changed = Q(before__isnull=False, outline__isnull=False) & ~Q(outline=F("before"))
    events: Any = apps.get_model(model).objects
    rows = events.filter(condition).annotate(before=before)
    found = rows.filter(came | went | changed).values("pgh_id")
    return (
        events.filter(pgh_id__in=found)
        .select_related("pgh_context")
        .order_by("-pgh_id")
    )
