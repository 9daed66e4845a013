"""Map files in: the features of one layer, read by a process of its own.

`areas.geometry.child` does the reading and says codes; here they become sentences.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.geometry.child import DRIVERS
from core.errors import BusinessRuleError
from core.numbers import format_decimal

logger = logging.getLogger(__name__)
CHILD = Path(__file__).with_name("child.py")
SECONDS = 30
MEMORY = 1 << 30
UNPACKED = 4  # times GEOMETRY_MAX_BYTES: what a zip may hold
MAX_FEATURES = 5_000
MAX_POINTS = 500_000
MEGABYTE = 1 << 20
CHUNK = 1 << 20
LOGGED = 500  # characters of what ended the child

SENTENCES = {
    "bare_shp": gettext_lazy(
        "A shapefile is several files (.shp, .shx, .dbf, .prj). Put them in one zip and"
        " upload that."
    ),
    "crs_unknown": gettext_lazy(
        "The coordinate system of the file is not known: %(found)s. Export it in WGS84"
        " (EPSG:4326) or UTM and try again."
    ),
    "empty": gettext_lazy("The file holds no outline."),
    "empty_file": gettext_lazy("The file is empty."),
    "features": gettext_lazy(
        "The file holds %(count)s outlines, at most %(features)s fit. Split it."
    ),
    "heavy": gettext_lazy(
        "The file is too heavy or too damaged to be read. Simplify the outlines or"
        " split the file."
    ),
    "layers": gettext_lazy(
        "The file holds %(count)s layers: %(names)s. Name the one to read at “Layer”,"
        " or export it alone."
    ),
    "no_geometry": gettext_lazy("The file is a table without outlines."),
    "not_geojson": gettext_lazy(
        "The file is not GeoJSON that can be read. Export it again from the mapping"
        " program."
    ),
    "points": gettext_lazy(
        "The outlines have %(count)s points together, at most %(points)s fit. Simplify"
        " them or split the file."
    ),
    "unknown": gettext_lazy(
        "This is no map file%(found)s. Upload a shapefile as zip, KML, KMZ, GPKG or"
        " GeoJSON."
    ),
    "unreadable": gettext_lazy(
        "The file is damaged and cannot be read. Export it again from the mapping"
        " program."
    ),
    "zip_bomb": gettext_lazy(
        "The zip holds too much: at most %(unpacked)s MB unpacked. Split it."
    ),
    "zip_broken": gettext_lazy("The zip is damaged. Pack it again."),
    "zip_locked": gettext_lazy("The zip has a password. Pack it without one."),
    "zip_without_map": gettext_lazy(
        "The zip holds no .shp, .kml, .gpkg or .geojson%(names)s. Pack all files of the"
        " shapefile in it."
    ),
}


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of a map file; its shape is in degrees (WGS84), heights left out.

    `type` is the geometry's, empty where there is none. `box` has the coordinates as
    the file writes them. `is_lost`: they mean nothing in the file's own system.
    """

    number: int
    values: Mapping[str, str]
    type: str = ""
    geometry: Any = None
    has_z: bool = False
    box: tuple[float, float, float, float] | None = None
    is_lost: bool = False
    broken_at: tuple[float, float] | None = None
    repaired: Any = None


@dataclass(frozen=True, slots=True)
class MapFile:
    """What a file holds; `crs` is empty where the file does not say its own."""

    name: str
    kind: str
    layer: str
    crs: str
    features: tuple[Feature, ...]

    @property
    def columns(self) -> list[str]:
        """The names of its attributes, in the order of the file."""
        names: dict[str, None] = {}
        for feature in self.features:
            names |= dict.fromkeys(feature.values)
        return list(names)

    @property
    def source(self) -> str:
        """`rt.zip, layer RT, EPSG:32750`: what is stored beside an outline."""
        layer = _("layer %(name)s") % {"name": self.layer} if self.layer else ""
        return ", ".join(filter(None, [self.name[:120], layer[:80], self.crs]))


