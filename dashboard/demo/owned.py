"""Which records are the example's: marked, or first written by an example user."""

from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from agencies.models import User

Rows = QuerySet[Any]


def own_or_made(model: type[models.Model]) -> Rows:
    """Marked as example, or by the trail first written by an example user."""
    users = list(User.objects.filter(is_demo=True).values_list("pk", flat=True))
    made = inserted(model, pgh_context__metadata__user__in=users)
    found = model._default_manager.filter(Q(is_demo=True) | Q(pk__in=made))
    return model._default_manager.filter(
        pk__in=list(found.values_list("pk", flat=True))
    )


def inserted(model: type[models.Model], **context: Any) -> Rows:
    """The keys of the rows that were inserted in such a context, by the trail."""
    events: Any = model.pgh_event_model.objects  # type: ignore[attr-defined]
    return events.filter(pgh_label="insert", **context).values("pgh_obj_id")
