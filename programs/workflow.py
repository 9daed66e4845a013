"""A progress report's life as a table of steps, and who finds which of them open."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can, current_memberships, require
from agencies.roles import Permission
from core.errors import NotAllowedError, WrongStateError
from core.workflow import OfferedStep, Reason, Step, require_state, state_reasons
from programs.calendar import closing_of, contact_for
from programs.models import ProgressReport
from programs.models.report import ReportStatus

SUBMIT = Step(
    "submit",
    gettext_lazy("Submit the report"),
    frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED}),
    ReportStatus.SUBMITTED,
    Permission.REPORT_SUBMIT,
)
RETURN = Step(
    "return",
    gettext_lazy("Return to the reporter"),
    frozenset({ReportStatus.SUBMITTED}),
    ReportStatus.RETURNED,
    Permission.REPORT_VERIFY,
)
VERIFY = Step(
    "verify",
    gettext_lazy("Verify the report"),
    frozenset({ReportStatus.SUBMITTED}),
    ReportStatus.VERIFIED,
    Permission.REPORT_VERIFY,
)
STEPS = (SUBMIT, VERIFY, RETURN)
# What a round is called that comes from an accepted change of a verified report.
CHANGE = "change"

# What a closed step says to someone whose role does not hold its permission.
WHO = {
    SUBMIT: gettext_lazy("Submitting is for the head of %(agency)s."),
    RETURN: gettext_lazy(
        "Reports of %(agency)s are returned by their verifier. Call %(contact)s."
    ),
    VERIFY: gettext_lazy(
        "Reports of %(agency)s are verified by their verifier. Call %(contact)s."
    ),
}


def steps_for(report: ProgressReport, user: Any) -> list[OfferedStep]:
    """Every step as `user` finds it on `report`, in the order of a report's life.

    In a list, take the reports from `with_sums()`: then nothing more is asked.
    """
    return [OfferedStep.of(step, _reasons(step, report, user)) for step in STEPS]


def may_edit(report: ProgressReport, user: Any) -> bool:
    """Whether `user` may change the figures as the report and its period stand."""
    return (
        report.is_open
        and can(user, Permission.REPORT_EDIT, agency=report.agency)
        and not closing_of(report)
    )


def require_step(step: Step, report: ProgressReport, by: Any) -> None:
    """Raise NotAllowedError or WrongStateError unless `by` may take the step.

    To be asked about a row that was just locked. Completeness is the service's.
    """
    require(by, Permission(step.permission), agency=report.agency)
    require_state(step, report.status, report.get_status_display())
    if step is SUBMIT and (reason := closing_of(report)):
        raise WrongStateError(reason)
    if reason := _partial(step, report, by):
        raise NotAllowedError(reason)


def _reasons(step: Step, report: ProgressReport, user: Any) -> list[Reason]:
    if found := state_reasons(step, report.status, report.get_status_display()):
        return found
    if not can(user, Permission(step.permission), agency=report.agency):
        found.append(Reason(_who(step, report)))
    elif reason := _partial(step, report, user):
        found.append(Reason(reason))
    if step is SUBMIT:
        if reason := closing_of(report):
            found.append(Reason(reason))
        found += _unfinished(report)
    return found


def _who(step: Step, report: ProgressReport) -> str:
    words = {"agency": report.agency.short_name}
    if step is not SUBMIT:
        words["contact"] = contact_for(report)
    return str(WHO[step]) % words


def _partial(step: Step, report: ProgressReport, user: Any) -> str:
    """Why this person cannot take this step, whatever their role; empty if they can."""
    if step.permission != Permission.REPORT_VERIFY:
        return ""
    return too_close(report, user)


def too_close(report: ProgressReport, user: Any) -> str:
    """Why this person is too close to the report to judge it; empty if not."""
    if report.submitted_by_id == user.pk:
        return _("You submitted this report, so someone else has to check it.")
    if any(m.agency_id == report.agency_id for m in current_memberships(user)):
        return _(
            "You belong to %(agency)s, so someone else has to check its report."
        ) % {"agency": report.agency.short_name}
    return ""


def _unfinished(report: ProgressReport) -> list[Reason]:
    """What the lines still lack, as one reason that leads to the list of it."""
    if report.nil_reason:
        return []
    lines = getattr(report, "line_count", None)
    if lines is None:
        lines = report.lines.count()
    unfinished = getattr(report, "incomplete_count", None)
    if unfinished is None:
        unfinished = report.lines.incomplete().count()
    url = reverse("programs:report-entry", args=[report.pk])
    if not lines:
        text = _("The report has no activity yet. Add one, or say that it is nil.")
        return [Reason(text, url)]
    if not unfinished:
        return []
    words = {"unfinished": unfinished, "lines": lines}
    text = _("%(unfinished)s of %(lines)s activities are not complete.") % words
    return [Reason(text, f"{url}#kurang")]
