"""A report's life: started, submitted, returned (verified in `verification`)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency
from agencies.roles import Permission
from areas.services.checks import Problems, check_fields, save_checked
from core.errors import BusinessRuleError
from programs import notices, workflow
from programs.calendar import closing_of
from programs.models import ProgressReport, ReportingPeriod, ReportRound
from programs.rounds import figures_of
from programs.services.common import add_running_lines, locked
from programs.services.review import forget_changed_marks
from programs.sheet import ReportSheet, sheet_of


@transaction.atomic
def start_report(agency: Agency, *, period: ReportingPeriod, by: Any) -> ProgressReport:
    """A draft of the office for the period, with a line per running activity.

    Raises BusinessRuleError where the office has one, or the period has not begun.
    """
    require(by, Permission.REPORT_EDIT, agency=agency)
    report = ProgressReport(agency=agency, period=period, created_by=by, saved_by=by)
    problems = Problems()
    if reason := closing_of(report):
        problems["period"].append(reason)
    check_fields(report, problems)
    if "__all__" in problems:
        problems["period"] += problems.pop("__all__")
    problems.raise_any()
    save_checked(report)
    add_running_lines(report)
    return report


@transaction.atomic
def submit_report(report: ProgressReport, *, by: Any) -> ProgressReport:
    """Hand the report to the province.

    Raises BusinessRuleError with everything that is missing, under
    `lines.<n>.<field>`, n from 0 in the order of the report.
    """
    report = locked(report)
    workflow.require_step(workflow.SUBMIT, report, by)
    sheet = sheet_of(report)
    _require_complete(sheet)
    report.submitted_at, report.submitted_by = timezone.now(), by
    report.return_reason = ""
    forget_changed_marks(report, sheet)
    finish(workflow.SUBMIT, report, by, sheet=sheet)
    notices.tell_submitted(report)
    return report


@transaction.atomic
def return_report(report: ProgressReport, *, reason: str, by: Any) -> ProgressReport:
    """Send the report back to be corrected; the reason is for who wrote it."""
    report = locked(report)
    workflow.require_step(workflow.RETURN, report, by)
    reason = reason.strip()
    if not reason:
        raise BusinessRuleError(errors={"reason": [_("Say what has to be corrected.")]})
    report.submitted_at = report.submitted_by = None
    report.return_reason = reason
    report.mend_by = timezone.localdate() + timedelta(days=settings.REPORT_MEND_DAYS)
    finish(workflow.RETURN, report, by, reason=reason)
    notices.tell_returned(report, but=[by])
    return report


def finish(
    step: workflow.Step,
    report: ProgressReport,
    by: Any,
    *,
    reason: str = "",
    sheet: ReportSheet | None = None,
) -> None:
    """Store the report in its new state, and the round."""
    report.status = step.target
    report.save()
    is_submission = step is workflow.SUBMIT
    hectares = None
    if sheet:
        hectares = sheet.reported if is_submission else sheet.verified
    ReportRound.objects.create(
        report=report,
        step=step.name,
        by=by,
        reason=reason,
        hectares=hectares,
        figures=figures_of(sheet) if sheet else None,
    )


def _require_complete(sheet: ReportSheet) -> None:
    """Raise BusinessRuleError with everything that a line still lacks."""
    if not sheet.lines and not sheet.report.nil_reason:
        raise BusinessRuleError(
            _("The report has no activity yet. Add one, or say that it is nil.")
        )
    problems = Problems()
    for line, name, what in sheet.missing:
        problems[f"lines.{line.index}.{name}"].append(
            _("Activity %(number)s, %(activity)s: %(what)s.")
            % {
                "number": line.number,
                "activity": line.activity.name,
                "what": what,
            }
        )
    problems.raise_any()
