"""The steps of a correction of the ledger: which there are, and why one is closed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can
from agencies.roles import Permission
from areas.ledger_corrections import standing_problem
from areas.models import DecreeLine, LedgerChange
from areas.workflow import who_may
from core.workflow import OfferedStep, Reason, Step, state_reasons

Status = LedgerChange.Status

APPROVE = Step(
    "approve",
    gettext_lazy("Approve"),
    frozenset({Status.PROPOSED}),
    Status.APPROVED,
    Permission.LEDGER_APPROVE,
)
REJECT = Step(
    "reject",
    gettext_lazy("Reject"),
    frozenset({Status.PROPOSED}),
    Status.REJECTED,
    Permission.LEDGER_APPROVE,
)
STEPS = (APPROVE, REJECT)


def correct_url(line: DecreeLine, user: Any) -> str:
    """Where this person may propose another area for the line; empty if they may not.

    Costs no query for a line with its decree and its area's agency.
    """
    may = can(user, Permission.LEDGER_PROPOSE, agency=line.area.agency)
    if line.decree.is_draft or not may:
        return ""
    return reverse("areas:ledger-line-correct", args=[line.pk])


def steps_for(change: LedgerChange, user: Any) -> list[OfferedStep]:
    """Every step as this person finds it now, in the order of the workflow.

    Costs no query for a change with its line's agency and its entry's `reversed_by`.
    What is wrong with the hectares by now is told when the step is taken.
    """
    return [OfferedStep.of(step, _reasons(step, change, user)) for step in STEPS]


def rule_reasons(step: Step, change: LedgerChange, user: Any) -> list[Reason]:
    """What the rules have against the step, state and permission aside."""
    reasons = []
    if change.proposed_by_id == user.pk:
        reasons.append(Reason(_("You proposed it. Somebody else has to decide on it.")))
    if step == APPROVE and change.entry and (text := standing_problem(change.entry)):
        reasons.append(Reason(text, change.entry.get_absolute_url()))
    return reasons


def _reasons(step: Step, change: LedgerChange, user: Any) -> list[Reason]:
    """State first: what comes after it would only confuse."""
    label = str(change.get_status_display())
    if against := state_reasons(step, change.status, label):
        return against
    reasons = []
    permission = Permission(step.permission)
    if not can(user, permission, agency=change.decree_line.area.agency):
        reasons.append(Reason(who_may(step, permission)))
    return reasons + rule_reasons(step, change, user)
