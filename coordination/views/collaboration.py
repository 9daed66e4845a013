"""The page of the map of collaboration: picture, matrix, gaps and collisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from areas.models import SlumArea
from coordination.collaboration import Map, ties_of
from coordination.collaboration_filters import CollaborationFilter
from coordination.collaboration_tables import (
    COLLISION_COLUMNS,
    GAP_COLUMNS,
    map_columns,
    map_totals,
)
from core.numbers import format_decimal
from core.tables import Column
from core.views import FilteredListView

MOST_DRAWN = 40  # places or agencies: more lines nobody can follow
STEP, TOP, LEFT, RIGHT, WIDTH = 26, 24, 315, 530, 860
THICKEST = 12
LONGEST = 36  # letters of a name beside the lines


class CollaborationView(FilteredListView):
    """Computed from works and commitments, so the queries stay the same."""

    filterset_class = CollaborationFilter
    template_name = "coordination/collaboration.html"
    export_name = "peta-kolaborasi"

    def get_queryset(self) -> QuerySet:
        return SlumArea.objects.visible_to(self.request.user)

    @cached_property
    def found(self) -> Map:
        if not self.filterset.is_valid():
            return Map()
        return self.filterset.map_on(timezone.localdate())  # type: ignore[attr-defined]

    @property
    def show(self) -> str:
        """Which rows are asked for: those of the matrix, gaps, collisions."""
        self.filterset.is_valid()
        return self.filterset.asked("show") or ""  # type: ignore[attr-defined]

    def ordered(self, queryset: QuerySet) -> Any:
        lists = {"gaps": self.found.gaps, "collisions": self.found.collisions}
        return lists.get(self.show, self.found.rows)

    def get_columns(self) -> Sequence[Column]:
        lists = {"gaps": GAP_COLUMNS, "collisions": COLLISION_COLUMNS}
        question = self.filterset.question  # type: ignore[attr-defined]
        return lists.get(self.show) or map_columns(self.found.agencies, question)

    def get_totals(self, queryset: Any) -> Mapping[str, Any]:
        return {} if self.show else map_totals(self.found)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        return super().get_context_data(
            show=self.show,
            gap_count=len(found.gaps),
            collision_count=len(found.collisions),
            stressed_count=sum(row.is_stressed for row in found.collisions),
            lists=_lists(self.request.GET.copy(), self.show, found),
            picture=picture_of(found) if not self.show else None,
            crumbs=[(_("Rakor"), reverse("coordination:meeting-list"))],
            **kwargs,
        )


def _lists(query: Any, show: str, found: Map) -> list[dict[str, Any]]:
    """The three lists of the page as links, each with how many rows it has."""
    query.pop("page", None)
    query.pop("format", None)
    rows = (
        ("", _("Who works where"), len(found.rows)),
        ("gaps", _("Heavy, nobody committed"), len(found.gaps)),
        ("collisions", _("Several agencies, the same RT"), len(found.collisions)),
    )
    shown = []
    for name, label, count in rows:
        query["show"] = name
        url = f"?{query.urlencode()}"
        shown.append(
            {"label": label, "count": count, "url": url, "is_current": name == show}
        )
    return shown


def picture_of(found: Map) -> dict[str, Any] | None:
    """Agencies at the left, places at the right, a line for what ties them.

    None where nothing ties them, or where there would be too many lines to read.
    """
    ties = ties_of(found)
    tall = max(len(found.agencies), len(found.rows))
    if not ties or tall > MOST_DRAWN:
        return None
    most = max(ties.values())
    said = _("%(agency)s in %(place)s: %(count)s activities and commitments")
    return {
        "width": WIDTH,
        "height": TOP + tall * STEP,
        "left": [_label(a.short_name, n) for n, a in enumerate(found.agencies)],
        "right": [_label(row.name, n) for n, row in enumerate(found.rows)],
        "lines": [
            {
                "x1": LEFT,
                "y1": _height(agency),
                "x2": RIGHT,
                "y2": _height(place),
                "width": svg_length(1 + (THICKEST - 1) * count / most),
                "title": said
                % {
                    "agency": found.agencies[agency].short_name,
                    "place": found.rows[place].name,
                    "count": format_decimal(count, 0),
                },
            }
            for (agency, place), count in sorted(ties.items())
        ],
    }


def svg_length(value: float) -> str:
    """A length as SVG writes it, in every language."""
    return f"{value:.1f}"


def _height(position: int) -> int:
    return TOP + position * STEP


def _label(words: str, position: int) -> dict[str, Any]:
    short = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    return {"words": short, "whole": words, "y": _height(position)}
