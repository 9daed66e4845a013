"""A source of tasks: for one kind its rows in the database and how one reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from agencies.access import current_memberships, holds
from agencies.roles import Permission
from dashboard.tasks.task import Task, TaskKind

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of task: its rows for a person on a day, and the task of a row.

    Nobody has such tasks without one of the `permissions`: then nothing is asked. Where
    there is none every member has them, whatever their role.
    """

    kind: TaskKind
    permissions: tuple[Permission, ...]
    rows: Callable[[Any, date], Rows]
    task: Callable[[Any, date], Task]
    order: tuple[str, ...]

    def is_for(self, user: Any) -> bool:
        if not self.permissions:
            return bool(current_memberships(user))
        return any(holds(user, permission) for permission in self.permissions)
