"""Filters of readiness: of the areas on the list, and of the answers in the API."""

from typing import Any

import django_filters
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from areas.filters import areas, regencies
from areas.models import SlumArea
from programs.filters import YearFilter
from programs.models import ReadinessCheck
from programs.readiness import CRITERIA, Stage, codes_of

READY = (("yes", _("Everything met")), ("no", _("Something missing")))


def with_readiness(areas: QuerySet, year: int) -> QuerySet:
    """Add `met_<stage>` and `needed_<stage>` of that budget year, and both in all."""
    kinds = ReadinessCheck.State
    added: dict[str, Any] = {}
    for stage in Stage:
        codes = codes_of(stage)
        of_stage = Q(readiness__year=year, readiness__criterion__in=codes)
        met = of_stage & Q(readiness__state=kinds.MET)
        spared = of_stage & Q(readiness__state=kinds.NOT_NEEDED)
        added[f"met_{stage}"] = Count("readiness", filter=met)
        added[f"spared_{stage}"] = Count("readiness", filter=spared)
    areas = areas.annotate(**added)
    needed = {
        f"needed_{stage}": Value(len(codes_of(stage)), IntegerField())
        - F(f"spared_{stage}")
        for stage in Stage
    }
    return areas.annotate(
        **needed,
        met=sum((F(f"met_{stage}") for stage in Stage), Value(0)),
        needed=Value(len(CRITERIA))
        - sum((F(f"spared_{stage}") for stage in Stage), Value(0)),
        readiness_year=Value(year, IntegerField()),
    )


class ReadinessFilter(django_filters.FilterSet):
    """Of areas; the year is always one, this year's if none is chosen."""

    year = YearFilter(method="of_year", label=_("Budget year"), min_value=2000)
    regency = django_filters.ModelChoiceFilter(
        queryset=regencies, label=_("Regency/city"), empty_label=_("all")
    )
    q = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", label=_("Area")
    )
    ready = django_filters.ChoiceFilter(
        choices=READY, method="is_ready", label=_("Readiness"), empty_label=_("all")
    )

    class Meta:
        model = SlumArea
        fields: list[str] = []

    @property
    def counted_year(self) -> int:
        """The year whose answers are counted."""
        cleaned = getattr(self.form, "cleaned_data", {})
        return int(cleaned.get("year") or timezone.localdate().year)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(with_readiness(queryset, self.counted_year))

    def of_year(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Chosen already: the counts are of that year."""
        return queryset

    def is_ready(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "yes":
            return queryset.filter(met__gte=F("needed"))
        return queryset.filter(met__lt=F("needed"))


class ReadinessCheckFilter(django_filters.FilterSet):
    """Of answers."""

    area = django_filters.ModelChoiceFilter(
        queryset=areas, label=_("Slum area"), empty_label=_("all")
    )
    regency = django_filters.ModelChoiceFilter(
        field_name="area__regency",
        queryset=regencies,
        label=_("Regency/city"),
        empty_label=_("all"),
    )
    year = YearFilter(label=_("Budget year"))
    criterion = django_filters.ChoiceFilter(
        choices=[(row.code, row.name) for row in CRITERIA],
        label=_("Criterion"),
        empty_label=_("all"),
    )
    state = django_filters.ChoiceFilter(
        choices=ReadinessCheck.State.choices, label=_("State"), empty_label=_("all")
    )

    class Meta:
        model = ReadinessCheck
        fields: list[str] = []
