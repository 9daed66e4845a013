"""Filters of areas, RT, decrees and surveys: one set for page, CSV and API."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from areas.figures import NOT_ASSESSED
from areas.models import (
    AreaVillage,
    Assessment,
    Decree,
    DecreeLine,
    Neighbourhood,
    SlumArea,
)
from areas.rule_set_filters import published_rule_sets
from areas.rules import Authority, Severity
from core.forms import DateInput

IN_FORCE = (("yes", _("In force today")), ("no", _("Not in force today")))


def regencies(request: HttpRequest | None) -> QuerySet[Region]:
    """The regencies and cities in which the person sees areas."""
    if request is None:
        return Region.objects.none()
    areas = SlumArea.objects.visible_to(request.user)
    return Region.objects.filter(pk__in=areas.order_by().values("regency"))


def decrees(request: HttpRequest | None) -> QuerySet[Decree]:
    """The decrees that the person sees."""
    if request is None:
        return Decree.objects.none()
    return Decree.objects.visible_to(request.user)


def areas(request: HttpRequest | None) -> QuerySet[SlumArea]:
    """The areas that the person sees."""
    if request is None:
        return SlumArea.objects.none()
    return SlumArea.objects.visible_to(request.user)


def as_of(request: HttpRequest) -> date:
    """The day of the figures: `as_of` of the address, else today."""
    try:
        asked = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        asked = None
    return asked or timezone.localdate()


class SlumAreaFilter(django_filters.FilterSet):
    """Of areas `with_figures()`."""

    q = django_filters.CharFilter(method="named", label=_("Area or village"))
    regency = django_filters.ModelChoiceFilter(
        queryset=regencies, label=_("Regency/city"), empty_label=_("all")
    )
    severity = django_filters.ChoiceFilter(
        choices=[*Severity.choices, (NOT_ASSESSED, _("Not assessed"))],
        method="of_class",
        label=_("Severity"),
        empty_label=_("all"),
    )
    authority = django_filters.ChoiceFilter(
        choices=Authority.choices, label=_("Authority"), empty_label=_("all")
    )
    decree = django_filters.ModelChoiceFilter(
        queryset=decrees,
        method="under_decree",
        label=_("Decree in force"),
        empty_label=_("all"),
    )
    as_of = django_filters.DateFilter(
        method="unchanged", label=_("State of"), widget=DateInput
    )

    class Meta:
        model = SlumArea
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The area's name, or that of a village over which it stretches."""
        villages = AreaVillage.objects.filter(
            area=OuterRef("pk"), village__name__icontains=value
        )
        return queryset.filter(Q(name__icontains=value) | Exists(villages))

    def of_class(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(severity=None if value == NOT_ASSESSED else value)

    def under_decree(self, queryset: QuerySet, name: str, value: Decree) -> QuerySet:
        """Areas that count under this decree, so that its figures add up."""
        lines = DecreeLine.objects.filter(decree=value)
        return queryset.filter(line_id__in=lines.values("pk"))

    def unchanged(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """The day is in the figures already: see `as_of`."""
        return queryset


class NeighbourhoodFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="rt_rw", lookup_expr="icontains", label=_("RT/RW")
    )
    area = django_filters.ModelChoiceFilter(queryset=areas, label=_("Area"))
    village = django_filters.CharFilter(
        field_name="village_id", label=_("Code of the village")
    )

    class Meta:
        model = Neighbourhood
        fields: list[str] = []


class DecreeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Number or title"))
    level = django_filters.ChoiceFilter(
        choices=Decree.Level.choices, label=_("Issued by"), empty_label=_("all")
    )
    in_force = django_filters.ChoiceFilter(
        choices=IN_FORCE, method="holding", label=_("In force"), empty_label=_("all")
    )

    class Meta:
        model = Decree
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(number__icontains=value) | Q(title__icontains=value))

    def holding(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        holding = Decree.objects.in_force(timezone.localdate()).values("pk")
        if value == "yes":
            return queryset.filter(pk__in=holding)
        return queryset.exclude(pk__in=holding)


class AssessmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="area__name", lookup_expr="icontains", label=_("Area")
    )
    regency = django_filters.ModelChoiceFilter(
        field_name="area__regency",
        queryset=regencies,
        label=_("Regency/city"),
        empty_label=_("all"),
    )
    status = django_filters.ChoiceFilter(
        choices=Assessment.Status.choices, label=_("Status"), empty_label=_("all")
    )
    severity = django_filters.ChoiceFilter(
        choices=Severity.choices, label=_("Severity"), empty_label=_("all")
    )
    rule_set = django_filters.ModelChoiceFilter(
        queryset=published_rule_sets,
        to_field_name="code",
        label=_("Rule set"),
        empty_label=_("all"),
    )
    basis = django_filters.ChoiceFilter(
        choices=Assessment.Basis.choices,
        label=_("What was surveyed"),
        empty_label=_("all"),
    )
    year = django_filters.NumberFilter(
        field_name="surveyed_on",
        lookup_expr="year",
        label=_("Year of the survey"),
        min_value=1990,
        max_value=2200,
    )

    class Meta:
        model = Assessment
        fields: list[str] = []


class AssessmentApiFilter(AssessmentFilter):
    """Programs also ask for one area."""

    area = django_filters.ModelChoiceFilter(queryset=areas, label=_("Area"))
