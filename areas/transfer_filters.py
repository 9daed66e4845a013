"""Filters of requests to transfer areas: one set for page, CSV and API."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.filters import areas, regencies
from areas.models import AuthorityTransfer


class TransferFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="said", label=_("Area or letter"))
    status = django_filters.ChoiceFilter(
        choices=AuthorityTransfer.Status.choices,
        label=_("Status"),
        empty_label=_("all"),
    )
    regency = django_filters.ModelChoiceFilter(
        field_name="area__regency",
        queryset=regencies,
        label=_("Regency/city"),
        empty_label=_("all"),
    )
    # Reached from an area's page: a list of thousands is no help to choose from.
    area = django_filters.ModelChoiceFilter(
        queryset=areas, label=_("Area"), widget=forms.HiddenInput
    )

    class Meta:
        model = AuthorityTransfer
        fields: list[str] = []

    def said(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(area__name__icontains=value)
            | Q(letter_number__icontains=value)
            | Q(answer_number__icontains=value)
        )
