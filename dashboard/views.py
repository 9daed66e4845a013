"""Pages across apps: the home page with the figures of the province or a district."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import TemplateView

from agencies.access import holds
from agencies.models import Region
from agencies.roles import Permission
from areas.figures import Figures
from areas.filters import FigureQuery, figure_query
from areas.models import SlumArea
from areas.views.areas import AreaListView
from core.views import filter_summary
from dashboard import tables
from dashboard.cards import baseline_text, cards_of
from dashboard.chart import draw_years
from dashboard.filters import HomeFilter
from dashboard.guests import guest_page, is_guest
from dashboard.map import draw_map
from dashboard.places import place_name, regencies_of
from dashboard.reports import reports_card


class HomeView(LoginRequiredMixin, TemplateView):
    """Key figures, classes, authority, years, map and regencies, all of one filter.

    A filter that cannot be read shows no figures and says so: they would be wrong.
    """

    template_name = "dashboard/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who has no region and sees no area finds what they are invited to instead."""
        if is_guest(request.user):
            return render(request, "dashboard/guest.html", guest_page(request.user))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = figure_query(self.request)
        regencies = list(regencies_of(self.request.user))
        filterset = self._filterset(asked, regencies)
        readable = filterset.is_valid()
        found = asked.figures(
            filterset.qs if readable else SlumArea.objects.none(),
            filterset.wanted if readable else {},
        )
        asked_for = _asked_for(found, regencies)
        return super().get_context_data(
            filterset=filterset,
            filter_summary=filter_summary(filterset),
            is_narrowed=any(map(self.request.GET.get, filterset.filters)),
            place=place_name(asked_for),
            figures=found,
            baseline=baseline_text(found.baseline),
            known_at=asked.known_at,
            entry_filters=filterset.entry_summary,
            start_url=_start_url(self.request.user),
            **(self._shown(found, asked_for) if found.cells else {}),
            **kwargs,
        )

    def _filterset(self, asked: FigureQuery, regencies: Sequence[Region]) -> HomeFilter:
        query = self.request.GET.copy()
        if not query.get("as_of"):
            query["as_of"] = asked.as_of.isoformat()
        areas = SlumArea.objects.visible_to(self.request.user)
        areas = asked.of(areas, at_once=True)
        return HomeFilter(query, areas, request=self.request, regencies=regencies)

    def _shown(self, found: Figures, regencies: list[Region]) -> dict[str, Any]:
        """What stands on the page once there are figures."""
        cards = cards_of(found)
        # Offices have neither class nor authority: under a filter they say nothing.
        if not set(found.filters) - {"as_of"}:
            reports = reports_card(self.request.user, found.as_of)
            cards += [reports] if reports else []
        return {"cards": cards, **_drawn(found, regencies), **_tables(found, regencies)}


def _asked_for(found: Figures, regencies: list[Region]) -> list[Region]:
    """The regency of the filter, else all of them."""
    wanted = found.filters.get("regency")
    return [region for region in regencies if wanted in (None, region.code)]


def _drawn(found: Figures, regencies: list[Region]) -> dict[str, Any]:
    shares = tables.class_shares(found)
    return {
        "class_shares": shares,
        "class_parts": tables.class_parts(shares),
        "years": found.by_year,
        "charts": draw_years(found.by_year),
        "map": draw_map(found, regencies),
    }


def _tables(found: Figures, regencies: list[Region]) -> dict[str, Any]:
    """By authority and by regency; for one regency, its largest areas instead."""
    is_one = len(regencies) == 1
    return {
        "authority_columns": tables.authority_columns(found),
        "authority_rows": tables.authority_rows(found),
        "totals": tables.totals_of(found),
        "regencies": regencies,
        "regency_columns": tables.regency_columns(found),
        "regency_rows": [] if is_one else tables.regency_rows(found, regencies),
        "area_columns": tables.area_columns(found),
        "largest_areas": tables.largest_areas(found) if is_one else [],
        "rows_url": found.rows_url(),
        "export_formats": AreaListView.export_choices(),
    }


def _start_url(user: Any) -> str:
    """Where the first decree is entered, for those who may; else the list."""
    may = holds(user, Permission.DECREE_EDIT)
    return reverse("areas:decree-create" if may else "areas:decree-list")
