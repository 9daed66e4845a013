"""Slum again: areas that were out of slum until a later survey said otherwise."""

from typing import Any

import django_filters
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.filters import decrees, regencies
from areas.models import LedgerEntry, LiveCredit
from areas.models.ledger import EntryKind, Outcome
from areas.rules import Severity
from areas.tables import severity_badge, severity_word
from core import html
from core.tables import Column
from core.views import FilteredListView

STATES = (
    ("slum", gettext_lazy("still slum")),
    ("cleared", gettext_lazy("out of slum again")),
)


def slum_again(user: Any) -> QuerySet[Any]:
    """The standing relapses of what was out of slum, each with `cleared_again`.

    That is the day on which a later survey put the same line out of slum once more.
    """
    later = LiveCredit.objects.filter(
        decree_line=OuterRef("decree_line"), outcome=Outcome.CLEARED
    ).filter(entry__effective_on__gt=OuterRef("effective_on"))
    relapses = LedgerEntry.objects.visible_to(user).filter(
        kind=EntryKind.RELAPSE, outcome=Outcome.CLEARED, reversed_by=None
    )
    return relapses.annotate(
        cleared_again=Subquery(later.values("entry__effective_on")[:1])
    ).select_related(
        "decree_line__area__regency", "decree_line__decree", "relapse_of", "assessment"
    )


class SlumAgainFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="decree_line__area__name",
        lookup_expr="icontains",
        label=gettext_lazy("Area"),
    )
    regency = django_filters.ModelChoiceFilter(
        field_name="decree_line__area__regency",
        queryset=regencies,
        label=gettext_lazy("Regency/city"),
        empty_label=gettext_lazy("all"),
    )
    severity = django_filters.ChoiceFilter(
        field_name="assessment__severity",
        choices=[choice for choice in Severity.choices if choice[0] != "not_slum"],
        label=gettext_lazy("Class of the later survey"),
        empty_label=gettext_lazy("all"),
    )
    decree = django_filters.ModelChoiceFilter(
        field_name="decree_line__decree",
        queryset=decrees,
        label=gettext_lazy("Decree"),
        empty_label=gettext_lazy("all"),
    )
    year = django_filters.NumberFilter(
        field_name="effective_on",
        lookup_expr="year",
        label=gettext_lazy("Slum again since the year"),
        min_value=1990,
        max_value=2200,
        decimal_places=0,
    )
    state = django_filters.ChoiceFilter(
        choices=STATES,
        method="standing",
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("all"),
    )

    class Meta:
        model = LedgerEntry
        fields: list[str] = []

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(cleared_again__isnull=value == "slum"))


def _state(entry: Any) -> SafeString:
    if entry.cleared_again is None:
        return html.chip(_("still slum"), "late", "warning")
    return html.chip(
        _("out of slum again on %(date)s") % {"date": html.day(entry.cleared_again)},
        "ok",
        "check",
    )


SLUM_AGAIN_COLUMNS = (
    Column(
        gettext_lazy("Area"),
        "decree_line.area.name",
        "decree_line__area__name",
        link=lambda entry: reverse(
            "areas:area-ledger", args=[entry.decree_line.area_id]
        ),
        note="decree_line.area.regency.name",
    ),
    Column(
        gettext_lazy("Out of slum on"),
        "relapse_of.effective_on",
        "relapse_of__effective_on",
        "date",
        css="half",
    ),
    Column(
        gettext_lazy("Slum again since"),
        "effective_on",
        "effective_on",
        "date",
        css="half",
    ),
    Column(
        gettext_lazy("Class"),
        lambda entry: severity_badge(entry.assessment.severity),
        "assessment__severity",
        "html",
        css="half st-cell",
        link=lambda entry: entry.assessment.get_absolute_url(),
        export=lambda entry: severity_word(entry.assessment.severity),
    ),
    Column(gettext_lazy("State"), _state, kind="html", css="half st-cell"),
    Column(
        gettext_lazy("Hectares"),
        lambda entry: -entry.hectares,
        "hectares",
        "hectares",
        unit="ha",
    ),
    Column(
        gettext_lazy("Decree"),
        "decree_line.decree.number",
        "decree_line__decree__number",
        link=lambda entry: entry.decree_line.decree.get_absolute_url(),
    ),
    Column(gettext_lazy("Entry"), str, link=True, css="half", export="pk"),
    Column(gettext_lazy("Regency/city"), "decree_line.area.regency.name", only="csv"),
    Column(gettext_lazy("Out of slum again on"), "cleared_again", only="csv"),
)


class SlumAgainView(FilteredListView):
    filterset_class = SlumAgainFilter
    columns = SLUM_AGAIN_COLUMNS
    default_order = ("-effective_on", "-pk")
    template_name = "areas/slum_again.html"
    export_name = "kumuh-kembali"

    def get_queryset(self) -> QuerySet:
        return slum_again(self.request.user)
