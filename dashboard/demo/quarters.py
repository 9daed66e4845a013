"""The example's periods, and the days on which its reports came.

The example is made in one day, long after its quarters; so each first submission is
moved to a day of its own quarter's calendar, and the dates of closing are set at last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from dashboard.demo.people import Cast, acting
from dashboard.demo.plan import HULU_SUNGAI_UTARA, Calendar
from programs.models import ProgressReport, ReportingPeriod
from programs.services import (
    grant_exception,
    make_periods,
    open_due_reports,
    set_period_calendar,
)
from programs.workflow import SUBMIT

CALLED = 4  # of the finished quarters, the last ones; the calendar begins with them
DAYS_EARLY = 3
SENT_AT = time(10, 12)
# Reports that came after the due date, by quarters before the last: how many days.
LATE = {(HULU_SUNGAI_UTARA, 2): 4}
EXCEPTED, QUARTERS_BACK, EXCEPTION_DAYS = "63.04", 3, 14
EXCEPTION_REASON = "CONTOH: arsip kantor terendam banjir, laporan disusun ulang."


@dataclass(frozen=True, slots=True)
class Quarters:
    """The periods by year and quarter; `own` are those that the example made."""

    periods: Mapping[tuple[int, int], ReportingPeriod]
    own: frozenset[int]


def make_quarters(calendar: Calendar) -> Quarters:
    """The quarters of the example's years, and those of the year that runs."""
    known = set(ReportingPeriod.objects.values_list("pk", flat=True))
    with acting():
        periods = {
            (year, number): period
            for year in range(calendar.year - 2, calendar.today.year + 1)
            for number, period in enumerate(make_periods(year)[:4], start=1)
        }
    made = {period.pk for period in periods.values()}
    return Quarters(periods, frozenset(made - known))


def date_submission(report: ProgressReport, code: str, back: int) -> None:
    """Move the submission just made to the days in which it would have come."""
    days = LATE.get((code, back), -DAYS_EARLY)
    day = report.period.due_on + timedelta(days)
    sent = datetime.combine(day, SENT_AT, tzinfo=timezone.get_default_timezone())
    sent = min(sent, timezone.now())
    report.rounds.filter(step=SUBMIT.name).update(at=sent)
    ProgressReport.objects.filter(pk=report.pk).update(submitted_at=sent)


def run_calendar(quarters: Quarters, calendar: Calendar, cast: Cast) -> int:
    """Close the old quarters, give one exception, and open what every office owes.

    How many reports were opened.
    """
    called = calendar.quarters[-CALLED:]
    for key, period in quarters.periods.items():
        if period.pk in quarters.own and period.ends_before <= calendar.today:
            is_last = key == called[-1]
            _settle(period, cast, is_called=key in called, is_last=is_last)
    excepted = quarters.periods[called[-1 - QUARTERS_BACK]]
    excepted.refresh_from_db()
    if excepted.pk in quarters.own:
        with acting(cast.editor):
            grant_exception(
                excepted,
                agency=cast.offices[EXCEPTED],
                until=calendar.today + timedelta(EXCEPTION_DAYS),
                reason=EXCEPTION_REASON,
                by=cast.editor,
            )
    with acting():
        return open_due_reports(on=calendar.today)


def _settle(
    period: ReportingPeriod, cast: Cast, *, is_called: bool, is_last: bool
) -> None:
    """The last quarter stays open, so that there is something to report."""
    closes_on = period.due_on + timedelta(days=settings.REPORT_GRACE_DAYS)
    with acting(cast.editor):
        set_period_calendar(
            period,
            opens_on=period.opens_on,
            due_on=period.due_on,
            closes_on=period.closes_on if is_last else closes_on,
            is_called=is_called,
            by=cast.editor,
        )
