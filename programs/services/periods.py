"""Reporting periods as rows: the quarters of a year and the year itself."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from programs.models import ReportingPeriod

DUE_DAY = 10
QUARTERS = ("I", "II", "III", "IV")


@transaction.atomic
def make_periods(year: int) -> list[ReportingPeriod]:
    """The four quarters and the year, made where they are missing; safe to repeat.

    A report opens on the period's first day, is due on the 10th of the month after it,
    and closes REPORT_GRACE_DAYS later; a period whose grace is over when its row is
    made stays open, for it is filled in afterwards. The calendar calls for quarters.
    """
    kinds = ReportingPeriod.Kind
    quarters = [
        ensure_period(
            kinds.QUARTER,
            name=f"TW {name} {year}",
            starts_on=date(year, 3 * number + 1, 1),
            ends_before=_month_after(year, 3 * number + 3),
        )
        for number, name in enumerate(QUARTERS)
    ]
    whole = ensure_period(
        kinds.YEAR,
        name=f"Tahun {year}",
        starts_on=date(year, 1, 1),
        ends_before=date(year + 1, 1, 1),
        is_called=False,
    )
    return [*quarters, whole]


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
    due_on = due_on or ends_before.replace(day=DUE_DAY)
    closes_on = due_on + timedelta(days=settings.REPORT_GRACE_DAYS)
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


def _month_after(year: int, month: int) -> date:
    """The first day of the month after this one."""
    return date(year + month // 12, month % 12 + 1, 1)
