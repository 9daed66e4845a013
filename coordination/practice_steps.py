"""A practice's life as a table of steps: a draft of its agency, then for everybody."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can, require
from agencies.roles import Permission
from coordination.models import Practice
from core.workflow import OfferedStep, Reason, Step, require_state, state_reasons

DRAFT, PUBLISHED = "draft", "published"
LABELS = {DRAFT: gettext_lazy("Draft"), PUBLISHED: gettext_lazy("Published")}

PUBLISH = Step(
    "publish",
    gettext_lazy("Publish the practice"),
    frozenset({DRAFT}),
    PUBLISHED,
    Permission.PRACTICE_EDIT,
)
UNPUBLISH = Step(
    "unpublish",
    gettext_lazy("Take it back"),
    frozenset({PUBLISHED}),
    DRAFT,
    Permission.PRACTICE_EDIT,
)
STEPS = (PUBLISH, UNPUBLISH)


def state_of(practice: Practice) -> str:
    return PUBLISHED if practice.is_published else DRAFT


def steps_for(practice: Practice, user: Any) -> list[OfferedStep]:
    """Every step as `user` finds it on `practice`, with the reason against it."""
    return [OfferedStep.of(step, _reasons(step, practice, user)) for step in STEPS]


def require_step(step: Step, practice: Practice, by: Any) -> None:
    """Raise NotAllowedError or WrongStateError unless `by` may take the step.

    To be asked about a row that was just locked.
    """
    require(by, Permission(step.permission), agency=practice.agency)
    state = state_of(practice)
    require_state(step, state, str(LABELS[state]))


def _reasons(step: Step, practice: Practice, user: Any) -> list[Reason]:
    state = state_of(practice)
    if found := state_reasons(step, state, str(LABELS[state])):
        return found
    if not can(user, Permission(step.permission), agency=practice.agency):
        text = _("A practice is published by %(agency)s, which keeps it.")
        found.append(Reason(text % {"agency": practice.agency.short_name}))
    return found
