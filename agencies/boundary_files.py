"""Reads a file of region outlines: GeoJSON, or the SQL of a public project.

The public project github.com/cahyadsn/wilayah_boundaries (MIT) publishes outlines of
the whole country as SQL. For South Kalimantan's 13 regencies and cities:
https://raw.githubusercontent.com/cahyadsn/wilayah_boundaries/main/db/kab/wilayah_boundaries_kab_63.sql
"""

import http.client
import json
import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.errors import BusinessRuleError

MAX_MEGABYTES = 50
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
SECONDS = 60
WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")
# One row of the SQL: code, name, latitude, longitude, rings as [latitude, longitude].
SQL_TABLE = "INSERT INTO wilayah_boundaries"
SQL_ROW = re.compile(
    r"\(\s*'(?P<code>[0-9.]+)'\s*,\s*'(?:[^']|'')*'\s*,[^,']*,[^,']*,"
    r"\s*'(?P<path>\[[^']*\])'"
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One outline as the file has it; nothing about it has been checked."""

    number: int
    code: Any
    geometry: Any


def is_url(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def source_name(address: str) -> str:
    """What is stored as the source: the address, or the file's name without folders."""
    return (address if is_url(address) else Path(address).name)[:200]


def read_features(address: str) -> list[Feature]:
    """The outlines in the file or at the URL.

    Raises `BusinessRuleError` when it cannot be had or is no such file.
    """
    text = decode(download(address) if is_url(address) else read_file(address))
    features = list(sql_features(text) if SQL_TABLE in text else json_features(text))
    if not features:
        raise BusinessRuleError(_("The file holds no outline."))
    return features


def read_file(address: str) -> bytes:
    path = Path(address)
    if not path.is_file():
        raise BusinessRuleError(
            _("There is no file %(name)s. Check the path.") % {"name": address}
        )
    try:
        with path.open("rb") as file:
            return limited(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise BusinessRuleError(
            _("The file %(name)s cannot be read (%(reason)s).")
            % {"name": address, "reason": error.strerror or error}
        ) from error


def download(url: str) -> bytes:
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "kumuh"})
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return limited(answer.read(MAX_BYTES + 1))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise BusinessRuleError(
            _("%(url)s cannot be fetched (%(reason)s). Check the address.")
            % {"url": url, "reason": error}
        ) from error


def limited(content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise BusinessRuleError(
            _("The file is larger than %(limit)s MB. Split it, for instance by level.")
            % {"limit": MAX_MEGABYTES}
        )
    return content


def decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_geojson() from error


def not_geojson() -> BusinessRuleError:
    return BusinessRuleError(
        _("This is not a GeoJSON FeatureCollection in UTF-8. Choose another file.")
    )


def json_features(text: str) -> Iterator[Feature]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise not_geojson() from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise not_geojson()
    refuse_projected(document)
    for number, feature in enumerate(features, start=1):
        values = feature if isinstance(feature, dict) else {}
        properties = values.get("properties")
        code = properties.get("kode") if isinstance(properties, dict) else None
        yield Feature(number, code, values.get("geometry"))


def refuse_projected(document: dict[str, Any]) -> None:
    """Coordinates are longitude and latitude, whatever an old `crs` member says."""
    crs = json.dumps(document.get("crs"))
    if crs != "null" and not any(name in crs for name in WGS84):
        raise BusinessRuleError(
            _("The coordinates are not WGS84 degrees. Export the file as EPSG:4326.")
        )


def sql_features(text: str) -> Iterator[Feature]:
    for number, row in enumerate(SQL_ROW.finditer(text), start=1):
        try:
            rings = turned(json.loads(row["path"]))
        except (ValueError, TypeError, RecursionError):
            rings = None
        kind = "MultiPolygon" if depth(rings) == 4 else "Polygon"
        yield Feature(number, row["code"], {"type": kind, "coordinates": rings})


def turned(coordinates: Any) -> Any:
    """Latitude and longitude exchanged, at any depth."""
    if coordinates and not isinstance(coordinates[0], list):
        latitude, longitude = coordinates
        return [longitude, latitude]
    return [turned(part) for part in coordinates]


def depth(coordinates: Any) -> int:
    """How many lists lie inside each other: 3 for a polygon, 4 for several."""
    levels = 0
    while isinstance(coordinates, Sequence) and len(coordinates):
        levels, coordinates = levels + 1, coordinates[0]
    return levels
