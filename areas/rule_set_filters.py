"""Filters of rule sets and interventions: one set for page, CSV and API."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from areas.models import Intervention, InterventionEffect, RuleSet
from core.forms import DateInput


def published_rule_sets(request: HttpRequest | None) -> QuerySet[RuleSet]:
    """Those that a survey can name, for pick-lists."""
    return RuleSet.objects.published()


class RuleSetFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Title, citation or code"))
    valid_on = django_filters.DateFilter(
        method="holding", label=_("Valid on"), widget=DateInput
    )

    class Meta:
        model = RuleSet
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(title__icontains=value)
            | Q(citation__icontains=value)
            | Q(code__icontains=value)
        )

    def holding(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Published ones that hold on that day."""
        holding = RuleSet.objects.valid_on(value).order_by()
        return queryset.filter(pk__in=holding.values("pk"))


class RuleSetPageFilter(RuleSetFilter):
    """On the page administrators tell drafts apart; the API has none."""

    status = django_filters.ChoiceFilter(
        choices=RuleSet.Status.choices, label=_("Status"), empty_label=_("all")
    )


class InterventionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Name or code"))
    measure = django_filters.CharFilter(method="improving", label=_("Measure"))
    unit = django_filters.ChoiceFilter(
        choices=Intervention.Unit.choices, label=_("Unit"), empty_label=_("all")
    )

    class Meta:
        model = Intervention
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(name__icontains=value)
            | Q(name_en__icontains=value)
            | Q(code__icontains=value)
        )

    def improving(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Interventions that take something off this measure's volume."""
        effects = InterventionEffect.objects.filter(
            intervention=OuterRef("pk"), measure=value
        )
        return queryset.filter(Exists(effects))
