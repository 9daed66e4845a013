"""A task: what a person can do now, by when, and where; and what they wait for."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

SOON_DAYS = 7


class TaskKind(models.TextChoices):
    """In the order in which they are asked, and shown where two are due on one day."""

    RETURNED = "returned", _("Report to mend")
    OVERDUE = "overdue", _("Report overdue")
    REPORT = "report", _("Report to hand in")
    VERIFY = "verify", _("Report to verify")
    CHANGE = "change", _("Change of a report to decide")
    SURVEY_RETURNED = "survey_returned", _("Assessment to mend")
    SURVEY_VERIFY = "survey_verify", _("Assessment to verify")
    LEDGER = "ledger", _("Correction of the ledger to decide")
    TRANSFER = "transfer", _("Transfer to answer")
    ACCEPT = "accept", _("Commitment to accept")
    PROMISE = "promise", _("Commitment to keep")
    PROMISE_CHECK = "promise_check", _("Commitment to check")
    INVITATION = "invitation", _("Invitation to answer")
    MINUTES = "minutes", _("Minutes to close")


class TaskState(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. `since` is the day on which it came to the person."""

    kind: TaskKind
    title: str
    place: str
    url: str
    state: TaskState
    due_on: date | None = None
    since: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What others have to do before the person's own work goes on, or what is done."""

    title: str
    place: str
    url: str
    at: date


@dataclass(frozen=True)
class TaskList:
    """A person's tasks, the most pressing first, and how many there are of each kind.

    `rows` may be fewer than `counts` say: a list has a limit per kind.
    """

    rows: list[Task]
    counts: dict[TaskKind, int]

    @cached_property
    def total(self) -> int:
        return sum(self.counts.values())

    @cached_property
    def overdue(self) -> int:
        return sum(task.state == TaskState.OVERDUE for task in self.rows)

    def of(self, kinds: frozenset[TaskKind]) -> "TaskList":
        """The tasks of these kinds only."""
        return TaskList(
            [task for task in self.rows if task.kind in kinds],
            {kind: count for kind, count in self.counts.items() if kind in kinds},
        )


def state_of(due_on: date | None, on: date) -> TaskState:
    """How near the due date is on that day; the due day itself is in time."""
    if due_on is None:
        return TaskState.UNDATED
    if due_on < on:
        return TaskState.OVERDUE
    near = due_on <= on + timedelta(days=SOON_DAYS)
    return TaskState.SOON if near else TaskState.LATER


def urgency(task: Task) -> tuple[date, date]:
    """Tasks by due date, those without one last, the oldest first."""
    return (task.due_on or date.max, task.since or date.max)
