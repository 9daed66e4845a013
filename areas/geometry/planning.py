"""From a map file to what it would change: matched, checked, set beside the rest."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import shapely
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry import shape

from agencies.access import can
from agencies.models import User
from agencies.roles import Permission
from areas.geodesy import as_geojson, hectares_of
from areas.geometry.checks import Checked, check_feature
from areas.geometry.choices import Choices, Holds
from areas.geometry.matching import AreaMatcher, Columns, UnitMatcher, columns_of
from areas.geometry.overlaps import pairs_of
from areas.geometry.places import INDONESIA, Place, places_of
from areas.geometry.plan import OutlinePlan, PlannedOutline
from areas.geometry.reading import Feature, MapFile
from areas.models import Neighbourhood, SlumArea
from areas.outlines import check_outline
from core.errors import BusinessRuleError
from core.numbers import format_decimal

INSIDE = Decimal("0.99")  # share of an RT that lies in its area, below it is said
LABELS = 3  # attributes that name a row which belongs nowhere


def plan_outlines(file: MapFile, choices: Choices, *, by: User | None) -> OutlinePlan:
    """What the file would change for `by`; None may change every area.

    Raises BusinessRuleError at the form's field for what concerns no single row.
    """
    columns = columns_of(file, choices)
    rows = _matched(file, choices, columns, _areas_of(by))
    if by is not None:
        _check_rights(rows, by)
    _check_shapes(file, rows, choices)
    if choices.holds == Holds.AREAS and (choices.merge or choices.area):
        rows = [_merged(file, rows, choices)]
    _check_twice(rows)
    _add_hectares(rows)
    _add_overlaps(rows, _areas_of(by))
    _check_inside(rows)
    return OutlinePlan(file, choices, rows)


def _areas_of(by: User | None) -> QuerySet[SlumArea]:
    return SlumArea.objects.visible_to(by) if by else SlumArea.objects.all()


# ---- whose outline -----------------------------------------------------------------


def _matched(
    file: MapFile, choices: Choices, columns: Columns, areas: QuerySet[SlumArea]
) -> list[PlannedOutline]:
    rows = [
        PlannedOutline(f.number, _label(f, columns), Checked()) for f in file.features
    ]
    places = _area_of_each(file, choices, columns, areas)
    if choices.holds == Holds.AREAS:
        for row, area in zip(rows, places, strict=True):
            _aim(row, area)
        return rows
    found = [area for area in places if isinstance(area, SlumArea)]
    units = UnitMatcher(found, columns)
    for row, area, feature in zip(rows, places, file.features, strict=True):
        _aim(row, units.find(area, feature) if isinstance(area, SlumArea) else area)
    return rows


def _area_of_each(
    file: MapFile, choices: Choices, columns: Columns, areas: QuerySet[SlumArea]
) -> Sequence[SlumArea | str]:
    """For each row its area, or why it has none."""
    if choices.area is not None:
        return [choices.area] * len(file.features)
    matcher = AreaMatcher(areas, file.features, columns)
    return [matcher.find(feature) for feature in file.features]


def _aim(row: PlannedOutline, found: SlumArea | Neighbourhood | str) -> None:
    if isinstance(found, str):
        row.errors.append(found)
    else:
        row.target = found


def _label(feature: Feature, columns: Columns) -> str:
    """What the file calls the row, for rows that belong nowhere."""
    names = dict.fromkeys((columns.area, columns.unit))
    named = [text for name in names if (text := feature.values.get(name, ""))]
    texts = named or [text for text in feature.values.values() if text][:LABELS]
    return " · ".join(texts)[:80] or "–"


def area_of(target: SlumArea | Neighbourhood) -> SlumArea:
    """The area itself, or that of the RT."""
    return target.area if isinstance(target, Neighbourhood) else target


def _check_rights(rows: Iterable[PlannedOutline], by: User) -> None:
    for row in rows:
        if row.target is None:
            continue
        agency = area_of(row.target).agency
        if not can(by, Permission.AREA_EDIT, agency=agency):
            row.errors.append(
                _("Your role does not allow changing areas of %(agency)s.")
                % {"agency": agency.short_name}
            )


def _check_twice(rows: Iterable[PlannedOutline]) -> None:
    """Two rows for the same area or RT: which of them it is cannot be known."""
    first: dict[Any, int] = {}
    for row in rows:
        if row.target is None:
            continue
        key = (type(row.target), row.target.pk)
        if key in first:
            row.errors.append(
                _("Row %(number)s is the same already: %(name)s.")
                % {"number": first[key], "name": row.name}
            )
        first.setdefault(key, row.number)


# ---- the outline itself ------------------------------------------------------------


def _check_shapes(
    file: MapFile, rows: Sequence[PlannedOutline], choices: Choices
) -> None:
    targets = [area_of(row.target) for row in rows if row.target]
    regencies = {area.regency_id: area.regency for area in targets}
    places = places_of(list(regencies.values()))
    anywhere = next(iter(places.values()), None) or Place(_("Indonesia"), INDONESIA)
    for row, feature in zip(rows, file.features, strict=True):
        place = anywhere
        if row.target:
            place = places[area_of(row.target).regency_id]
        row.checked = check_feature(feature, place, file.crs)


def _merged(
    file: MapFile, rows: Sequence[PlannedOutline], choices: Choices
) -> PlannedOutline:
    """All rows as one outline, that of the chosen area."""
    if len(rows) == 1:
        return rows[0]
    if not choices.merge:
        told = _(
            "The file holds %(count)s outlines. Tick “Merge”, or leave only the area's"
            " own outline in it."
        )
        count = format_decimal(len(rows), 0)
        raise BusinessRuleError(errors={"merge": [told % {"count": count}]})
    if choices.area is None:
        told = _("Choose the area whose outline all rows are together.")
        raise BusinessRuleError(errors={"area": [told]})
    whole = PlannedOutline(1, choices.area.name, Checked(), choices.area)
    numbered = [(row, row.number) for row in rows]
    for row, number in numbered:
        whole.errors += [
            _("Row %(number)s: %(text)s") % {"number": number, "text": text}
            for text in row.problems
        ]
    if not whole.errors:
        shapes = [shape(row.outline.geometry) for row in rows if row.outline]
        whole.checked.outline = check_outline(as_geojson(shapely.union_all(shapes)))
        whole.checked.shown = whole.checked.outline.geometry
        whole.checked.is_repaired = any(row.checked.is_repaired for row in rows)
        whole.notes.append(
            _("Merged from %(count)s outlines.")
            % {"count": format_decimal(len(rows), 0)}
        )
    return whole


# ---- beside decree, survey, and each other -------------------------------------------


def figures_of(keys: Iterable[int]) -> dict[int, Any]:
    """Areas by key with `decreed`, `verified` and `units` (the sum of their RT)."""
    units = (
        Neighbourhood.objects.filter(area=OuterRef("pk"))
        .order_by()
        .values("area")
        .annotate(sum=Sum("hectares"))
        .values("sum")
    )
    areas = SlumArea.objects.filter(pk__in=set(keys)).annotate(units=Subquery(units))
    return {area.pk: area for area in areas.with_figures(timezone.localdate())}


def _add_hectares(rows: Iterable[PlannedOutline]) -> None:
    keys = [row.target.pk for row in rows if isinstance(row.target, SlumArea)]
    figures = figures_of(keys) if keys else {}
    for row in rows:
        if isinstance(row.target, Neighbourhood):
            row.surveyed = row.target.hectares
        elif row.target:
            found = figures[row.target.pk]
            row.decreed = found.decreed
            row.surveyed = found.units if found.verified is None else found.verified


def _add_overlaps(rows: Sequence[PlannedOutline], areas: QuerySet[SlumArea]) -> None:
    """With each other, and with what is stored of the same kind and not in the file."""
    sound = [row for row in rows if row.outline and row.target]
    if not sound:
        return
    shapes = [shape(row.outline.geometry) for row in sound if row.outline]
    west, south, east, north = map(float, shapely.total_bounds(shapes))
    box = {
        "min_lon__lte": east,
        "max_lon__gte": west,
        "min_lat__lte": north,
        "max_lat__gte": south,
    }
    names = [row.name for row in sound]
    keys = {row.target.pk for row in sound if row.target}
    for name, outline in _stored(sound[0].target, areas, keys, box):
        names.append(name)
        shapes.append(shape(outline))
    for i, j, hectares in pairs_of(shapes):
        for one, other in ((i, j), (j, i)):
            if one < len(sound):
                sound[one].overlaps.append((names[other], hectares))


def _stored(
    target: Any, areas: QuerySet[SlumArea], keys: set[int], box: dict[str, float]
) -> Iterable[tuple[str, Any]]:
    """Names and outlines around the file, of areas or of RT, as the file has."""
    if isinstance(target, SlumArea):
        yield from (
            areas.filter(**box).exclude(pk__in=keys).values_list("name", "outline")
        )
        return
    units = Neighbourhood.objects.filter(area__in=areas, **box).exclude(pk__in=keys)
    for unit in units.select_related("area").only("rt_rw", "area__name", "outline"):
        yield f"RT {unit.rt_rw} · {unit.area.name}", unit.outline


def _check_inside(rows: Iterable[PlannedOutline]) -> None:
    """A note where an RT lies beyond the outline of its area."""
    for row in rows:
        if not isinstance(row.target, Neighbourhood) or row.outline is None:
            continue
        around = row.target.area.outline
        if around is None:
            continue
        beyond = hectares_of(shape(row.outline.geometry).difference(shape(around)))
        if beyond > (1 - INSIDE) * row.outline.hectares:
            row.notes.append(
                _("%(hectares)s ha lie beyond the outline of %(area)s.")
                % {"hectares": format_decimal(beyond), "area": row.target.area.name}
            )
