"""A programme's life as a table of steps: a plan becomes a running programme."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can, require
from agencies.roles import Permission
from core.workflow import OfferedStep, Reason, Step, require_state, state_reasons
from programs.models import Programme

DRAFT, RUNNING = "draft", "running"
LABELS = {DRAFT: gettext_lazy("Draft plan"), RUNNING: gettext_lazy("Running")}

ACTIVATE = Step(
    "activate",
    gettext_lazy("Make it a running programme"),
    frozenset({DRAFT}),
    RUNNING,
    Permission.PROGRAMME_EDIT,
)


def state_of(programme: Programme) -> str:
    return DRAFT if programme.is_draft else RUNNING


def steps_for(programme: Programme, user: Any) -> list[OfferedStep]:
    """Every step as `user` finds it on `programme`, with the reason against it."""
    state = state_of(programme)
    reasons = state_reasons(ACTIVATE, state, str(LABELS[state]))
    if not reasons and not can(
        user, Permission.PROGRAMME_EDIT, agency=programme.agency
    ):
        text = _("A plan of %(agency)s becomes a programme through that office.")
        reasons = [Reason(text % {"agency": programme.agency.short_name})]
    return [OfferedStep.of(ACTIVATE, reasons)]


def require_activate(programme: Programme, by: Any) -> None:
    """Raise NotAllowedError or WrongStateError unless `by` may take the step.

    To be asked about a row that was just locked.
    """
    require(by, Permission.PROGRAMME_EDIT, agency=programme.agency)
    state = state_of(programme)
    require_state(ACTIVATE, state, str(LABELS[state]))
