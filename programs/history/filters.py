"""Filters of the agreements: one set for page, CSV and API."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from areas.filters import areas, regencies
from areas.models import Assessment
from programs.filters import indicator_codes

SAME = (("no", _("Only differences")), ("yes", _("Only the same")))
TOUCHED = (("yes", _("With verified volumes")), ("no", _("Without verified volumes")))


class AgreementFilter(django_filters.FilterSet):
    """Of later surveys; what concerns one indicator is chosen once it is computed."""

    regency = django_filters.ModelChoiceFilter(
        field_name="area__regency",
        queryset=regencies,
        label=_("Regency/city"),
        empty_label=_("all"),
    )
    q = django_filters.CharFilter(
        field_name="area__name", lookup_expr="icontains", label=_("Area")
    )
    year = django_filters.NumberFilter(
        field_name="surveyed_on",
        lookup_expr="year",
        label=_("Year of the survey"),
        decimal_places=0,
        min_value=1990,
        max_value=2200,
    )
    indicator = django_filters.ChoiceFilter(
        choices=indicator_codes,
        method="chosen_later",
        label=_("Indicator"),
        empty_label=_("all"),
    )
    same = django_filters.ChoiceFilter(
        choices=SAME,
        method="chosen_later",
        label=_("Same per RT"),
        empty_label=_("all"),
    )
    touched = django_filters.ChoiceFilter(
        choices=TOUCHED,
        method="chosen_later",
        label=_("Verified volumes"),
        empty_label=_("all"),
    )

    # Reached from an area's page: a list of thousands is no help to choose from.
    area = django_filters.ModelChoiceFilter(
        queryset=areas, label=_("Slum area"), widget=forms.HiddenInput
    )

    class Meta:
        model = Assessment
        fields: list[str] = []

    def chosen_later(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset
