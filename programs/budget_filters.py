"""Filters of budgets, targets, sources of money and addenda, for the API."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from areas.filters import areas
from programs.filters import YearFilter, activities, programmes
from programs.models import (
    BudgetVersion,
    ContractAddendum,
    Fund,
    FundingLeg,
    Target,
)


def versions(request: HttpRequest | None) -> QuerySet[BudgetVersion]:
    """The budget versions of the programmes that the person sees."""
    return BudgetVersion.objects.filter(programme__in=programmes(request))


def paying_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies that report the sources which the person sees."""
    if request is None:
        return Agency.objects.none()
    seen = FundingLeg.objects.visible_to(request.user).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen)


class BudgetVersionFilter(django_filters.FilterSet):
    programme = django_filters.ModelChoiceFilter(
        queryset=programmes, label=_("Programme"), empty_label=_("all")
    )
    kind = django_filters.ChoiceFilter(
        choices=BudgetVersion.Kind.choices, label=_("Kind"), empty_label=_("all")
    )
    year = YearFilter("programme__year")

    class Meta:
        model = BudgetVersion
        fields: list[str] = []


class TargetFilter(django_filters.FilterSet):
    version = django_filters.ModelChoiceFilter(
        queryset=versions, label=_("Budget version"), empty_label=_("all")
    )
    programme = django_filters.ModelChoiceFilter(
        field_name="version__programme",
        queryset=programmes,
        label=_("Programme"),
        empty_label=_("all"),
    )
    measure = django_filters.ChoiceFilter(
        choices=Target.Measure.choices, label=_("Measure"), empty_label=_("all")
    )
    year = YearFilter("version__programme__year")

    class Meta:
        model = Target
        fields: list[str] = []


class FundingLegFilter(django_filters.FilterSet):
    activity = django_filters.ModelChoiceFilter(
        queryset=activities, label=_("Activity"), empty_label=_("all")
    )
    area = django_filters.ModelChoiceFilter(
        field_name="activity__area",
        queryset=areas,
        label=_("Slum area"),
        empty_label=_("all"),
    )
    fund = django_filters.ChoiceFilter(
        choices=Fund.choices, label=_("Source of funds"), empty_label=_("all")
    )
    agency = django_filters.ModelChoiceFilter(
        queryset=paying_agencies, label=_("Reported by"), empty_label=_("all")
    )
    year = YearFilter("activity__programme__year")

    class Meta:
        model = FundingLeg
        fields: list[str] = []


class AddendumFilter(django_filters.FilterSet):
    activity = django_filters.ModelChoiceFilter(
        queryset=activities, label=_("Activity"), empty_label=_("all")
    )
    year = YearFilter("activity__programme__year")

    class Meta:
        model = ContractAddendum
        fields: list[str] = []
