"""How many offices handed in their report in time, for the last period that ended."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.access import scope_of
from agencies.models import Agency
from core import html
from core.counting import counted
from core.figures import Figure
from core.numbers import format_decimal
from programs.models import ProgressReport, ReportingPeriod


def reports_card(user: Any, as_of: date) -> Figure | None:
    """The card of the last period that ended by `as_of`; None without one."""
    period: Any = _last_period(user, as_of)
    if period is None or not period.offices:
        return None
    url = f"{reverse('programs:report-list')}?period={period.pk}&timing=in_time"
    return Figure(
        label=_("Reports in time, %(period)s") % {"period": period.name},
        value=period.in_time,
        places=0,
        unit=_("of %(offices)s offices") % {"offices": period.offices},
        url=url,
        share=Decimal(period.in_time) / period.offices * 100,
        how=_("%(verified)s of them verified. Due on %(date)s.")
        % {
            "verified": format_decimal(period.verified, 0),
            "date": html.day(period.due_on),
        },
        source=_("Housing offices of your regions"),
        tone="" if period.in_time == period.offices else "late",
    )


def _last_period(user: Any, as_of: date) -> ReportingPeriod | None:
    """With `offices`, `in_time` and `verified`; all in one query."""
    scope = scope_of(user)
    offices = Agency.objects.filter(
        scope.regions_q("region_id") | Q(pk__in=scope.agencies),
        Q(valid_until=None) | Q(valid_until__gt=as_of),
        kind=Agency.Kind.HOUSING_OFFICE,
    )
    in_time = ProgressReport.objects.filter(
        period=OuterRef("pk"),
        agency__in=offices,
        submitted_at__date__lte=OuterRef("due_on"),
    )
    verified = in_time.filter(status=ProgressReport.Status.VERIFIED)
    return (
        ReportingPeriod.objects.filter(ends_before__lte=as_of)
        .annotate(
            offices=counted(offices),
            in_time=counted(in_time),
            verified=counted(verified),
        )
        .order_by("-ends_before", "-starts_on")
        .first()
    )
