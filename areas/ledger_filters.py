"""Filters of the ledger: one set for page, CSV and API."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.figures import NOT_GIVEN
from areas.filters import (
    ProgrammeFilter,
    areas,
    decrees,
    known_at,
    programmes,
    regencies,
    reporting_agencies,
)
from areas.models import DecreeLine, LedgerEntry
from areas.models.ledger import EntryKind, EntryMethod, Fund, Outcome
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
    kind = django_filters.ChoiceFilter(
        choices=EntryKind.choices, label=_("Kind"), empty_label=_("all")
    )
    method = django_filters.ChoiceFilter(
        choices=EntryMethod.choices, label=_("Established by"), empty_label=_("all")
    )
    programme = ProgrammeFilter(
        queryset=programmes,
        to_field_name="programme_key",
        method="of_programme",
        label=_("Programme"),
        empty_label=_("all"),
        null_label=_("not given"),
        null_value=NOT_GIVEN,
    )
    fund = django_filters.ChoiceFilter(
        choices=[*Fund.choices, (NOT_GIVEN, _("not given"))],
        method="of_fund",
        label=_("Source of funds"),
        empty_label=_("all"),
    )
    year = django_filters.NumberFilter(
        field_name="effective_on",
        lookup_expr="year",
        label=_("Year of the work"),
        min_value=1990,
        max_value=2200,
        decimal_places=0,
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
    known_at = django_filters.IsoDateTimeFilter(
        method="recorded", label=_("As known at the end of"), widget=DateInput
    )
    # Reached from an area's page: a list of thousands is no help to choose from.
    area = django_filters.ModelChoiceFilter(
        field_name="decree_line__area",
        queryset=areas,
        label=_("Area"),
        widget=forms.HiddenInput,
    )

    # Kept closed in the form until one of them is used.
    advanced = ("kind", "method", "programme", "fund", "year", "known_at")

    class Meta:
        model = LedgerEntry
        fields: list[str] = []

    @property
    def uses_advanced(self) -> bool:
        return any(self.data.get(name) for name in self.advanced)

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

    def of_programme(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Of all its activities: `value` is the ledger's row of one of them."""
        if value == NOT_GIVEN:
            return queryset.filter(source=None)
        return queryset.filter(source__programme_key=value.programme_key)

    def of_fund(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == NOT_GIVEN:
            return queryset.filter(source=None)
        return queryset.filter(source__fund=value)

    def recorded(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """What had been written down by then; a day means its end."""
        return queryset.filter(recorded_at__lt=self._known_at() or value)

    def _known_at(self) -> datetime | None:
        return known_at(self.request) if self.request else None

    def counted(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """What the figures of that day count: effective, under a line in force."""
        lines = DecreeLine.objects.in_force(value, known_at=self._known_at())
        lines = lines.order_by()
        return queryset.filter(
            effective_on__lte=value, decree_line__in=lines.values("pk")
        )
