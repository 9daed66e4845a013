"""“Why is this number so?”: one figure under the filters of the list of areas."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from areas import why
from areas.figures import LABELS, Figures
from areas.filters import SlumAreaFilter, asked_filters, figure_query
from areas.models import SlumArea
from core.views import filter_summary


class FigureWhyView(LoginRequiredMixin, TemplateView):
    """A filter that cannot be read shows no figure and says so: it would be wrong."""

    template_name = "areas/figure_why.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code = kwargs["code"]
        if code not in why.DEFINITIONS:
            raise Http404(f"no figure {code}")
        filterset = self._filterset()
        found = self._found(code, filterset)
        figure = found.all_figures.get(code) if found and found.cells else None
        return super().get_context_data(
            title=LABELS[code],
            definition=why.DEFINITIONS[code],
            filterset=filterset,
            filter_summary=filter_summary(filterset),
            crumbs=[(_("Areas"), reverse("areas:area-list"))],
            **(self._shown(code, found, figure) if found and figure else {}),
            **kwargs,
        )

    def _filterset(self) -> SlumAreaFilter:
        asked = figure_query(self.request)
        areas = SlumArea.objects.visible_to(self.request.user)
        areas = asked.of(areas, at_once=True)
        return SlumAreaFilter(self.request.GET, areas, request=self.request)

    def _found(self, code: str, filterset: SlumAreaFilter) -> Figures | None:
        if not filterset.is_valid():
            return None
        filters = asked_filters(self.request.GET, filterset)
        return figure_query(self.request).figures(
            why.areas_behind(code, filterset.qs), why.filters_behind(code, filters)
        )

    def _shown(self, code: str, found: Figures, figure: Any) -> dict[str, Any]:
        wanted = self.request.GET.get("by", "")
        known = why.dimensions_of(code)
        dimension = wanted if wanted in known else known[0]
        query = {**found.filters, "as_of": found.as_of.isoformat()}
        return {
            "figure": figure,
            "facts": why.figure_facts(figure, found),
            "arithmetic": why.arithmetic(found, code),
            "tabs": why.tabs_of(code, dimension, found.query()),
            "columns": why.part_columns(code, dimension),
            "parts": why.parts_of(found, code, dimension),
            "totals": why.part_totals(found, code),
            "ledger_url": why.ledger_url(code, query),
            "without_decree": found.without_decree,
        }
