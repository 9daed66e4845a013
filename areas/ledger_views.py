"""Pages of the ledger: all entries, and one with what it reverses."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet, Sum
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from areas.ledger_filters import LedgerFilter
from areas.ledger_tables import (
    LEDGER_COLUMNS,
    cause_text,
    outcome_badge,
    reversal_of,
    signed_hectares,
    unit_name,
    with_names,
)
from areas.models import LedgerEntry
from areas.models.ledger import Outcome
from core import html
from core.views import FilteredListView


class LedgerListView(FilteredListView):
    filterset_class = LedgerFilter
    columns = LEDGER_COLUMNS
    default_order = ("-recorded_at", "-pk")
    template_name = "areas/ledger_list.html"
    export_name = "buku-besar"

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        return with_names(LedgerEntry.objects.visible_to(self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sums=sums_of(self.object_list), **kwargs)


class LedgerEntryView(LoginRequiredMixin, DetailView):
    template_name = "areas/ledger_entry.html"
    context_object_name = "entry"

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        entries = LedgerEntry.objects.visible_to(self.request.user)
        return with_names(entries).select_related("recorded_by", *DETAIL_PARTS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.object
        return super().get_context_data(
            facts=_facts(entry),
            origin=_origin(entry),
            reversal=reversal_of(entry),
            outcome=outcome_badge(entry),
            **kwargs,
        )


DETAIL_PARTS = ("neighbourhood__village",)


def sums_of(entries: QuerySet[LedgerEntry]) -> list[dict[str, Any]]:
    """Hectares by decree and outcome: neither is ever added to another."""
    rows = (
        entries.order_by()
        .select_related(None)
        .values("decree_line__decree__number", "outcome")
        .annotate(hectares=Sum("hectares"))
        .order_by("decree_line__decree__number", "outcome")
    )
    return [
        {
            "decree": row["decree_line__decree__number"],
            "outcome": row["outcome"],
            "label": Outcome(row["outcome"]).label,
            "hectares": row["hectares"],
        }
        for row in rows
    ]


def _facts(entry: LedgerEntry) -> list[Mapping[str, Any]]:
    """What was credited where."""
    line = entry.decree_line
    unit = entry.neighbourhood
    return [
        {"label": _("Hectares"), "value": format_html("{} ha", signed_hectares(entry))},
        {
            "label": _("Area"),
            "value": line.area,
            "url": line.area.get_absolute_url(),
            "note": line.area.regency,
        },
        {
            "label": _("Unit"),
            "value": unit_name(entry),
            "note": unit.village if unit else _("The area has no RT"),
        },
        {
            "label": _("Decree"),
            "value": line.decree.number,
            "url": line.decree.get_absolute_url(),
            "note": format_html("{} ha", html.figure(line.hectares)),
        },
    ]


def _origin(entry: LedgerEntry) -> list[Mapping[str, Any]]:
    """Who, why and when."""
    return [
        {"label": _("Cause"), "value": cause_text(entry)},
        {"label": _("Reported by"), "value": entry.agency},
        {
            "label": _("Period"),
            "value": entry.period,
            "note": _("effective on %(date)s") % {"date": html.day(entry.effective_on)},
        },
        {
            "label": _("Recorded"),
            "value": html.moment(entry.recorded_at),
            "note": entry.recorded_by,
        },
    ]
