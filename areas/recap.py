"""The figures by region, authority, agency, fund …: one table for page and files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from agencies.models import RegionBoundary
from areas.area_figures import OUTCOMES
from areas.figures import FILTER_OF, LABELS, OF_AREAS, Figures, Group, percent_of
from areas.geojson import exact
from areas.why import DIMENSIONS
from core import html
from core.tables import Column

OF_THE_BASE = ("decreed", "verified")
REMAINING = ("unhandled", "uncleared")
OUTCOME_NAMES = tuple(outcome.value for outcome in OUTCOMES)


def recap_columns(found: Figures, dimension: str) -> list[Column]:
    """Groups of areas have a base of their own; groups of entries only outcomes."""
    columns = [
        Column(
            DIMENSIONS[dimension],
            "label",
            link=lambda group: group_url(found, dimension, group),
        ),
        Column(gettext_lazy("Key"), "key", only="csv"),
    ]
    if dimension in OF_AREAS:
        columns.append(
            Column(gettext_lazy("Areas"), "sums.areas", kind="number", name="areas")
        )
        columns += [_hectares(name) for name in OF_THE_BASE]
    for name in OUTCOME_NAMES:
        columns += [_outcome(name), _share(name)]
    if dimension in OF_AREAS and found.entries.is_all:
        columns += [_hectares(name) for name in REMAINING]
    columns.append(
        Column(gettext_lazy("Base of the shares"), "base", kind="hectares", only="csv")
    )
    return columns


def group_url(found: Figures, dimension: str, group: Group) -> str:
    """The areas of the group; of a group of entries, those with what it did there."""
    return found.rows_url(**{FILTER_OF.get(dimension, dimension): group.key})


def recap_totals(found: Figures, columns: Iterable[Column]) -> dict[str, Any]:
    """The whole, by the name of the column."""
    wanted = {column.name for column in columns} - {""}
    return {name: getattr(found.total, name) for name in wanted}


def group_features(
    found: Figures, dimension: str, groups: Sequence[Group]
) -> Iterable[Mapping[str, Any]]:
    """The groups as GeoJSON features; regions have their (indicative) boundaries."""
    outlines: Mapping[str, Any] = {}
    if dimension == "region":
        keys = [group.key for group in groups]
        rows = RegionBoundary.objects.filter(region__in=keys)
        outlines = dict(rows.values_list("region_id", "geometry"))
    names = OUTCOME_NAMES
    if dimension in OF_AREAS:
        names = ("areas", *OF_THE_BASE, *OUTCOME_NAMES)
        names += REMAINING if found.entries.is_all else ()
    for group in groups:
        yield {
            "type": "Feature",
            "id": group.key,
            "geometry": outlines.get(group.key),
            "properties": {
                "by": dimension,
                "key": group.key,
                "label": group.label,
                **{name: exact(getattr(group.sums, name)) for name in names},
                "denominator": exact(group.base),
            },
        }


def _hectares(name: str) -> Column:
    return Column(LABELS[name], f"sums.{name}", kind="hectares", unit="ha", name=name)


def _outcome(name: str) -> Column:
    return Column(
        LABELS[name],
        lambda group: _with_share(group, name),
        kind="html",
        unit="ha",
        css="num",
        name=name,
        export=lambda group: getattr(group.sums, name),
    )


def _with_share(group: Group, name: str) -> SafeString:
    value = getattr(group.sums, name)
    share = percent_of(value, group.base)
    if share is None:
        return html.figure(value)
    return format_html(
        '{}<span class="pct">{}</span>', html.figure(value), html.percent(share)
    )


def _share(name: str) -> Column:
    return Column(
        format_html("{} (%)", LABELS[name]),
        lambda group: percent_of(getattr(group.sums, name), group.base),
        kind="percent",
        only="csv",
    )
