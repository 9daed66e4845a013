"""Columns of the map of collaboration: who works where, gaps, collisions."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from areas.tables import severity_badge, severity_word
from coordination.collaboration import (
    Cell,
    Collision,
    Map,
    MapRow,
    Question,
    summed,
)
from coordination.commitment_filters import PENDING, RESPONSIBLE
from core import html
from core.numbers import format_decimal
from core.tables import Column


def words_of(cell: Cell | None) -> list[str]:
    """What the agency has there, in words, without what is none."""
    if cell is None:
        return []
    found = []
    if cell.activities:
        found.append(_("%(count)s activities") % {"count": cell.activities})
    if cell.commitments:
        found.append(_("%(count)s commitments") % {"count": cell.commitments})
    if cell.hectares:
        found.append(f"{format_decimal(cell.hectares)} ha")
    return found


def _shown(cell: Cell | None, url: str) -> SafeString | None:
    """The words, those of commitments linked to their rows."""
    if cell is None or not (words := words_of(cell)):
        return None
    if cell.commitments:
        place = 1 if cell.activities else 0
        words[place] = format_html('<a href="{}">{}</a>', url, words[place])
    return format_html_join(mark_safe("<br>"), "{}", ((w,) for w in words))


def commitments_url(row: MapRow, agency: Agency, asked: Question) -> str:
    """The commitments that a cell counts: pending, of this agency, in this place."""
    place = {"area": row.area} if row.area else {"regency": row.regency}
    named = {"fund": asked.fund, "year": asked.year}
    query = {"agency": agency.pk, "part": RESPONSIBLE, "state": PENDING} | place
    query |= {name: value for name, value in named.items() if value}
    return f"{reverse('coordination:commitment-list')}?{urlencode(query)}"


def _agency_column(agency: Agency, asked: Question) -> Column:
    def cell(row: MapRow) -> Cell | None:
        return row.cells.get(agency.pk)

    return Column(
        agency.short_name,
        lambda row: _shown(cell(row), commitments_url(row, agency, asked)),
        kind="html",
        css="half",
        name=str(agency.pk),
        export=lambda row: "; ".join(words_of(cell(row))),
    )


def map_columns(agencies: Sequence[Agency], asked: Question) -> list[Column]:
    """The place, its sum, and a column for each agency."""
    return [
        Column(gettext_lazy("Place"), "name", link=lambda row: row.url, full=True),
        Column(gettext_lazy("Activities"), "total.activities", kind="number", name="a"),
        Column(
            gettext_lazy("Commitments"), "total.commitments", kind="number", name="c"
        ),
        Column(
            gettext_lazy("Handled (ha)"), "total.hectares", kind="hectares", name="h"
        ),
        *(_agency_column(agency, asked) for agency in agencies),
    ]


def map_totals(found: Map) -> Mapping[str, Any]:
    """Sums over the rows. A commitment in two districts stands in both, so none."""
    total = summed(row.total for row in found.rows)
    return {"a": total.activities, "h": total.hectares}


GAP_COLUMNS = (
    Column(
        gettext_lazy("Area"),
        "area.name",
        link=lambda gap: gap.area.get_absolute_url(),
        full=True,
    ),
    Column(gettext_lazy("Regency/city"), "area.regency.name", css="half"),
    Column(
        gettext_lazy("Class"),
        lambda gap: severity_badge(gap.area.severity),
        kind="html",
        css="half",
        export=lambda gap: severity_word(gap.area.severity),
    ),
    Column(gettext_lazy("Surveyed on"), "area.assessed_on", kind="date", css="half"),
    Column(gettext_lazy("Decreed (ha)"), "area.decreed", kind="hectares"),
    Column(gettext_lazy("Not handled (ha)"), "area.unhandled", kind="hectares"),
)


def _works(row: Collision) -> SafeString:
    return format_html_join(
        mark_safe("<br>"),
        '<a href="{}">{}</a> ({})',
        (
            (work.get_absolute_url(), work.name, work.agency.short_name)
            for work in row.works
        ),
    )


def _many(row: Collision) -> SafeString:
    words = _("%(count)s agencies") % {"count": len(row.agencies)}
    tone, icon = ("late", "warning") if row.is_stressed else ("warn", "people")
    return format_html("{}", html.chip(words, tone, icon))


COLLISION_COLUMNS = (
    Column(
        gettext_lazy("Area"),
        "area.name",
        link=lambda row: row.area.get_absolute_url(),
        note="area.regency.name",
        full=True,
    ),
    Column(gettext_lazy("RT"), "unit", css="half"),
    Column(
        gettext_lazy("Agencies"),
        _many,
        kind="html",
        css="half st-cell",
        export=lambda row: len(row.agencies),
    ),
    Column(
        gettext_lazy("Running activities"),
        _works,
        kind="html",
        full=True,
        export=lambda row: "; ".join(
            f"{work.name} ({work.agency.short_name})" for work in row.works
        ),
    ),
    Column(gettext_lazy("Regency/city"), "area.regency.name", only="csv"),
)
