"""What agencies and regions are filtered by, on pages and in the API alike."""

from datetime import date

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyAlias, Notice, Region
from agencies.models.notice import NoticeKind


class AgencyFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_name", label=_("Name, also a former one"))
    level = django_filters.ChoiceFilter(
        choices=Agency.Level, label=_("Level"), empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(
        choices=Agency.Kind, label=_("Kind"), empty_label=_("All")
    )

    class Meta:
        model = Agency
        fields: list[str] = []

    def by_name(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        aliases = AgencyAlias.objects.filter(name__icontains=value)
        return queryset.filter(
            Q(name__icontains=value)
            | Q(short_name__icontains=value)
            | Q(pk__in=aliases.values("agency"))
        )


class RegionFilter(django_filters.FilterSet):
    level = django_filters.ChoiceFilter(choices=Region.Level)
    parent = django_filters.CharFilter(
        field_name="parent_id", help_text="Code of the region directly above."
    )
    name = django_filters.CharFilter(lookup_expr="icontains")
    valid_on = django_filters.DateFilter(
        method="holding", help_text="Only codes that exist on that day (YYYY-MM-DD)."
    )

    class Meta:
        model = Region
        fields: list[str] = []

    def holding(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset & Region.objects.valid(value)


class NoticeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        choices=NoticeKind.choices, label=_("Kind"), empty_label=_("All")
    )
    unread = django_filters.BooleanFilter(
        field_name="read_at", lookup_expr="isnull", label=_("Unread only")
    )

    class Meta:
        model = Notice
        fields: list[str] = []
