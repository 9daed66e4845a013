"""Filters of comments and of changes of verified reports."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from areas.filters import areas
from programs.filters import activities, lines, report_agencies, reports
from programs.models import Comment, ReportChange


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
