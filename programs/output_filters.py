"""Filters of physical outputs, for the API."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from areas.filters import areas
from programs.budget_filters import activities
from programs.filters import indicator_codes
from programs.models import PhysicalOutput, ProgressReport


def reports(request: HttpRequest | None) -> QuerySet[ProgressReport]:
    """The reports that the person sees."""
    if request is None:
        return ProgressReport.objects.none()
    return ProgressReport.objects.visible_to(request.user)


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
