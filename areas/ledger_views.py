"""Pages of the ledger: all entries, those of an office or a work, and one of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from agencies.access import can
from agencies.models import Agency
from agencies.roles import Permission
from areas.ledger_change_tables import status_chip
from areas.ledger_corrections import standing_problem
from areas.ledger_exports import LedgerExportView
from areas.ledger_filters import LedgerFilter
from areas.ledger_tables import (
    LEDGER_COLUMNS,
    SUM_COLUMNS,
    cause_text,
    outcome_badge,
    reversal_of,
    signed_hectares,
    state_chip,
    unit_name,
    with_names,
)
from areas.models import LedgerChange, LedgerEntry, LedgerSource
from areas.models.ledger import Outcome
from areas.tables import severity_badge
from areas.views.common import action
from core import html


class LedgerListView(LedgerExportView):
    filterset_class = LedgerFilter
    columns = LEDGER_COLUMNS
    default_order = ("-recorded_at", "-pk")
    template_name = "areas/ledger_list.html"

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        return with_names(LedgerEntry.objects.visible_to(self.request.user))

    def get_sums(self) -> list[dict[str, Any]]:
        return sums_of(self.object_list)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sums=self.get_sums(), **kwargs)


class LedgerPartView(LedgerListView):
    """The ledger of one office or one work, with its sums by decree and year."""

    template_name = "areas/ledger_part.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            sum_columns=SUM_COLUMNS,
            yearly=yearly_sums(self.object_list),
            crumbs=[(_("Ledger of hectares"), reverse("areas:ledger-list"))],
            **kwargs,
        )


class AgencyLedgerView(LedgerPartView):
    """What an office reported; those that the person sees."""

    agency: Agency

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.agency = get_object_or_404(Agency, pk=kwargs["pk"])
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        return super().get_queryset().filter(agency=self.agency)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("Ledger of %(agency)s") % {"agency": self.agency.short_name},
            facts=[
                {
                    "label": _("Agency"),
                    "value": self.agency.name,
                    "url": self.agency.get_absolute_url(),
                    "note": self.agency.get_level_display(),
                }
            ],
            **kwargs,
        )


class WorkLedgerView(LedgerPartView):
    """What one work credited; not found where the person sees none of its entries."""

    source: LedgerSource

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entries = LedgerEntry.objects.visible_to(request.user)
        sources = LedgerSource.objects.filter(
            Exists(entries.filter(source=OuterRef("pk")))
        )
        self.source = get_object_or_404(sources, pk=kwargs["pk"])
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        return super().get_queryset().filter(source=self.source)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        source = self.source
        programme = f"?programme={source.programme_key}"
        return super().get_context_data(
            title=_("Ledger of %(work)s") % {"work": source.activity},
            facts=[
                {
                    "label": _("Programme"),
                    "value": source.programme,
                    "url": f"{reverse('areas:ledger-list')}{programme}",
                    "note": source.year,
                },
                {"label": _("Source of funds"), "value": source.get_fund_display()},
            ],
            **kwargs,
        )


class LedgerEntryView(LoginRequiredMixin, DetailView):
    template_name = "areas/ledger_entry.html"
    context_object_name = "entry"

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        entries = LedgerEntry.objects.visible_to(self.request.user)
        return with_names(entries).select_related("recorded_by", *DETAIL_PARTS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.object
        changes = list(entry.changes.select_related("proposed_by", "decided_by"))
        return super().get_context_data(
            facts=_facts(entry),
            origin=_origin(entry),
            chips=format_html("{} {}", outcome_badge(entry), state_chip(entry)),
            links=list(_links(entry)),
            changes=[(change, status_chip(change)) for change in changes],
            actions=self._actions(changes),
            crumbs=[(_("Ledger of hectares"), reverse("areas:ledger-list"))],
            **kwargs,
        )

    def _actions(self, changes: Iterable[LedgerChange]) -> list[dict[str, Any]]:
        entry = self.object
        area = entry.decree_line.area
        listed = f"{reverse('areas:ledger-list')}?area={area.pk}"
        found = [action(_("All entries of this area"), listed, "document")]
        is_open = any(change.status == "proposed" for change in changes)
        may = can(self.request.user, Permission.LEDGER_PROPOSE, agency=area.agency)
        if may and not is_open and not standing_problem(entry):
            url = reverse("areas:ledger-entry-correct", args=[entry.pk])
            found.append(action(_("Propose a correction"), url, "edit"))
        return found


DETAIL_PARTS = (
    "neighbourhood__village",
    "decree_line__area__agency",
    "decree_line__sum",
    "reverses",
    "relapse_of",
    "moved_from",
)


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


def yearly_sums(entries: QuerySet[LedgerEntry]) -> list[dict[str, Any]]:
    """Hectares by decree, outcome and year of the work; years add up, no others."""
    rows = (
        entries.order_by()
        .select_related(None)
        .values(
            "outcome",
            decree=F("decree_line__decree__number"),
            year=ExtractYear("effective_on"),
        )
        .annotate(hectares=Sum("hectares"))
        .order_by("decree", "outcome", "year")
    )
    return [row | {"label": Outcome(row["outcome"]).label} for row in rows]


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
            "note": unit.village if unit else "",
        },
        {
            "label": _("Decree"),
            "value": line.decree.number,
            "url": line.decree.get_absolute_url(),
            "note": format_html("{} ha", html.figure(line.hectares_now)),
        },
        *_survey(entry),
    ]


def _survey(entry: LedgerEntry) -> Iterable[Mapping[str, Any]]:
    """The survey that decided, where one did."""
    if survey := entry.assessment:
        yield {
            "label": _("Assessment"),
            "value": html.day(survey.surveyed_on),
            "url": survey.get_absolute_url(),
            "note": severity_badge(survey.severity),
        }


def _origin(entry: LedgerEntry) -> list[Mapping[str, Any]]:
    """Who, why and when."""
    source = entry.source
    return [
        {
            "label": _("Cause"),
            "value": cause_text(entry),
            "note": source.programme if source else "",
        },
        {
            "label": _("Reported by"),
            "value": entry.agency,
            "url": reverse("areas:ledger-agency", args=[entry.agency_id]),
        },
        {
            "label": _("Period"),
            "value": entry.period,
            "note": _("effective on %(date)s") % {"date": html.day(entry.effective_on)},
        },
        {
            "label": _("Established by"),
            "value": entry.get_method_display(),
            "note": entry.document,
        },
        {
            "label": _("Recorded"),
            "value": html.moment(entry.recorded_at),
            "note": entry.recorded_by,
        },
    ]


def _links(entry: LedgerEntry) -> Iterable[tuple[str, LedgerEntry]]:
    """What it has to do with other entries: a sentence and the other one."""
    if other := entry.reverses:
        yield _("Takes entry %(other)s back: %(reason)s") % _named(other, entry), other
    if other := reversal_of(entry):
        yield _("Taken back by %(other)s: %(reason)s") % _named(other, other), other
    if other := entry.relapse_of:
        text = _("Ends entry %(other)s: slum again since %(date)s.")
        yield text % _named(other, entry), other
    for other in entry.relapses.filter(reversed_by=None):
        text = _("Ended by entry %(other)s: slum again since %(date)s.")
        yield text % _named(other, other), other
    if other := entry.moved_from:
        yield _("Took over entry %(other)s: %(reason)s") % _named(other, entry), other
    for other in entry.moved_to.all():
        yield _("Moved to entry %(other)s: %(reason)s") % _named(other, other), other


def _named(other: LedgerEntry, said_by: LedgerEntry) -> dict[str, object]:
    return {
        "other": other,
        "reason": said_by.reason,
        "date": html.day(said_by.effective_on),
    }
