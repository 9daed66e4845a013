"""The trail of the models: removals are written down like other changes."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=Model)


def tracked(**options: Any) -> Callable[[type[M]], type[M]]:
    """Track inserts, updates and deletions by database trigger (design 4.11).

    `options` are those of `pghistory.track`, such as `exclude`.
    """
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        **options,
    )
