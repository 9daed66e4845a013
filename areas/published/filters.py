"""Filters of published sources and their rows: one set for page, CSV and API."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from areas.models import PublishedResult, PublishedSource
from areas.rules import Severity

WRITTEN = ("district_name", "village_name", "area_name", "authority")


def sources(request: HttpRequest | None) -> QuerySet[PublishedSource]:
    """The sources that the person sees."""
    if request is None:
        return PublishedSource.objects.none()
    return PublishedSource.objects.visible_to(request.user)


class PublishedSourceFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Title, publisher or region"))

    class Meta:
        model = PublishedSource
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(title__icontains=value)
            | Q(publisher__icontains=value)
            | Q(region_name__icontains=value)
        )


class PublishedResultFilter(django_filters.FilterSet):
    """Names are offered as the rows write them."""

    q = django_filters.CharFilter(method="named", label=_("Village, hamlet or RT"))
    district_name = django_filters.ChoiceFilter(
        label=_("District (kecamatan)"), empty_label=_("all")
    )
    village_name = django_filters.ChoiceFilter(
        label=_("Village (kelurahan/desa)"), empty_label=_("all")
    )
    area_name = django_filters.ChoiceFilter(label=_("Slum area"), empty_label=_("all"))
    severity = django_filters.ChoiceFilter(
        choices=Severity.choices, label=_("Severity"), empty_label=_("all")
    )
    authority = django_filters.ChoiceFilter(
        label=_("Authority as published"), empty_label=_("all")
    )

    class Meta:
        model = PublishedResult
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WRITTEN:
            values = self.queryset.order_by(name).values_list(name, flat=True)
            written = values.exclude(**{name: ""}).distinct()
            self.filters[name].extra["choices"] = [(text, text) for text in written]

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(village_name__icontains=value)
            | Q(hamlet_name__icontains=value)
            | Q(rt_rw__icontains=value)
        )


class PublishedResultApiFilter(PublishedResultFilter):
    """Programs also ask for one source."""

    source = django_filters.ModelChoiceFilter(queryset=sources, label=_("Source"))
