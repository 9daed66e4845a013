"""The filter of outreach: one for page, files and API."""

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Region
from areas.filters import areas
from areas.models import SlumArea
from coordination.models import Outreach, OutreachArea
from coordination.models.outreach import Prevention, Topic
from programs.filters import YearFilter


def outreach(request: HttpRequest | None) -> QuerySet[Outreach]:
    """The events that the person sees."""
    if request is None:
        return Outreach.objects.none()
    return Outreach.objects.visible_to(request.user)


def outreach_agencies(request: HttpRequest | None) -> QuerySet[Agency]:
    """The agencies whose events the person sees."""
    seen = outreach(request).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen)


def outreach_regencies(request: HttpRequest | None) -> QuerySet[Region]:
    """The regencies and cities of the events that the person sees."""
    seen = outreach(request).order_by().values("regency")
    return Region.objects.filter(pk__in=seen)


class OutreachFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Title or place"))
    year = YearFilter(field_name="held_on", lookup_expr="year")
    agency = django_filters.ModelChoiceFilter(
        queryset=outreach_agencies, label=_("Held by"), empty_label=_("all")
    )
    regency = django_filters.ModelChoiceFilter(
        queryset=outreach_regencies, label=_("Regency/city"), empty_label=_("all")
    )
    topic = django_filters.ChoiceFilter(
        choices=Topic.choices, method="about", label=_("Topic"), empty_label=_("all")
    )
    prevention = django_filters.ChoiceFilter(
        choices=Prevention.choices, label=_("Prevention"), empty_label=_("all")
    )
    area = django_filters.ModelChoiceFilter(
        queryset=areas, method="in_area", label=_("Slum area"), empty_label=_("all")
    )

    class Meta:
        model = Outreach
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(title__icontains=value) | Q(place__icontains=value))

    def about(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(topics__contains=[value])

    def in_area(self, queryset: QuerySet, name: str, value: SlumArea) -> QuerySet:
        links = OutreachArea.objects.filter(area=value)
        return queryset.filter(pk__in=links.values("outreach"))
