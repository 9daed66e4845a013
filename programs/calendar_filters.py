"""Filters of periods, exceptions and timeliness: one set for page, files and API."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from programs.duties import agencies_seen
from programs.filters import YearFilter
from programs.models import LockException, ReportingPeriod
from programs.services.periods import FIRST_YEAR, LAST_YEAR

CALLED = (("yes", _("Every office reports")), ("no", _("Only who wants to")))


def reporting_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The offices that report every period, as far as the person sees them."""
    if request is None:
        return Agency.objects.none()
    return agencies_seen(request.user).filter(reports_progress=True)


class PeriodFilter(django_filters.FilterSet):
    year = YearFilter(
        "starts_on", lookup_expr="year", min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    kind = django_filters.ChoiceFilter(
        choices=ReportingPeriod.Kind.choices, label=_("Kind"), empty_label=_("all")
    )
    called = django_filters.ChoiceFilter(
        choices=CALLED, method="are_called", label=_("Called"), empty_label=_("all")
    )

    class Meta:
        model = ReportingPeriod
        fields: list[str] = []

    def are_called(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_called=value == "yes")


class TimelinessFilter(django_filters.FilterSet):
    """Of the periods whose offices are shown: one year, by default the one that runs.

    `agency` is chosen among the offices when they are laid beside the periods.
    """

    year = YearFilter(
        "starts_on", lookup_expr="year", min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    kind = django_filters.ChoiceFilter(
        choices=ReportingPeriod.Kind.choices, label=_("Kind"), empty_label=_("all")
    )
    agency = django_filters.ModelChoiceFilter(
        queryset=reporting_agencies,
        method="chosen_later",
        label=_("Agency"),
        empty_label=_("all"),
    )

    class Meta:
        model = ReportingPeriod
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        chosen = QueryDict(mutable=True)
        chosen.update(data or {})
        if not chosen.get("year"):
            chosen["year"] = str(timezone.localdate().year)
        super().__init__(chosen, *args, **kwargs)

    def chosen_later(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset


class ExceptionFilter(django_filters.FilterSet):
    period = django_filters.ModelChoiceFilter(
        queryset=ReportingPeriod.objects.all(), label=_("Period"), empty_label=_("all")
    )
    agency = django_filters.ModelChoiceFilter(
        queryset=reporting_agencies, label=_("Agency"), empty_label=_("all")
    )

    class Meta:
        model = LockException
        fields: list[str] = []
