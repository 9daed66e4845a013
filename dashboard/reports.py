"""How many offices handed in their report in time, for the last period that ended."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import html
from core.figures import Figure
from core.numbers import format_decimal
from programs.duties import with_counts
from programs.models import ReportingPeriod


def reports_card(user: Any, as_of: date) -> Figure | None:
    """The card of the last period that ended by `as_of`; None without one."""
    period: Any = _last_period(user, as_of)
    if period is None or not period.offices:
        return None
    return Figure(
        label=_("Reports in time, %(period)s") % {"period": period.name},
        value=period.in_time,
        places=0,
        unit=_("of %(offices)s offices") % {"offices": period.offices},
        url=period.get_absolute_url(),
        share=Decimal(period.in_time) / period.offices * 100,
        how=_("Submitted by %(submitted)s, verified of %(verified)s. Due on %(date)s.")
        % {
            "submitted": format_decimal(period.submitted, 0),
            "verified": format_decimal(period.verified, 0),
            "date": html.day(period.due_on),
        },
        source=_("Offices of your regions that report every period"),
        tone="" if period.in_time == period.offices else "late",
    )


def _last_period(user: Any, as_of: date) -> ReportingPeriod | None:
    """The last called one, with the counts of the calendar's pages; one query."""
    periods = ReportingPeriod.objects.filter(is_called=True, ends_before__lte=as_of)
    return (
        with_counts(periods, user).order_by("-ends_before", "-starts_on", "pk").first()
    )
