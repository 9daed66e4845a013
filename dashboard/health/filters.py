"""The filter of the rows of a check."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from areas.filters import regencies
from dashboard.health.check import in_regency


class HealthFilter(django_filters.FilterSet):
    """Of the rows of any check; where they lie is asked by what they are."""

    regency = django_filters.ModelChoiceFilter(
        queryset=regencies,
        method="within",
        label=_("Regency/city"),
        empty_label=_("all"),
    )

    def within(self, queryset: QuerySet, name: str, value: Region) -> QuerySet[Any]:
        return in_regency(queryset, value.pk)
