"""Filters of the ledger: one set for page, CSV and API."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.filters import areas, decrees, regencies, reporting_agencies
from areas.models import DecreeLine, LedgerEntry
from areas.models.ledger import Outcome
from core.forms import DateInput


class LedgerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="said", label=_("Area or cause"))
    regency = django_filters.ModelChoiceFilter(
        field_name="decree_line__area__regency",
        queryset=regencies,
        label=_("Regency/city"),
        empty_label=_("all"),
    )
    agency = django_filters.ModelChoiceFilter(
        queryset=reporting_agencies,
        label=_("Reporting agency"),
        empty_label=_("all"),
    )
    outcome = django_filters.ChoiceFilter(
        choices=Outcome.choices, label=_("Outcome"), empty_label=_("all")
    )
    period = django_filters.ChoiceFilter(label=_("Period"), empty_label=_("all"))
    decree = django_filters.ModelChoiceFilter(
        field_name="decree_line__decree",
        queryset=decrees,
        label=_("Decree"),
        empty_label=_("all"),
    )
    as_of = django_filters.DateFilter(
        method="counted", label=_("State of"), widget=DateInput
    )
    # Reached from an area's page: a list of thousands is no help to choose from.
    area = django_filters.ModelChoiceFilter(
        field_name="decree_line__area",
        queryset=areas,
        label=_("Area"),
        widget=forms.HiddenInput,
    )

    class Meta:
        model = LedgerEntry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = self._periods()

    def _periods(self) -> list[tuple[str, str]]:
        """The periods that the person's entries name, the latest first."""
        if self.request is None:
            return []
        named = LedgerEntry.objects.visible_to(self.request.user).order_by()
        periods = named.values_list("effective_on", "period").distinct()
        latest = {name: name for _day, name in sorted(periods, reverse=True)}
        return list(latest.items())

    def said(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(decree_line__area__name__icontains=value) | Q(cause__icontains=value)
        )

    def counted(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """What the figures of that day count: effective, under a line in force."""
        lines = DecreeLine.objects.in_force(value).order_by()
        return queryset.filter(
            effective_on__lte=value, decree_line__in=lines.values("pk")
        )
