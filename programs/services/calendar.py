"""The calendar: reports made when a period opens, its dates, its exceptions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require, require_any
from agencies.models import Agency
from agencies.roles import Permission
from areas.services.checks import Problems, check_and_save
from core import html
from programs import notices
from programs.calendar import calendar_office
from programs.duties import owes
from programs.models import LockException, ProgressReport, ReportingPeriod
from programs.services.common import add_running_lines
from programs.services.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    ensure_period,
    name_of,
    next_start,
)


@transaction.atomic
def open_due_reports(*, on: date) -> int:
    """Make the reports that offices owe by that day and have not got; how many.

    An office owes one for every called period that opened while it existed, so one that
    the application missed (an outage, a period made later) is made as well, also after
    the closing: then it stands as not reported until an exception opens it. Each has a
    line per running activity. Safe to repeat, and for several workers at once.
    """
    periods = ReportingPeriod.objects.called(on).order_by("opens_on", "pk")
    agencies = Agency.objects.filter(reports_progress=True).order_by("pk")
    known = set(
        ProgressReport.objects.filter(period__in=periods)
        .order_by()
        .values_list("agency", "period")
    )
    missing = [
        (agency, period)
        for period in periods
        for agency in agencies
        if owes(agency, period) and (agency.pk, period.pk) not in known
    ]
    return sum(_open(agency, period) for agency, period in missing)


def _open(agency: Agency, period: ReportingPeriod) -> bool:
    """The report with its lines, unless another worker was faster."""
    report, is_new = ProgressReport.objects.get_or_create(agency=agency, period=period)
    if is_new:
        add_running_lines(report)
    return is_new


@transaction.atomic
def create_period(
    *, kind: str, starts_on: date, is_called: bool, by: Any
) -> ReportingPeriod:
    """The month, quarter or year that begins on that day, with the usual dates.

    Raises BusinessRuleError where none begins then, or it is there already.
    """
    _require_calendar(by)
    problems = Problems()
    ends_before = None
    if not FIRST_YEAR <= starts_on.year <= LAST_YEAR:
        problems["starts_on"].append(_("The year must lie between 2000 and 2100."))
    elif (ends_before := next_start(kind, starts_on)) is None:
        problems["starts_on"].append(_begins_wrong(kind))
    elif ReportingPeriod.objects.filter(kind=kind, starts_on=starts_on).exists():
        problems["starts_on"].append(
            _("%(period)s is there already.") % {"period": name_of(kind, starts_on)}
        )
    problems.raise_any()
    assert ends_before is not None
    return ensure_period(
        kind,
        name=name_of(kind, starts_on),
        starts_on=starts_on,
        ends_before=ends_before,
        is_called=is_called,
    )


def _begins_wrong(kind: str) -> str:
    kinds = ReportingPeriod.Kind
    if kind == kinds.QUARTER:
        return _("A quarter begins on 1 January, 1 April, 1 July or 1 October.")
    if kind == kinds.MONTH:
        return _("A month begins on its first day.")
    return _("A year begins on 1 January.")


@transaction.atomic
def set_period_calendar(
    period: ReportingPeriod,
    *,
    opens_on: date,
    due_on: date,
    closes_on: date | None,
    is_called: bool,
    by: Any,
) -> ReportingPeriod:
    """When the period opens, is due and closes (None: never), and whether it is called.

    A report that was made already stays when the period is not called any more.
    """
    _require_calendar(by)
    period = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    period.opens_on, period.due_on, period.closes_on = opens_on, due_on, closes_on
    period.is_called = is_called
    problems = Problems()
    if opens_on < period.starts_on:
        problems["opens_on"].append(
            _("Not before the first day of the period, %(date)s.")
            % {"date": html.day(period.starts_on)}
        )
    if due_on < opens_on:
        problems["due_on"].append(_("Not before the day on which it opens."))
    if closes_on is not None and closes_on < due_on:
        problems["closes_on"].append(_("Not before the day on which it is due."))
    check_and_save(period, problems)
    return period


@transaction.atomic
def grant_exception(
    period: ReportingPeriod, *, agency: Agency, until: date, reason: str, by: Any
) -> LockException:
    """Let one office report on the period to the end of a day after its closing.

    Rows are never changed: the latest one counts, so a new one also shortens an earlier
    one (to today at the least).
    """
    require(by, Permission.CALENDAR_EDIT, agency=agency)
    period = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    exception = LockException(
        period=period,
        agency=agency,
        until=until,
        reason=reason.strip(),
        granted_by=by,
    )
    problems = Problems()
    for sentence in _until_wrong(period, until):
        problems["until"].append(sentence)
    for sentence in _agency_wrong(period, agency):
        problems["agency"].append(sentence)
    if not exception.reason:
        problems["reason"].append(_("Say why this office may still report."))
    check_and_save(exception, problems)
    notices.tell_exception(exception)
    return exception


def _until_wrong(period: ReportingPeriod, until: date) -> Iterable[str]:
    if period.closes_on is None:
        yield _("%(period)s does not close, so no exception is needed.") % {
            "period": period.name
        }
    elif until <= period.closes_on:
        yield _("A day after the closing on %(date)s.") % {
            "date": html.day(period.closes_on)
        }
    if until < timezone.localdate():
        yield _("Today or later: nobody can report in the past.")


def _agency_wrong(period: ReportingPeriod, agency: Agency) -> Iterable[str]:
    report = ProgressReport.objects.filter(agency=agency, period=period).first()
    if report is not None and not report.is_open:
        yield _("%(agency)s has handed in its report: it is “%(status)s”.") % {
            "agency": agency.short_name,
            "status": report.get_status_display(),
        }


def _require_calendar(by: Any) -> None:
    """Periods are of no office: who keeps the province's calendar keeps them."""
    office = calendar_office().first()
    if office is None:
        require_any(by, Permission.CALENDAR_EDIT)
    else:
        require(by, Permission.CALENDAR_EDIT, agency=office)
