"""Filters of the ledger's corrections: one set for page, CSV and API."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.filters import areas, regencies
from areas.models import LedgerChange


class LedgerChangeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="said", label=_("Area or reason"))
    status = django_filters.ChoiceFilter(
        choices=LedgerChange.Status.choices, label=_("Status"), empty_label=_("all")
    )
    kind = django_filters.ChoiceFilter(
        choices=LedgerChange.Kind.choices, label=_("Correction"), empty_label=_("all")
    )
    regency = django_filters.ModelChoiceFilter(
        field_name="decree_line__area__regency",
        queryset=regencies,
        label=_("Regency/city"),
        empty_label=_("all"),
    )
    # Reached from an area's page: a list of thousands is no help to choose from.
    area = django_filters.ModelChoiceFilter(
        field_name="decree_line__area",
        queryset=areas,
        label=_("Area"),
        widget=forms.HiddenInput,
    )

    class Meta:
        model = LedgerChange
        fields: list[str] = []

    def said(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(decree_line__area__name__icontains=value) | Q(reason__icontains=value)
        )
