"""Whether an office's report came in time: values in, values out, never stored.

Days are those of the project's zone (WITA): a report of 31 March 23.30 came on
31 March. The first submission counts, so that a report that was returned and sent again
does not become late; an office that reports nothing ("nihil") has reported.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.calendar import window_of
from programs.models import ReportingPeriod


class Timing(models.TextChoices):
    """How an office stands with its report on one period; always exactly one."""

    NOT_DUE = "not_due", _("Not due yet")
    DUE = "due", _("To be reported")
    OVERDUE = "overdue", _("Overdue")
    MISSING = "missing", _("Not reported")
    IN_TIME = "in_time", _("In time")
    LATE = "late", _("Late")
    EXCEPTED = "excepted", _("Late, with an exception")


# What counts in a share: the due date has passed, or the report is there.
JUDGED = frozenset(Timing) - {Timing.NOT_DUE, Timing.DUE}


class PeriodState(models.TextChoices):
    """Where a period stands in its calendar."""

    AHEAD = "ahead", _("Not open yet")
    OPEN = "open", _("Open")
    GRACE = "grace", _("Past due")
    CLOSED = "closed", _("Closed")


def state_of(period: ReportingPeriod, on: date) -> PeriodState:
    """Where the period stands on that day; exceptions of single offices aside."""
    if on < period.opens_on:
        return PeriodState.AHEAD
    if on <= period.due_on:
        return PeriodState.OPEN
    return PeriodState.GRACE if window_of(period).is_open(on) else PeriodState.CLOSED


@dataclass(frozen=True, slots=True)
class Standing:
    """The state, and the days to the due date (`days_left`) or past it (`days_late`).

    Of a submitted report `days_late` are those of its submission; one of the two is 0.
    """

    timing: Timing
    days_left: int = 0
    days_late: int = 0


def standing_of(
    period: ReportingPeriod,
    *,
    submitted_at: datetime | None,
    exception_until: date | None,
    on: date,
) -> Standing:
    """How an office stands on that day.

    `submitted_at` is its first submission, `exception_until` the last day of the
    exception that counts.
    """
    if submitted_at is not None:
        return _submitted(period, timezone.localdate(submitted_at), exception_until)
    if on <= period.due_on:
        is_due = period.opens_on <= on and period.ends_before <= on
        timing = Timing.DUE if is_due else Timing.NOT_DUE
        return Standing(timing, days_left=(period.due_on - on).days)
    is_open = window_of(period, exception_until=exception_until).is_open(on)
    timing = Timing.OVERDUE if is_open else Timing.MISSING
    return Standing(timing, days_late=period.days_late(on))


def _submitted(
    period: ReportingPeriod, day: date, exception_until: date | None
) -> Standing:
    late = period.days_late(day)
    if not late:
        return Standing(Timing.IN_TIME)
    was_closed = period.closes_on is not None and day > period.closes_on
    if was_closed and exception_until is not None and day <= exception_until:
        return Standing(Timing.EXCEPTED, days_late=late)
    return Standing(Timing.LATE, days_late=late)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the reports that were due came in time."""

    in_time: int
    due: int

    @classmethod
    def of(cls, timings: Iterable[Timing]) -> "Share":
        due = [timing for timing in timings if timing in JUDGED]
        return cls(due.count(Timing.IN_TIME), len(due))

    @property
    def percent(self) -> Decimal | None:
        """On a scale of 0 to 100; None where nothing was due."""
        return Decimal(self.in_time) / self.due * 100 if self.due else None
