"""What a person has to do: one set of queries behind page, badge, API and mail."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from agencies.access import current_memberships
from agencies.models import Notice, User
from core.counting import counted
from dashboard.tasks.sources import SOURCES
from dashboard.tasks.task import TaskKind, TaskList, urgency

EVERY_KIND = frozenset(TaskKind)
UNREAD = "unread_notices"


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
    numbers = _numbers(user, on)
    return {kind: numbers.get(kind.value, 0) for kind in TaskKind}


def count_inbox(user: Any, on: date) -> tuple[int, int]:
    """How many tasks and how many unread notices the person has, in one query."""
    numbers = _numbers(user, on)
    unread = numbers.pop(UNREAD)
    return sum(numbers.values()), unread


def _numbers(user: Any, on: date) -> dict[str, int]:
    rights = tuple(
        (membership.role, membership.agency_id, membership.agency.region_id)
        for membership in current_memberships(user)
    )
    sql, parameters = _statement(user, rights, on)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


@lru_cache(maxsize=1000)
def _statement(user: Any, rights: tuple[Any, ...], on: date) -> tuple[str, Any]:
    """The query of `_numbers`: it depends on the person, their rights and the day only.

    Every page asks it, and putting it together takes ten times as long as its answer.
    """
    numbers = {
        source.kind.value: counted(source.rows(user, on))
        for source in SOURCES
        if source.is_for(user)
    }
    unread = counted(Notice.objects.filter(user=user).unread())
    rows = User.objects.filter(pk=user.pk).values(**{UNREAD: unread}, **numbers)
    return rows.query.sql_with_params()
