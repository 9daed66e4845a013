"""What the services here share: locks, a report's open state, its running lines."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.roles import Permission
from core.errors import WrongStateError
from programs.calendar import closing_of
from programs.models import Activity, Programme, ProgressReport, ReportLine


def locked(report: ProgressReport) -> ProgressReport:
    """The report, re-read under a lock: what is checked now still holds at commit."""
    return (
        ProgressReport.objects.select_for_update(of=("self",))
        .select_related("agency", "period")
        .get(pk=report.pk)
    )


def locked_programme(programme: Programme) -> Programme:
    """The programme under a lock, with its agency."""
    return (
        Programme.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=programme.pk)
    )


def locked_activity(activity: Activity, by: Any) -> Activity:
    """The activity under a lock, for who may change its programme's records."""
    activity = (
        Activity.objects.select_for_update(of=("self",))
        .select_related("programme__agency", "agency", "area__agency")
        .get(pk=activity.pk)
    )
    require(by, Permission.PROGRAMME_EDIT, agency=activity.programme.agency)
    return activity


def require_open(report: ProgressReport) -> None:
    """Raise WrongStateError unless the lines may be edited: status and calendar."""
    if not report.is_open:
        raise WrongStateError(
            _(
                "The report is “%(status)s”, so its figures cannot be changed. The"
                " verifier has to return it first."
            )
            % {"status": report.get_status_display()}
        )
    if reason := closing_of(report):
        raise WrongStateError(reason)


def running_without_line(report: ProgressReport) -> QuerySet[Activity]:
    """The office's running activities that the report has no line for.

    Running are those not finished, of the period's year or an earlier one; the
    activities of a draft plan are not. Of the activities of others the office reports
    the money that it pays.
    """
    return (
        Activity.objects.reported_by(report.agency_id)
        .filter(is_closed=False, programme__year__lte=report.period.starts_on.year)
        .exclude(pk__in=report.lines.values("activity"))
    )


def add_running_lines(report: ProgressReport) -> int:
    """A blank line for each running activity without one; how many were added."""
    lines = [
        ReportLine(report=report, activity=activity)
        for activity in running_without_line(report)
    ]
    return len(ReportLine.objects.bulk_create(lines))
