"""The filter of the practice library: one for page, files and API."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.models.area import AreaTypology
from areas.rules import HandlingPattern
from coordination.models import Practice
from coordination.practice_tags import indicator_choices

PUBLISHED = (("yes", _("Published")), ("no", _("Draft")))


class PracticeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Practice or problem"))
    indicator = django_filters.ChoiceFilter(
        choices=indicator_choices,
        method="tagged",
        label=_("Indicator"),
        empty_label=_("all"),
    )
    typology = django_filters.ChoiceFilter(
        choices=AreaTypology.choices,
        method="tagged",
        label=_("Typology"),
        empty_label=_("all"),
    )
    pattern = django_filters.ChoiceFilter(
        choices=HandlingPattern.choices,
        method="tagged",
        label=_("Pattern of handling"),
        empty_label=_("all"),
    )
    place = django_filters.CharFilter(lookup_expr="icontains", label=_("Place"))
    published = django_filters.ChoiceFilter(
        choices=PUBLISHED, method="offered", label=_("State"), empty_label=_("all")
    )

    class Meta:
        model = Practice
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(title__icontains=value)
            | Q(problem__icontains=value)
            | Q(approach__icontains=value)
        )

    def tagged(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        field = {
            "indicator": "indicators",
            "typology": "typologies",
            "pattern": "patterns",
        }[name]
        return queryset.filter(**{f"{field}__contains": [value]})

    def offered(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_published=value == "yes")
