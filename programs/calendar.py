"""Whether an office may report on a period today, and if not, why and whom to call.

Days are those of the project's zone (WITA): the last day counts to its midnight.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from core import html
from programs.models import LockException, ProgressReport, ReportingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days on which one office may fill in and submit one period's report.

    `last_day` is None where the period never closes.
    """

    first_day: date
    last_day: date | None

    def is_open(self, on: date) -> bool:
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)


def window_of(
    period: ReportingPeriod,
    *,
    exception_until: date | None = None,
    mend_by: date | None = None,
) -> Window:
    """The period's own days, made longer by an exception or a returned report.

    Neither shortens them: the latest of the three days counts.
    """
    last_day = period.closes_on
    if last_day is not None:
        last_day = max(day for day in (last_day, exception_until, mend_by) if day)
    return Window(first_day=period.opens_on, last_day=last_day)


def latest_exceptions(agency: Any, period: Any) -> QuerySet[LockException]:
    """The exceptions of an office and period; the first is the one that counts."""
    exceptions = LockException.objects.filter(agency=agency, period=period)
    return exceptions.order_by("-granted_at", "-pk")


def exception_until() -> Subquery:
    """To which day an exception lets the outer report's office report, or NULL."""
    exceptions = latest_exceptions(OuterRef("agency"), OuterRef("period"))
    return Subquery(exceptions.values("until")[:1])


def calendar_office() -> QuerySet[Agency]:
    """The province's housing office, which keeps the calendar."""
    return Agency.objects.filter(
        level=Agency.Level.PROVINCE, kind=Agency.Kind.HOUSING_OFFICE
    ).order_by("pk")


def calendar_contact() -> Subquery:
    """Name and number of whom to call about the calendar, for an annotation."""
    named = calendar_office().annotate(
        call=Concat(F("short_name"), Value(" ("), F("contact"), Value(")"))
    )
    return Subquery(named.values("call")[:1])


def shown_contact(name: str | None) -> str:
    """The contact as sentences have it; without a number the name alone."""
    return (name or _("the province's housing office")).removesuffix(" ()")


def with_calendar(
    reports: "QuerySet[ProgressReport]",
) -> "QuerySet[ProgressReport]":
    """Add what `closing_of` needs, so that a list asks nothing more per row."""
    return reports.annotate(
        exception_until=exception_until(), calendar_contact=calendar_contact()
    )


def open_on(
    reports: "QuerySet[ProgressReport]", on: date
) -> "QuerySet[ProgressReport]":
    """Those of whose window that day is a part: `window_of_report` in SQL."""
    mending = Q(status=ProgressReport.Status.RETURNED, mend_by__gte=on)
    return reports.annotate(exception_until=exception_until()).filter(
        Q(period__closes_on=None)
        | Q(period__closes_on__gte=on)
        | Q(exception_until__gte=on)
        | mending,
        period__opens_on__lte=on,
    )


def window_of_report(report: ProgressReport) -> Window:
    """The days on which the report may be filled in and submitted."""
    if hasattr(report, "exception_until"):
        until = report.exception_until
    else:
        latest = latest_exceptions(report.agency_id, report.period_id).first()
        until = latest.until if latest else None
    mending = report.status == ProgressReport.Status.RETURNED
    return window_of(
        report.period,
        exception_until=until,
        mend_by=report.mend_by if mending else None,
    )


def closing_of(report: ProgressReport, on: date | None = None) -> str:
    """Why the report cannot be filled in on that day (today), and whom to call.

    Empty while it can. Its status is not asked: that is the workflow's.
    """
    on = on or timezone.localdate()
    window = window_of_report(report)
    if window.is_open(on):
        return ""
    if on < window.first_day:
        return _("Reports on %(period)s open on %(date)s.") % {
            "period": report.period.name,
            "date": html.day(window.first_day),
        }
    return _(
        "%(period)s closed on %(date)s. Ask %(contact)s for an exception for your"
        " office."
    ) % {
        "period": report.period.name,
        "date": html.day(window.last_day),
        "contact": contact_for(report),
    }


def contact_for(report: ProgressReport) -> str:
    """Whom an office calls about its report: the province's housing office."""
    if hasattr(report, "calendar_contact"):
        return shown_contact(report.calendar_contact)
    office = calendar_office().first()
    return shown_contact(f"{office.short_name} ({office.contact})" if office else None)
