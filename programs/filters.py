"""Filters of programmes, activities and reports: one set for page, CSV and API."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from areas.filters import areas
from areas.rule_sets import published_rules
from programs.duties import with_timing
from programs.models import (
    Activity,
    Fund,
    Programme,
    ProgressReport,
    ReportingPeriod,
    ReportLine,
    SipdCode,
)
from programs.timeliness import Timing

FINISHED = (
    ("no", _("Running")),
    ("yes", _("Finished")),
    ("draft", _("Draft plan")),
)
PLANNED = (("no", _("Running")), ("yes", _("Draft plan")))


def indicator_codes() -> list[tuple[str, str]]:
    """The codes of all published rule sets, which may mean different indicators."""
    codes = {code for rules in published_rules().values() for code in rules.codes}
    return [(code, code) for code in sorted(codes)]


def programmes(request: HttpRequest | None) -> QuerySet[Programme]:
    """The programmes that the person sees."""
    if request is None:
        return Programme.objects.none()
    return Programme.objects.visible_to(request.user)


def activities(request: HttpRequest | None) -> QuerySet[Activity]:
    """The activities that the person sees."""
    if request is None:
        return Activity.objects.none()
    return Activity.objects.visible_to(request.user)


def reports(request: HttpRequest | None) -> QuerySet[ProgressReport]:
    """The reports that the person sees."""
    if request is None:
        return ProgressReport.objects.none()
    return ProgressReport.objects.visible_to(request.user)


def lines(request: HttpRequest | None) -> QuerySet[ReportLine]:
    """The lines of the reports that the person sees."""
    return ReportLine.objects.filter(report__in=reports(request))


def programme_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies whose programmes the person sees."""
    seen = programmes(request).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen)


def activity_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies whose activities the person sees."""
    seen = activities(request).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen)


def report_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies whose reports the person sees."""
    seen = reports(request).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen)


class YearFilter(django_filters.NumberFilter):
    """A year: a whole number that has no thousands mark."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str | None = None, **options: Any) -> None:
        bounds = {"label": _("Year"), "min_value": 1900, "max_value": 2100}
        super().__init__(field_name=field_name, **bounds | options)


class ProgrammeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Code or name"))
    agency = django_filters.ModelChoiceFilter(
        queryset=programme_agencies, label=_("Agency"), empty_label=_("all")
    )
    year = YearFilter()
    fund = django_filters.ChoiceFilter(
        choices=Fund.choices, label=_("Source of funds"), empty_label=_("all")
    )
    origin = django_filters.ChoiceFilter(
        choices=Programme.Origin.choices, label=_("Origin"), empty_label=_("all")
    )
    draft = django_filters.ChoiceFilter(
        choices=PLANNED, method="is_planned", label=_("State"), empty_label=_("all")
    )

    class Meta:
        model = Programme
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(code__icontains=value) | Q(name__icontains=value))

    def is_planned(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_draft=value == "yes")


class SipdFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Code or name"))
    year = YearFilter()
    level = django_filters.ChoiceFilter(
        choices=SipdCode.Level.choices, label=_("Level"), empty_label=_("all")
    )

    class Meta:
        model = SipdCode
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(code__startswith=value) | Q(name__icontains=value))


class ActivityFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Activity or contract"))
    programme = django_filters.ModelChoiceFilter(
        queryset=programmes, label=_("Programme"), empty_label=_("all")
    )
    agency = django_filters.ModelChoiceFilter(
        queryset=activity_agencies, label=_("Agency"), empty_label=_("all")
    )
    area = django_filters.ModelChoiceFilter(
        queryset=areas, label=_("Slum area"), empty_label=_("all")
    )
    indicator = django_filters.ChoiceFilter(
        choices=indicator_codes,
        label=_("Indicator"),
        empty_label=_("all"),
    )
    finished = django_filters.ChoiceFilter(
        choices=FINISHED, method="is_finished", label=_("State"), empty_label=_("all")
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(name__icontains=value) | Q(contract_number__icontains=value)
        )

    def is_finished(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Finished, running, or of a draft plan, whose activities are neither."""
        if value == "draft":
            return queryset.filter(programme__is_draft=True)
        return queryset.filter(programme__is_draft=False, is_closed=value == "yes")


class ReportFilter(django_filters.FilterSet):
    agency = django_filters.ModelChoiceFilter(
        queryset=report_agencies, label=_("Agency"), empty_label=_("all")
    )
    period = django_filters.ModelChoiceFilter(
        queryset=ReportingPeriod.objects.all(), label=_("Period"), empty_label=_("all")
    )
    status = django_filters.ChoiceFilter(
        choices=ProgressReport.Status.choices, label=_("Status"), empty_label=_("all")
    )
    timing = django_filters.ChoiceFilter(
        choices=Timing.choices,
        method="timed",
        label=_("Timeliness"),
        empty_label=_("all"),
    )

    class Meta:
        model = ProgressReport
        fields: list[str] = []

    def timed(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """As they stand today; the first submission counts."""
        return with_timing(queryset, timezone.localdate()).filter(timing=value)
