"""One feature of a map file as an outline that can be stored, or why it cannot."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import shape

from areas.geodesy import hectares_of
from areas.geometry.places import (
    NOWHERE,
    Place,
    beyond,
    explained,
    no_system,
    outside,
)
from areas.geometry.reading import Feature
from areas.outlines import Outline, check_outline
from core.errors import BusinessRuleError
from core.numbers import format_decimal

AREAS = ("Polygon", "MultiPolygon")
POINTS = ("Point", "MultiPoint")
LINES = ("LineString", "MultiLineString")


@dataclass
class Checked:
    """What a feature becomes. `shown` can be drawn even where it is refused."""

    outline: Outline | None = None
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_repaired: bool = False
    shown: Any = None
    mark: tuple[float, float] | None = None


def check_feature(feature: Feature, place: Place, crs: str) -> Checked:
    """The feature's outline in that place, repaired where that changes next to nothing.

    Everything that is wrong with it stands in `errors`, what was done in `notes`.
    """
    checked = Checked()
    if message := _wrong_kind(feature):
        checked.errors.append(message)
    elif not crs:
        checked.errors.append(no_system(place, feature.box or NOWHERE))
    elif feature.is_lost:
        checked.errors.append(_lost(feature, place, crs))
    else:
        _check_shape(checked, feature, place, crs)
    if feature.has_z and checked.outline:
        checked.notes.append(_("Heights are left out."))
    return checked


def _wrong_kind(feature: Feature) -> str:
    if not feature.type:
        return _("There is no outline in this row.")
    if feature.type in AREAS:
        return ""
    if feature.type in POINTS:
        return _("This is a point, not an area. Draw it as a polygon.")
    if feature.type in LINES:
        return _("This is a line, not an area. Draw it as a polygon.")
    return _("The outline cannot be read (%(type)s). Draw it as a polygon.") % {
        "type": feature.type
    }


def _lost(feature: Feature, place: Place, crs: str) -> str:
    told = _("The coordinates mean nothing in the file's coordinate system (%(crs)s).")
    hint = explained(place, feature.box or NOWHERE, crs)
    return " ".join(filter(None, [told % {"crs": crs}, hint]))


def _check_shape(checked: Checked, feature: Feature, place: Place, crs: str) -> None:
    geometry = feature.geometry
    if feature.broken_at:
        geometry = _repaired(checked, feature)
    found = _shape(feature.repaired if feature.broken_at else geometry)
    if found is not None and not found.is_empty:
        checked.shown = checked.shown or geometry
        if message := outside(place, found, feature.box or found.bounds, crs):
            checked.errors.append(message)
    if checked.errors:
        return
    _judge(checked, geometry)
    if checked.outline and (note := beyond(place, found)):
        checked.notes.append(note)


def _judge(checked: Checked, geometry: Any) -> None:
    """The checks that every outline passes, however it comes: `areas.outlines`."""
    try:
        checked.outline = check_outline(geometry)
    except BusinessRuleError as error:
        checked.errors += error.errors["outline"]
        return
    checked.shown = checked.outline.geometry
    if checked.outline.hectares <= 0:
        checked.outline = None
        checked.errors.append(_("The outline encloses no area."))


def _repaired(checked: Checked, feature: Feature) -> Any:
    """The repaired shape, where the repair changes its hectares by next to nothing."""
    checked.shown, checked.mark = feature.geometry, feature.broken_at
    before = _hectares(feature.geometry)
    after = _hectares(feature.repaired)
    change = abs(after - before) / before * 100 if before else Decimal(100)
    lon, lat = feature.broken_at or (0, 0)
    values = {
        "where": f"{lon:.6f}, {lat:.6f}",
        "change": "> 100" if change > 100 else format_decimal(change, 3),
        "most": format_decimal(Decimal(settings.OUTLINE_REPAIR_PERCENT), None),
    }
    if feature.repaired is None or change > Decimal(settings.OUTLINE_REPAIR_PERCENT):
        checked.errors.append(
            _(
                "The outline crosses or touches itself at %(where)s. Repairing it would"
                " change its hectares by %(change)s %%, more than %(most)s %%. Correct"
                " it in the mapping program."
            )
            % values
        )
        return feature.geometry
    checked.is_repaired = True
    checked.notes.append(
        _(
            "Repaired at %(where)s, where it crossed or touched itself; that changed"
            " its hectares by %(change)s %%."
        )
        % values
    )
    return feature.repaired


def _hectares(geometry: Any) -> Decimal:
    found = _shape(geometry)
    return Decimal(0) if found is None else hectares_of(found)


def _shape(geometry: Any) -> Any:
    """The shape of GeoJSON; None where it is no shape at all."""
    try:
        return shape(geometry) if geometry else None
    except (ShapelyError, LookupError, TypeError, ValueError, AttributeError):
        return None
