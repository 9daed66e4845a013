"""The figures parted by one thing at a time, under the filters of the areas."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from areas.figures import GROUPED_BY, Figures, Group
from areas.filters import (
    FigureQuery,
    SlumAreaFilter,
    asked_filters,
    figure_query,
    stand_in_files,
)
from areas.geojson import stand
from areas.models import SlumArea
from areas.recap import group_features, recap_columns, recap_totals
from areas.why import DIMENSIONS
from core.exports import Note, geojson_response
from core.tables import Column
from core.views import FilteredListView


class RecapView(FilteredListView):
    """A row for each region, agency, fund …; together they are the whole."""

    filterset_class = SlumAreaFilter
    template_name = "areas/recap.html"
    export_name = "rekap-kawasan-kumuh"
    export_formats = ("csv", "xlsx", "geojson")
    paginate_by = 200

    @cached_property
    def asked(self) -> FigureQuery:
        return figure_query(self.request)

    @property
    def dimension(self) -> str:
        wanted = self.request.GET.get("by", "")
        return wanted if wanted in GROUPED_BY else GROUPED_BY[0]

    @cached_property
    def found(self) -> Figures:
        readable = self.filterset.is_valid()
        return self.asked.figures(
            self.filterset.qs if readable else SlumArea.objects.none(),
            asked_filters(self.request.GET, self.filterset),
        )

    def get_queryset(self) -> QuerySet:
        areas = SlumArea.objects.visible_to(self.request.user)
        return self.asked.of(areas, at_once=True)

    def ordered(self, queryset: QuerySet) -> list[Group]:  # type: ignore[override]
        groups = self.found.groups_by(self.dimension)
        return [g for g in groups if g.sums.areas or any(_outcomes(g))]

    def get_columns(self) -> Sequence[Column]:
        return recap_columns(self.found, self.dimension)

    def get_totals(self, queryset: Any) -> Mapping[str, Any]:
        return recap_totals(self.found, self.get_columns())

    def get_export_meta(self) -> Mapping[str, str]:
        decrees = {_("Decrees"): ", ".join(self.found.baseline)}
        return decrees | stand_in_files(self.asked.as_of, self.asked.known_at)

    def get_export_notes(self) -> list[Note]:
        label = str(DIMENSIONS[self.dimension])
        return [(_("Parted by"), label), *super().get_export_notes()]

    def export_geojson(self) -> HttpResponseBase:
        members = {
            **stand(self.asked.as_of, self.asked.known_at),
            "baseline": list(self.found.baseline),
            "filters": dict(self.found.filters),
        }
        rows = group_features(self.found, self.dimension, self.object_list)
        return geojson_response(members, rows, self.export_name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            as_of=self.asked.as_of,
            known_at=self.asked.known_at,
            entry_filters=self.filterset.entry_summary,
            baseline=self.found.baseline,
            tabs=self._tabs(),
            crumbs=[(_("Areas"), reverse("areas:area-list"))],
            without_decree=self.found.without_decree,
            **kwargs,
        )

    def _tabs(self) -> list[dict[str, Any]]:
        asked = dict(self.found.filters)
        return [
            {
                "label": DIMENSIONS[name],
                "url": f"{self.request.path}?{urlencode({**asked, 'by': name})}",
                "is_current": name == self.dimension,
            }
            for name in GROUPED_BY
        ]


def _outcomes(group: Group) -> tuple[Any, ...]:
    return (group.sums.handled, group.sums.improved, group.sums.cleared)
