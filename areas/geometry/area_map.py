"""What the map tab of an area shows: its outline, its RT, and what lies over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from shapely.geometry import shape

from areas.geodesy import hectares_of
from areas.geometry.comparison import compare, difference_text
from areas.geometry.drawing import Layer, Scene, draw_scene
from areas.geometry.overlaps import SLIVER_HA, common, pairs_of
from areas.models import Neighbourhood, SlumArea
from core import html


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another area whose outline lies over this one."""

    area: SlumArea
    hectares: Decimal
    shape: Any
    common: Any


@dataclass(frozen=True, slots=True)
class AreaMap:
    """The drawing with its lists; `unit_overlaps` are pairs of RT over each other."""

    scene: Scene | None
    units: Sequence[Neighbourhood]
    neighbours: Sequence[Neighbour]
    unit_overlaps: Sequence[tuple[str, str, Decimal]]


def map_of(area: SlumArea, others: QuerySet[SlumArea]) -> AreaMap:
    """The map of an area; `others` are the areas that the person may see."""
    units = list(area.neighbourhoods.select_related("village"))
    neighbours = neighbours_of(area, others)
    drawn = [(unit, shape(unit.outline)) for unit in units if unit.outline]
    overlaps = [
        (drawn[i][0].rt_rw, drawn[j][0].rt_rw, hectares)
        for i, j, hectares in pairs_of([found for _unit, found in drawn])
    ]
    scene = draw_scene(_layers(area, drawn, neighbours))
    return AreaMap(scene, units, neighbours, overlaps)


def neighbours_of(area: SlumArea, others: QuerySet[SlumArea]) -> list[Neighbour]:
    """The areas whose outlines lie over this one's, the largest part first."""
    if area.outline is None:
        return []
    own = shape(area.outline)
    meets = Q(
        min_lon__lte=area.max_lon,
        max_lon__gte=area.min_lon,
        min_lat__lte=area.max_lat,
        max_lat__gte=area.min_lat,
    )
    found = []
    for other in others.filter(meets).exclude(pk=area.pk).order_by("pk"):
        there = shape(other.outline)
        both = common(own, there)
        hectares = hectares_of(both)
        if hectares >= SLIVER_HA:
            found.append(Neighbour(other, hectares, there, both))
    return sorted(found, key=lambda one: -one.hectares)


def compared(area: Any, units: Sequence[Neighbourhood]) -> list[dict[str, Any]]:
    """Hectares by decree, by survey and by outline, side by side; never merged."""
    surveyed, note = area.verified, _("of the latest verified assessment")
    if surveyed is None:
        surveyed = sum((unit.hectares for unit in units), Decimal(0)) or None
        note = _("sum of the RT; no assessment is verified")
    rows = (
        (_("By decree"), area.decreed, area.decree_number or ""),
        (_("By survey"), surveyed, note if surveyed is not None else ""),
    )
    facts = [
        {
            "label": label,
            "value": html.figure(value),
            "note": note,
            "difference": difference_text(compare(area.outline_hectares, value)),
        }
        for label, value, note in rows
    ]
    outline = {
        "label": _("By outline"),
        "value": html.figure(area.outline_hectares),
        "note": area.outline_source,
        "difference": html.NOTHING,
    }
    return [*facts, outline]


def _layers(
    area: SlumArea,
    units: Sequence[tuple[Neighbourhood, Any]],
    neighbours: Sequence[Neighbour],
) -> list[Layer]:
    """What is drawn, from the bottom up."""
    layers = [Layer("outline-other", n.area.name, n.shape) for n in neighbours]
    if area.outline:
        layers.append(Layer("outline", area.name, shape(area.outline)))
    layers += [
        Layer("outline-unit", f"RT {unit.rt_rw}", found) for unit, found in units
    ]
    layers += [
        Layer(
            "outline-overlap",
            _("overlap with %(area)s") % {"area": n.area.name},
            n.common,
        )
        for n in neighbours
    ]
    return layers
