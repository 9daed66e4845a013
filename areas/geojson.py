"""Areas and ledger entries as GeoJSON: the same features for page and API.

A row without a place is a feature without geometry, so that sums over the features are
the figures. Hectares are exact strings, as everywhere in the API.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from areas.area_figures import OUTCOMES, AnnotatedAreas
from areas.figures import Figures
from areas.filters import FigureQuery
from areas.models import LedgerEntry, SlumArea
from core.exports import geojson_response

CHUNK = 500
HECTARES = (
    "decreed",
    *(outcome.value for outcome in OUTCOMES),
    "unhandled",
    "uncleared",
    "verified",
    "outline_hectares",
)


def area_collection(
    areas: AnnotatedAreas,
    *,
    asked: FigureQuery,
    filters: Mapping[str, str],
    filename: str = "",
) -> StreamingHttpResponse:
    """The areas, filtered, with the figures of `asked`; `filters` are told in it."""
    found = asked.figures(areas)
    members = {
        **stand(asked.as_of, asked.known_at),
        "baseline": list(found.baseline),
        "filters": dict(filters),
        "totals": _totals(found),
    }
    rows = areas.iterator(CHUNK)
    return geojson_response(
        members, (area_feature(area, asked) for area in rows), filename
    )


def area_feature(area: Any, asked: FigureQuery) -> dict[str, Any]:
    """One area: its outline, else its point, else no geometry."""
    hectares = {name: exact(getattr(area, name)) for name in HECTARES}
    return {
        "type": "Feature",
        "id": area.pk,
        "geometry": _outline_or_point(area),
        "properties": {
            "name": area.name,
            "regency": area.regency_id,
            "typology": area.typology,
            "severity": area.severity,
            "total": area.severity_total,
            "assessed_on": _iso(area.assessed_on),
            "authority": area.authority,
            "decree_number": area.decree_number,
            **hectares,
            **stand(asked.as_of, asked.known_at),
            "url": reverse("areas:area-detail", args=[area.pk]),
        },
    }


def entry_collection(
    entries: Iterable[LedgerEntry], *, members: Mapping[str, Any], filename: str
) -> StreamingHttpResponse:
    """Entries of the ledger; `members` say what they stand on."""
    return geojson_response(members, map(entry_feature, entries), filename)


def entry_feature(entry: LedgerEntry) -> dict[str, Any]:
    """One entry where its RT lies; `place` says whose geometry it is.

    `place` is `neighbourhood` or `area`, None where neither has an outline or a point.
    """
    line, unit = entry.decree_line, entry.neighbourhood
    place, geometry = None, None
    if unit and unit.outline:
        place, geometry = "neighbourhood", unit.outline
    elif geometry := _outline_or_point(line.area):
        place = "area"
    return {
        "type": "Feature",
        "id": entry.pk,
        "geometry": geometry,
        "properties": {
            "place": place,
            "area": line.area_id,
            "area_name": line.area.name,
            "regency": line.area.regency_id,
            "neighbourhood": unit.rt_rw if unit else None,
            "outcome": entry.outcome,
            "kind": entry.kind,
            "hectares": exact(entry.hectares),
            "method": entry.method,
            "decree_number": line.decree.number,
            "agency": entry.agency.name,
            "cause": entry.cause,
            "reason": entry.reason,
            "reverses": entry.reverses_id,
            "period": entry.period,
            "effective_on": _iso(entry.effective_on),
            "recorded_at": _iso(entry.recorded_at),
            "url": entry.get_absolute_url(),
        },
    }


def stand(as_of: date, known_at: datetime | None) -> dict[str, str | None]:
    """On which day, and as known when, the features say what they say."""
    return {"as_of": _iso(as_of), "known_at": _iso(known_at)}


def _totals(found: Figures) -> dict[str, Any]:
    """The sums over the features; what remains, only where all entries count."""
    total = found.total
    names = ["decreed", *(outcome.value for outcome in OUTCOMES), "verified"]
    if found.entries.is_all:
        names += ["unhandled", "uncleared"]
    areas = {"areas": total.areas, "areas_without_decree": found.without_decree}
    return areas | {name: exact(getattr(total, name)) for name in names}


def _outline_or_point(area: SlumArea) -> dict[str, Any] | None:
    if area.outline is not None:
        return area.outline
    if area.latitude is None or area.longitude is None:
        return None
    point = [float(area.longitude), float(area.latitude)]
    return {"type": "Point", "coordinates": point}


def exact(value: Decimal | int | None) -> str | int | None:
    """Hectares with all their decimals, as a string; a count stays a number."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def _iso(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    return value.isoformat() if value else None
