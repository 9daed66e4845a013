"""Filters of physical outputs, for the API."""

import django_filters
from django.utils.translation import gettext_lazy as _

from areas.filters import areas
from programs.filters import activities, indicator_codes, reports
from programs.models import PhysicalOutput


class OutputFilter(django_filters.FilterSet):
    report = django_filters.ModelChoiceFilter(
        field_name="line__report", queryset=reports, label=_("Report")
    )
    activity = django_filters.ModelChoiceFilter(
        field_name="line__activity", queryset=activities, label=_("Activity")
    )
    area = django_filters.ModelChoiceFilter(
        field_name="line__activity__area", queryset=areas, label=_("Slum area")
    )
    indicator = django_filters.ChoiceFilter(
        choices=indicator_codes, label=_("Indicator")
    )

    class Meta:
        model = PhysicalOutput
        fields: list[str] = []