def read_map(file: BinaryIO, name: str, *, layer: str = "") -> MapFile:
    """The features of the file, or of its layer of that name.

    Raises BusinessRuleError at `file` (or `layer`) for one that cannot be read.
    """
    with TemporaryDirectory(prefix="map-") as folder:
        source = Path(folder) / "source"
        _copy(file, source)
        result = _run(source, layer)
    if code := result.pop("error", ""):
        raise refused(code, **result)
    features = tuple(_feature(row) for row in result["features"])
    return MapFile(name, result["kind"], result["layer"], result["crs"], features)


def refused(code: str, **values: Any) -> BusinessRuleError:
    """The sentence of a code, with what the child found."""
    if isinstance(values.get("count"), int):
        values["count"] = format_decimal(values["count"], 0)
    names = values.get("names", [])
    shown = ", ".join(str(name)[:60] for name in names)
    if code == "layers":
        values |= {"count": len(names), "names": shown}
    elif code == "zip_without_map":
        values["names"] = f" ({shown})" if shown else ""
    elif code == "unknown":
        values["found"] = f" ({values['found']})" if values["found"] else ""
    known = {
        "features": format_decimal(MAX_FEATURES, 0),
        "points": format_decimal(MAX_POINTS, 0),
        "unpacked": format_decimal(_unpacked() / MEGABYTE, None),
    }
    place = "layer" if code == "layers" else "file"
    return BusinessRuleError(errors={place: [SENTENCES[code] % (known | values)]})


def too_big() -> str:
    """The sentence about a file above the limit."""
    return _("The file is larger than %(megabytes)s MB. Split it or simplify it.") % {
        "megabytes": format_decimal(settings.GEOMETRY_MAX_BYTES / MEGABYTE, None)
    }


def _copy(file: BinaryIO, target: Path) -> None:
    """The upload on the disk, up to the limit."""
    written = 0
    with target.open("wb") as copy:
        while chunk := file.read(CHUNK):
            written += len(chunk)
            if written > settings.GEOMETRY_MAX_BYTES:
                raise BusinessRuleError(errors={"file": [too_big()]})
            copy.write(chunk)


def _run(source: Path, layer: str) -> dict[str, Any]:
    """What the child wrote; whatever ends it early makes the file too heavy."""
    target = source.with_name("result")
    limits = {
        "features": MAX_FEATURES,
        "layer": layer,
        "memory": MEMORY,
        "points": MAX_POINTS,
        "seconds": SECONDS,
        "skip": other_drivers(),
        "unpacked": _unpacked(),
    }
    command = [*_python(), str(CHILD), str(source), str(target), json.dumps(limits)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        return {"error": "heavy"}
    if done.returncode or not target.is_file():
        logger.warning("map file not read: %s", done.stderr[-LOGGED:].decode())
        return {"error": "heavy"}
    result: dict[str, Any] = json.loads(target.read_bytes())
    return result


@cache
def other_drivers() -> tuple[str, ...]:
    """Every map driver of the library but ours; asked once, in a process of its own."""
    code = "import pyogrio; print('\\n'.join(pyogrio.list_drivers()))"
    done = subprocess.run(
        [*_python(), "-c", code], capture_output=True, text=True, check=True, env={}
    )
    return tuple(name for name in done.stdout.split("\n") if name not in DRIVERS)


def _python() -> list[str]:
    """This Python, with its packages and nothing of the environment."""
    return [sys.executable, "-I", "-B"]


def _unpacked() -> int:
    return UNPACKED * settings.GEOMETRY_MAX_BYTES


def _feature(row: Mapping[str, Any]) -> Feature:
    return Feature(
        number=row["number"],
        values=row["values"],
        type=row["type"],
        geometry=row["geometry"],
        has_z=row.get("has_z", False),
        box=tuple(row["raw_box"]) if "raw_box" in row else None,  # type: ignore[arg-type]
        is_lost=row.get("is_lost", False),
        broken_at=tuple(row["broken_at"]) if "broken_at" in row else None,  # type: ignore[arg-type]
        repaired=row.get("repaired"),
    )
