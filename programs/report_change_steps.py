"""The steps of a change asked of a verified report, and why one is closed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can, require
from agencies.roles import Permission
from core.errors import NotAllowedError
from core.workflow import OfferedStep, Reason, Step, require_state, state_reasons
from programs.calendar import contact_for, shown_contact
from programs.models import ProgressReport, ReportChange, ReportLine
from programs.workflow import too_close

State = ReportChange.State

ACCEPT = Step(
    "accept",
    gettext_lazy("Accept the change"),
    frozenset({State.ASKED}),
    State.ACCEPTED,
    Permission.REPORT_VERIFY,
)
REFUSE = Step(
    "refuse",
    gettext_lazy("Refuse the change"),
    frozenset({State.ASKED}),
    State.REFUSED,
    Permission.REPORT_VERIFY,
)
STEPS = (ACCEPT, REFUSE)


def steps_for(change: ReportChange, user: Any) -> list[OfferedStep]:
    """Both steps as this person finds them now.

    Costs no query for a change with its report's agency. What is wrong with the figures
    by now is told when the step is taken.
    """
    return [OfferedStep.of(step, _reasons(step, change, user)) for step in STEPS]


def may_ask(report: ProgressReport, user: Any) -> bool:
    """Whether this person may ask for other figures in the report."""
    return report.status == ProgressReport.Status.VERIFIED and can(
        user, Permission.REPORT_SUBMIT, agency=report.agency
    )


def ask_url(report: ProgressReport, line: ReportLine) -> str:
    return reverse("programs:report-change", args=[report.pk, line.pk])


def require_decision(
    step: Step, change: ReportChange, report: ProgressReport, by: Any
) -> ReportChange:
    """The change, locked and asked for right, state and rules, in this order.

    Its report is locked already.
    """
    change = (
        ReportChange.objects.select_for_update(of=("self",))
        .select_related("line__activity", "asked_by")
        .get(pk=change.pk)
    )
    change.report = report
    require(by, Permission(step.permission), agency=report.agency)
    require_state(step, change.state, str(change.get_state_display()))
    if reason := _too_close(change, by):
        raise NotAllowedError(reason)
    return change


def _reasons(step: Step, change: ReportChange, user: Any) -> list[Reason]:
    label = str(change.get_state_display())
    if against := state_reasons(step, change.state, label):
        return against
    if not can(user, Permission(step.permission), agency=change.report.agency):
        text = _("Changes of %(agency)s are decided by its verifier. Call %(contact)s.")
        words = {"agency": change.report.agency.short_name}
        return [Reason(text % (words | {"contact": _contact_of(change)}))]
    reason = _too_close(change, user)
    return [Reason(reason)] if reason else []


def _contact_of(change: ReportChange) -> str:
    """Whom to call; no query for a change with `calendar_contact` of its queryset."""
    if hasattr(change, "calendar_contact"):
        return shown_contact(change.calendar_contact)
    return contact_for(change.report)


def _too_close(change: ReportChange, user: Any) -> str:
    """Why this person is no judge of the change; empty if they are."""
    if change.asked_by_id == user.pk:
        return _("You asked for it. Somebody else has to decide on it.")
    return too_close(change.report, user)
