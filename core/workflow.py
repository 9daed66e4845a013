"""A workflow is a table of steps; here is what its rows and answers look like.

Each app with a workflow has a `workflow.py` with its `STEPS` and a function
`steps_for(record, user) -> list[OfferedStep]` that page, API and services ask alike
(design 4.9).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.errors import WrongStateError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table: from which states, to which, with which permission.

    `name` is the last part of the step's address; `permission` is a value that the
    app's access function knows.
    """

    name: str
    label: "StrOrPromise"
    sources: frozenset[str]
    target: str
    permission: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step is closed, in a sentence, and the page where that can be changed."""

    text: str
    url: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step as one person finds it on one record: open, or closed with its reasons."""

    step: Step
    is_open: bool
    reasons: Sequence[Reason] = field(default=())

    @classmethod
    def of(cls, step: Step, reasons: Iterable[Reason]) -> "OfferedStep":
        """Open when there is no reason against it."""
        found = tuple(reasons)
        return cls(step, not found, found)

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def label(self) -> str:
        return str(self.step.label)


def open_names(offered: Iterable[OfferedStep]) -> list[str]:
    """The names of the open steps: `open_steps` in the API."""
    return [item.name for item in offered if item.is_open]


def closed_reasons(offered: Iterable[OfferedStep]) -> dict[str, list[str]]:
    """Why each closed step is closed, by its name: `closed_steps` in the API."""
    return {
        item.name: [str(reason) for reason in item.reasons]
        for item in offered
        if not item.is_open
    }


def state_reasons(step: Step, status: str, status_label: str) -> list[Reason]:
    """The reason against `step` in this state; empty where it starts from it."""
    if status in step.sources:
        return []
    return [Reason(_wrong_state(step, status_label))]


def require_state(step: Step, status: str, status_label: str) -> None:
    """Raise `WrongStateError` unless `step` starts from this state.

    To be asked about a row that was just locked.
    """
    if status not in step.sources:
        raise WrongStateError(_wrong_state(step, status_label))


def _wrong_state(step: Step, status_label: str) -> str:
    return _("“%(step)s” is not possible now: the status is “%(status)s”.") % {
        "step": step.label,
        "status": status_label,
    }
