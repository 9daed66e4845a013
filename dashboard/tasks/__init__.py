"""What a person has to do: one set of queries behind page, badge, API and mail."""

from collections.abc import Collection
from datetime import date
from typing import Any

from agencies.models import Notice, User
from core.counting import counted
from dashboard.tasks.sources import SOURCES
from dashboard.tasks.task import TaskKind, TaskList, urgency

EVERY_KIND = frozenset(TaskKind)


def tasks_of(
    user: Any,
    on: date,
    *,
    kinds: Collection[TaskKind] = EVERY_KIND,
    limit: int | None = None,
) -> TaskList:
    """The person's tasks on that day, the most pressing first.

    At most `limit` of each kind come as rows; the counts are whole. One query, and
    one more for each kind that has any.
    """
    counts = count_tasks(user, on)
    rows = [
        source.task(row, on)
        for source in SOURCES
        if source.kind in kinds and counts[source.kind]
        for row in source.rows(user, on).order_by(*source.order)[:limit]
    ]
    return TaskList(sorted(rows, key=urgency), counts)


def count_tasks(user: Any, on: date) -> dict[TaskKind, int]:
    """How many tasks of each kind the person has on that day, in one query."""
    row = _values(user, **_numbers(user, on))
    return {source.kind: row[source.kind.value] for source in SOURCES}


def count_inbox(user: Any, on: date) -> tuple[int, int]:
    """How many tasks and how many unread notices the person has, in one query."""
    numbers = _numbers(user, on)
    unread = counted(Notice.objects.filter(user=user).unread())
    row = _values(user, **numbers, unread_notices=unread)
    return sum(row[name] for name in numbers), row["unread_notices"]


def _numbers(user: Any, on: date) -> dict[str, Any]:
    return {source.kind.value: counted(source.rows(user, on)) for source in SOURCES}


def _values(user: Any, **numbers: Any) -> dict[str, int]:
    """These numbers, in one query."""
    return dict(User.objects.filter(pk=user.pk).values(**numbers).get())
