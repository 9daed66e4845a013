"""Which office owes a report on which period, and how it stands with it.

An office without a row of its own is never left out: what is asked is offices ×
periods, and the reports are laid beside them. Counts in SQL and rows in Python follow
the same two rules, `owing` here and `programs.timeliness`; a test holds them together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import TruncDate

from agencies.access import scope_of
from agencies.models import Agency
from core.counting import counted
from programs.calendar import exception_until
from programs.models import (
    LockException,
    ProgressReport,
    ReportingPeriod,
    ReportRound,
)
from programs.timeliness import Standing, Timing, standing_of
from programs.workflow import SUBMIT


@dataclass(frozen=True, slots=True)
class Duty:
    """One office and one period: its report, if there is one, and how it stands."""

    agency: Agency
    period: ReportingPeriod
    report: ProgressReport | None
    exception: LockException | None
    standing: Standing

    @property
    def timing(self) -> Timing:
        return self.standing.timing

    @property
    def is_owed(self) -> bool:
        """Whether the calendar calls for it; others report without owing."""
        return owes(self.agency, self.period)

    @property
    def is_begun(self) -> bool:
        """Whether somebody of the office has saved anything yet."""
        return self.report is not None and self.report.saved_by_id is not None

    @property
    def submitted_at(self) -> datetime | None:
        """When it was first submitted."""
        return getattr(self.report, "first_submitted_at", None)


def agencies_seen(user: Any) -> QuerySet[Agency]:
    """The agencies whose reports the person sees, as `ProgressReport.visible_to`."""
    scope = scope_of(user)
    return Agency.objects.filter(
        scope.regions_q("region_id") | Q(pk__in=scope.agencies)
    )


def owing(opens_on: Any, path: str = "") -> Q:
    """Agencies that owe a report on a called period that opens on that day.

    Those that report and existed then: an office that came later owes the next one.
    `opens_on` is a date, an F or an OuterRef; `path` leads to the agency.
    """
    begun = Q(**{f"{path}valid_from": None}) | Q(**{f"{path}valid_from__lte": opens_on})
    there = Q(**{f"{path}valid_until": None}) | Q(
        **{f"{path}valid_until__gt": opens_on}
    )
    return Q(**{f"{path}reports_progress": True}) & begun & there


def owes(agency: Agency, period: ReportingPeriod) -> bool:
    """`owing` and being called, of two rows at hand."""
    day = period.opens_on
    return (
        period.is_called
        and agency.reports_progress
        and (agency.valid_from is None or agency.valid_from <= day)
        and (agency.valid_until is None or agency.valid_until > day)
    )


# ---- reports -------------------------------------------------------------------------
def with_first_submission(reports: QuerySet[ProgressReport]) -> QuerySet[Any]:
    """Add `first_submitted_at`: timeliness asks when a report first came."""
    return reports.annotate(first_submitted_at=_first_submission())


def first_submission_of(report: ProgressReport) -> datetime | None:
    """The annotation where the report has it, else one query."""
    if hasattr(report, "first_submitted_at"):
        return report.first_submitted_at
    found = report.rounds.filter(step=SUBMIT.name).order_by("at", "pk").first()
    return found.at if found else None


def with_timing(reports: QuerySet[ProgressReport], on: date) -> QuerySet[Any]:
    """Add `first_submitted_at` and `timing`: `timeliness.standing_of` in SQL, for
    filters, files and checks."""
    is_closed = Q(period__closes_on__lt=on) & (
        Q(excepted_until=None) | Q(excepted_until__lt=on)
    )
    timing = Case(
        When(first_submitted_on__lte=F("period__due_on"), then=Value(Timing.IN_TIME)),
        When(
            first_submitted_on__gt=F("period__closes_on"),
            first_submitted_on__lte=F("excepted_until"),
            then=Value(Timing.EXCEPTED),
        ),
        When(first_submitted_on__isnull=False, then=Value(Timing.LATE)),
        When(
            period__due_on__gte=on,
            period__opens_on__lte=on,
            period__ends_before__lte=on,
            then=Value(Timing.DUE),
        ),
        When(period__due_on__gte=on, then=Value(Timing.NOT_DUE)),
        When(is_closed, then=Value(Timing.MISSING)),
        default=Value(Timing.OVERDUE),
        output_field=CharField(),
    )
    return (
        with_first_submission(reports)
        .annotate(
            first_submitted_on=TruncDate("first_submitted_at"),
            excepted_until=exception_until(),
        )
        .annotate(timing=timing)
    )


def _first_submission() -> Subquery:
    rounds = ReportRound.objects.filter(report=OuterRef("pk"), step=SUBMIT.name)
    return Subquery(rounds.order_by("at", "pk").values("at")[:1])


# ---- periods -------------------------------------------------------------------------
def with_counts(periods: QuerySet[ReportingPeriod], user: Any) -> QuerySet[Any]:
    """Add how many `offices` of those that the person sees owe a report, and how many
    have it `submitted` (or verified), `verified`, and first submitted `in_time`."""
    seen = agencies_seen(user)
    offices = seen.filter(owing(OuterRef("opens_on")))
    reports = ProgressReport.objects.filter(
        owing(F("period__opens_on"), "agency__"),
        period=OuterRef("pk"),
        agency__in=seen,
    )
    verified = reports.filter(status=ProgressReport.Status.VERIFIED)
    submitted = reports.filter(submitted_at__isnull=False)
    in_time = reports.annotate(first_submitted_on=TruncDate(_first_submission()))
    return periods.annotate(
        offices=Case(When(is_called=True, then=counted(offices)), default=0),
        submitted=counted(submitted),
        verified=counted(verified),
        in_time=counted(in_time.filter(first_submitted_on__lte=F("period__due_on"))),
    )


# ---- offices × periods ---------------------------------------------------------------
def duties_of(
    agencies: QuerySet[Agency], periods: Iterable[ReportingPeriod], on: date
) -> list[Duty]:
    """How each office stands with each period that it owes a report on, in order.

    Also those that report without owing it, such as on a period that is not called.
    Three queries.
    """
    found_agencies, found_periods = list(agencies), list(periods)
    both = Q(agency__in=found_agencies, period__in=found_periods)
    reports = {
        (report.agency_id, report.period_id): report
        for report in with_first_submission(ProgressReport.objects.filter(both))
    }
    granted = LockException.objects.filter(both).select_related("granted_by")
    exceptions = {
        (row.agency_id, row.period_id): row
        for row in granted.order_by("granted_at", "pk")
    }
    return [
        _duty(agency, period, reports.get(key), exceptions.get(key), on)
        for period in found_periods
        for agency in found_agencies
        if (key := (agency.pk, period.pk)) in reports or owes(agency, period)
    ]


def _duty(
    agency: Agency,
    period: ReportingPeriod,
    report: ProgressReport | None,
    exception: LockException | None,
    on: date,
) -> Duty:
    standing = standing_of(
        period,
        submitted_at=first_submission_of(report) if report else None,
        exception_until=exception.until if exception else None,
        on=on,
    )
    return Duty(agency, period, report, exception, standing)
