"""Reporting periods as rows: the months and quarters of a year and the year itself."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dates import MONTHS

from agencies.notices import in_indonesian
from programs.models import ReportingPeriod

DUE_DAY = 10
FIRST_YEAR, LAST_YEAR = 2000, 2100
QUARTERS = ("I", "II", "III", "IV")
Kind = ReportingPeriod.Kind
MONTHS_OF: dict[str, int] = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.YEAR: 12}


@transaction.atomic
def make_periods(year: int, *, months: bool = False) -> list[ReportingPeriod]:
    """The four quarters and the year, made where they are missing; safe to repeat.

    A report opens on the period's first day, is due on the 10th of the month after it,
    and closes REPORT_GRACE_DAYS later; a period whose grace is over when its row is
    made stays open, for it is filled in afterwards, and nobody is called for it. The
    calendar calls for quarters only; `months` makes the twelve months as well, for who
    wants to call for them.
    """
    kinds = [Kind.MONTH] if months else []
    return [
        _made(kind, starts_on)
        for kind in (*kinds, Kind.QUARTER, Kind.YEAR)
        for starts_on in _starts(kind, year)
    ]


def _made(kind: str, starts_on: date) -> ReportingPeriod:
    ends_before = _months_after(starts_on, MONTHS_OF[kind])
    is_over = _closing(_due_day(ends_before)) < timezone.localdate()
    return ensure_period(
        kind,
        name=name_of(kind, starts_on),
        starts_on=starts_on,
        ends_before=ends_before,
        is_called=kind == Kind.QUARTER and not is_over,
    )


@transaction.atomic
def ensure_period(
    kind: str,
    *,
    name: str,
    starts_on: date,
    ends_before: date,
    due_on: date | None = None,
    is_called: bool = True,
) -> ReportingPeriod:
    """The period of this kind and start; an existing row stays as it is.

    `ends_before` is the day after its last; without `due_on` it is due on the 10th.
    """
    due_on = due_on or _due_day(ends_before)
    closes_on = _closing(due_on)
    is_over = closes_on < timezone.localdate()
    period, _created = ReportingPeriod.objects.get_or_create(
        kind=kind,
        starts_on=starts_on,
        defaults={
            "name": name,
            "ends_before": ends_before,
            "opens_on": starts_on,
            "due_on": due_on,
            "closes_on": None if is_over else closes_on,
            "is_called": is_called,
        },
    )
    return period


def _due_day(ends_before: date) -> date:
    return ends_before.replace(day=DUE_DAY)


def _closing(due_on: date) -> date:
    return due_on + timedelta(days=settings.REPORT_GRACE_DAYS)


def next_start(kind: str, starts_on: date) -> date | None:
    """The day after the last of the period that begins then; None where none does."""
    if starts_on not in _starts(kind, starts_on.year):
        return None
    return _months_after(starts_on, MONTHS_OF[kind])


def name_of(kind: str, starts_on: date) -> str:
    """`Maret 2026`, `TW I 2026`, `Tahun 2026`."""
    if kind == Kind.YEAR:
        return f"Tahun {starts_on.year}"
    if kind == Kind.QUARTER:
        return f"TW {QUARTERS[(starts_on.month - 1) // 3]} {starts_on.year}"
    with in_indonesian():
        return f"{MONTHS[starts_on.month]} {starts_on.year}"


def _starts(kind: str, year: int) -> list[date]:
    """The first days of the year's periods of this kind."""
    return [date(year, month, 1) for month in range(1, 13, MONTHS_OF[kind])]


def _months_after(day: date, months: int) -> date:
    """The first day of the month that comes so many months later."""
    month = day.month + months
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
