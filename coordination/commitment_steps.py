"""A commitment's life as a table of steps, and who finds which of them open.

The agency that promised accepts, reports and says that it is done; the secretariat of
the meeting checks that, or drops the commitment with a reason.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can, require
from agencies.models import Agency
from agencies.roles import Permission
from coordination.models import Commitment
from coordination.models.commitment import CommitmentState as State
from core.errors import NotAllowedError
from core.workflow import OfferedStep, Reason, Step, require_state, state_reasons

ACCEPT = Step(
    "accept",
    gettext_lazy("Accept the commitment"),
    frozenset({State.OPEN}),
    State.ACCEPTED,
    Permission.COMMITMENT_ACCEPT,
)
OBJECT = Step(
    "object",
    gettext_lazy("Object to it"),
    frozenset({State.OPEN}),
    State.OPEN,
    Permission.COMMITMENT_ACCEPT,
)
PROGRESS = Step(
    "progress",
    gettext_lazy("Report progress"),
    frozenset({State.ACCEPTED, State.IN_PROGRESS}),
    State.IN_PROGRESS,
    Permission.COMMITMENT_UPDATE,
)
CLAIM = Step(
    "claim",
    gettext_lazy("Say that it is done"),
    frozenset({State.ACCEPTED, State.IN_PROGRESS}),
    State.CLAIMED,
    Permission.COMMITMENT_UPDATE,
)
CHECK = Step(
    "check",
    gettext_lazy("Confirm that it is done"),
    frozenset({State.CLAIMED}),
    State.DONE,
    Permission.MEETING_EDIT,
)
RETURN = Step(
    "return",
    gettext_lazy("Not done yet"),
    frozenset({State.CLAIMED}),
    State.IN_PROGRESS,
    Permission.MEETING_EDIT,
)
DROP = Step(
    "drop",
    gettext_lazy("Drop the commitment"),
    frozenset({State.OPEN, State.ACCEPTED, State.IN_PROGRESS, State.CLAIMED}),
    State.DROPPED,
    Permission.MEETING_CLOSE,
)
STEPS = (ACCEPT, OBJECT, PROGRESS, CLAIM, CHECK, RETURN, DROP)
OF_THE_HOST = (CHECK, RETURN, DROP)


def agency_of(step: Step, commitment: Commitment) -> Agency:
    """Whose people take the step: the promising agency's, or the meeting's host's.

    For commitments with `agency` and `meeting__agency` fetched.
    """
    return commitment.meeting.agency if step in OF_THE_HOST else commitment.agency


def steps_for(commitment: Commitment, user: Any) -> list[OfferedStep]:
    """Every step as `user` finds it on `commitment`; asks the database nothing more."""
    return [OfferedStep.of(step, _reasons(step, commitment, user)) for step in STEPS]


def require_step(step: Step, commitment: Commitment, by: Any) -> None:
    """Raise NotAllowedError or WrongStateError unless `by` may take the step.

    To be asked about a row that was just locked.
    """
    agency = agency_of(step, commitment)
    require(by, Permission(step.permission), agency=agency)
    require_state(step, commitment.state, commitment.get_state_display())
    if reason := _too_close(step, commitment, by):
        raise NotAllowedError(reason)


def _reasons(step: Step, commitment: Commitment, user: Any) -> list[Reason]:
    state = commitment.get_state_display()
    if found := state_reasons(step, commitment.state, state):
        return found
    agency = agency_of(step, commitment)
    if not can(user, Permission(step.permission), agency=agency):
        text = _("“%(step)s” is for %(agency)s.")
        found.append(Reason(text % {"step": step.label, "agency": agency.short_name}))
    elif reason := _too_close(step, commitment, user):
        found.append(Reason(reason))
    return found


def _too_close(step: Step, commitment: Commitment, user: Any) -> str:
    """Why this person cannot take this step, whatever their role; empty if they can."""
    if step is CHECK and commitment.claimed_by_id == user.pk:
        return _("You said that it is done, so someone else has to check it.")
    return ""
