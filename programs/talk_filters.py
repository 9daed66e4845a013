"""Filters of comments and of changes of verified reports."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from areas.filters import areas
from programs.filters import report_agencies
from programs.models import Activity, Comment, ProgressReport, ReportChange, ReportLine


def reports(request: HttpRequest | None) -> QuerySet[ProgressReport]:
    """The reports that the person sees."""
    if request is None:
        return ProgressReport.objects.none()
    return ProgressReport.objects.visible_to(request.user)


def lines(request: HttpRequest | None) -> QuerySet[ReportLine]:
    """The lines of the reports that the person sees."""
    return ReportLine.objects.filter(report__in=reports(request))


def activities(request: HttpRequest | None) -> QuerySet[Activity]:
    """The activities that the person sees."""
    if request is None:
        return Activity.objects.none()
    return Activity.objects.visible_to(request.user)


class ReportChangeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        choices=ReportChange.State.choices, label=_("State"), empty_label=_("all")
    )
    agency = django_filters.ModelChoiceFilter(
        field_name="report__agency",
        queryset=report_agencies,
        label=_("Agency"),
        empty_label=_("all"),
    )
    report = django_filters.ModelChoiceFilter(
        queryset=reports, label=_("Report"), widget=forms.HiddenInput
    )

    class Meta:
        model = ReportChange
        fields: list[str] = []


class CommentFilter(django_filters.FilterSet):
    report = django_filters.ModelChoiceFilter(queryset=reports, label=_("Report"))
    line = django_filters.ModelChoiceFilter(queryset=lines, label=_("Report line"))
    activity = django_filters.ModelChoiceFilter(
        queryset=activities, label=_("Activity")
    )
    area = django_filters.ModelChoiceFilter(queryset=areas, label=_("Area"))

    class Meta:
        model = Comment
        fields: list[str] = []
