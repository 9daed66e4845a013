"""Reads one map file in a process of its own: `child.py FILE RESULT LIMITS`.

Knows neither Django nor the database, only libraries. Map drivers read what a file
points to, any file of this machine among it; therefore content decides the kind, only
three drivers are left (GeoJSON is read as JSON), and memory, time and sizes are
limited. The result is JSON: `{"error": code, …}`, or the features in degrees (WGS84).
"""

import json
import math
import os
import resource
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

DRIVERS = frozenset({"ESRI Shapefile", "GPKG", "LIBKML"})
OPTIONS = {
    "SHAPE_RESTORE_SHX": "YES",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",  # nothing may be fetched
    "GDAL_PAM_ENABLED": "NO",
    "PROJ_NETWORK": "OFF",
    "OPENBLAS_NUM_THREADS": "1",
}
KINDS = {".shp": "shp", ".kml": "kml", ".gpkg": "gpkg", ".geojson": "geojson"}
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
ZIP_ENTRIES = 1_000
HEAD = 8_192
TEXT = 200  # characters of an attribute that are kept
COLUMNS = 100
AREAS = ("Polygon", "MultiPolygon")
# What shapely may say about coordinates that are no coordinates.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError)


class RefusedError(Exception):
    """The file as a whole will not do; `code` says why, `values` with what."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def main() -> None:
    source, target, text = sys.argv[1:]
    limits = json.loads(text)
    _limit(limits)
    try:
        result = read(Path(source), limits)
    except RefusedError as error:
        result = {"error": error.code, **error.values}
    except MemoryError:
        result = {"error": "heavy"}
    with open(target, "w", encoding="utf-8") as file:
        json.dump(result, file)


def read(source: Path, limits: dict[str, Any]) -> dict[str, Any]:
    """The features of the one layer of the file."""
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        found = _unpacked(source, Path(folder), limits)
        kinds = {kind for kind, _name, _path in found}
        if kinds == {"geojson"} and len(found) == 1:
            return _from_geojson(found[0][2], limits)
        if "geojson" in kinds:
            raise RefusedError("layers", names=[name for _k, name, _p in found])
        return _from_driver(found, limits)


# ---- which file it is ----------------------------------------------------------


def _unpacked(
    source: Path, folder: Path, limits: dict[str, Any]
) -> list[tuple[str, str, Path]]:
    """Kind, name and place of each map in the file; most files hold one."""
    with source.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise RefusedError("empty_file")
    if head.startswith(b"PK"):
        return list(_from_zip(source, folder, limits))
    kind = _kind_of(head)
    place = folder / f"data.{kind}"
    os.link(source, place)
    return [(kind, source.stem, place)]


def _kind_of(head: bytes) -> str:
    """The kind by content; a name says nothing."""
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if head.startswith(b"\x00\x00\x27\x0a"):
        raise RefusedError("bare_shp")
    for start, name in ((b"%PDF", "PDF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z")):
        if head.startswith(start):
            raise RefusedError("unknown", found=name)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "geojson"
    if text.startswith(b"<") and b"<kml" in text:
        return "kml"
    raise RefusedError("unknown", found="")


def _from_zip(
    source: Path, folder: Path, limits: dict[str, Any]
) -> Iterator[tuple[str, str, Path]]:
    """The maps in a zip, written down under names of ours, in any sub-folder."""
    try:
        with zipfile.ZipFile(source) as packed:
            entries = [e for e in packed.infolist() if _counts(e.filename)]
            _check_entries(entries, limits)
            for number, entry in enumerate(_maps(entries)):
                place = folder / f"data{number}{_suffix(entry.filename)}"
                for part in _parts(entry, entries):
                    _write(packed, part, place.with_suffix(_suffix(part.filename)))
                kind = KINDS[place.suffix]
                if kind != "shp" and _kind_of(_head(place)) != kind:
                    raise RefusedError("unknown", found="")
                yield kind, PurePosixPath(entry.filename).stem, place
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise RefusedError("zip_broken") from error
    except RuntimeError as error:  # what zipfile raises for a password
        raise RefusedError("zip_locked") from error


def _check_entries(entries: list[zipfile.ZipInfo], limits: dict[str, Any]) -> None:
    if len(entries) > ZIP_ENTRIES:
        raise RefusedError("zip_bomb")
    if sum(entry.file_size for entry in entries) > limits["unpacked"]:
        raise RefusedError("zip_bomb")
    if not _maps(entries):
        names = [entry.filename for entry in entries if not entry.is_dir()]
        raise RefusedError("zip_without_map", names=names[:5])


def _maps(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [entry for entry in entries if _suffix(entry.filename) in KINDS]


def _parts(
    entry: zipfile.ZipInfo, entries: list[zipfile.ZipInfo]
) -> list[zipfile.ZipInfo]:
    """The files that belong to this one: a shapefile is several of the same name."""
    if _suffix(entry.filename) != ".shp":
        return [entry]
    stem = entry.filename[: -len(".shp")].lower()
    return [
        part
        for part in entries
        if _suffix(part.filename) in SHAPE_PARTS
        and part.filename[: -len(_suffix(part.filename))].lower() == stem
    ]


def _counts(name: str) -> bool:
    """Not what a Mac adds to every zip."""
    return not name.startswith("__MACOSX/") and not PurePosixPath(name).name.startswith(
        "."
    )


def _suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return ".geojson" if suffix == ".json" else suffix


def _write(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    with packed.open(entry) as file, target.open("wb") as written:
        while chunk := file.read(1 << 20):
            written.write(chunk)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


# ---- GeoJSON: plain JSON, never a driver (its `crs` could name an address) --------


def _from_geojson(path: Path, limits: dict[str, Any]) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError("not_geojson") from error
    if not isinstance(data, dict):
        raise RefusedError("not_geojson")
    rows = data.get("features") if data.get("type") == "FeatureCollection" else [data]
    if not isinstance(rows, list):
        raise RefusedError("not_geojson")
    crs, name = _crs_of_geojson(data)
    features = [_geojson_feature(row) for row in rows]
    return _answer("GeoJSON", "", crs, name, features, limits)


def _crs_of_geojson(data: dict[str, Any]) -> tuple[Any, str]:
    """WGS84, or the coordinate system that the old `crs` member names."""
    member = data.get("crs")
    if member is None:
        return None, "EPSG:4326"
    values = member.get("properties") if isinstance(member, dict) else None
    name = values.get("name") if isinstance(values, dict) else None
    if not isinstance(name, str) or not name.lower().startswith(
        ("urn:ogc:def", "epsg")
    ):
        raise RefusedError("crs_unknown", found=str(name)[:TEXT])
    if name.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        return None, "EPSG:4326"
    return _crs(name)


def _geojson_feature(row: Any) -> tuple[dict[str, Any], Any, Any]:
    """Attributes, the geometry as a shape, and as it stands where it is none."""
    import shapely
    from shapely.geometry import shape

    row = row if isinstance(row, dict) else {}
    is_feature = row.get("type") == "Feature"
    geometry = row.get("geometry") if is_feature else row
    values = row.get("properties") if is_feature else {}
    if geometry is None:
        return _texts(values), None, None
    try:
        return _texts(values), shape(geometry), geometry
    except (shapely.errors.ShapelyError, *MALFORMED):
        return _texts(values), None, geometry


def _no_constant(name: str) -> float:
    raise ValueError(name)


# ---- shapefile, KML, GeoPackage ----------------------------------------------------


def _from_driver(
    found: list[tuple[str, str, Path]], limits: dict[str, Any]
) -> dict[str, Any]:
    pyogrio = _drivers()
    layers = [
        (kind, name if kind == "shp" else layer, path, layer, info)
        for kind, name, path in found
        for layer, info in _layers(pyogrio, path)
    ]
    if not layers:
        raise RefusedError("empty")
    if limits["layer"]:
        layers = [row for row in layers if row[1] == limits["layer"]] or layers
    if len(layers) > 1:
        raise RefusedError("layers", names=[row[1] for row in layers][:20])
    kind, name, path, layer, info = layers[0]
    if info["features"] > limits["features"]:
        raise RefusedError("features", count=info["features"])
    if kind == "kml":
        crs, label = None, "EPSG:4326"
    else:
        crs, label = _crs(info["crs"]) if info["crs"] else (None, "")
    rows = _rows(pyogrio, path, layer)
    words = {"shp": "Shapefile", "kml": "KML", "gpkg": "GeoPackage"}
    return _answer(words[kind], name, crs, label, rows, limits)


def _drivers() -> Any:
    """pyogrio, with all drivers but ours off: see OGR_SKIP in `_limit`."""
    import pyogrio

    left = set(pyogrio.list_drivers())
    if left - DRIVERS:
        raise SystemExit(f"drivers left: {sorted(left - DRIVERS)}")
    return pyogrio


def _layers(pyogrio: Any, path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The layers that hold anything, with what they say about themselves."""
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        names = [str(row[0]) for row in pyogrio.list_layers(path)]
        found = [
            (name, pyogrio.read_info(path, layer=name, force_feature_count=True))
            for name in names
        ]
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise RefusedError("unreadable") from error
    return [(name, info) for name, info in found if info["features"] > 0]


def _rows(
    pyogrio: Any, path: Path, layer: str
) -> list[tuple[dict[str, Any], Any, Any]]:
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        meta, _ids, shapes, columns = pyogrio.raw.read(path, layer=layer)
    except (DataSourceError, DataLayerError, FeatureError, ValueError) as error:
        raise RefusedError("unreadable") from error
    if shapes is None:
        raise RefusedError("no_geometry")
    names = [str(name) for name in meta["fields"]]
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    rows = []
    for number, geometry in enumerate(geometries):
        values = {
            name: column[number] for name, column in zip(names, columns, strict=True)
        }
        broken = geometry is None and shapes[number] is not None
        rows.append((_texts(values), geometry, {"type": "?"} if broken else None))
    return rows


def _crs(text: str) -> tuple[Any, str]:
    """The coordinate system, and how it is called: by its EPSG number where it has."""
    import pyproj

    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise RefusedError("crs_unknown", found=text[:TEXT]) from error
    if crs.is_vertical or crs.is_engineering or crs.is_geocentric:
        raise RefusedError("crs_unknown", found=crs.name[:TEXT])
    code = crs.to_epsg(min_confidence=70)
    return crs, f"EPSG:{code}" if code else crs.name[:TEXT]


# ---- the answer --------------------------------------------------------------------


def _answer(
    kind: str,
    layer: str,
    crs: Any,
    label: str,
    rows: list[tuple[dict[str, Any], Any, Any]],
    limits: dict[str, Any],
) -> dict[str, Any]:
    import shapely

    if not rows:
        raise RefusedError("empty")
    if len(rows) > limits["features"]:
        raise RefusedError("features", count=len(rows))
    shapes = [shape for _values, shape, _raw in rows]
    points = int(shapely.get_num_coordinates([s for s in shapes if s]).sum())
    if points > limits["points"]:
        raise RefusedError("points", count=points)
    change = _to_degrees(crs)
    return {
        "kind": kind,
        "layer": layer,
        "crs": label,
        "features": [
            _feature(number, values, shape, raw, change)
            for number, (values, shape, raw) in enumerate(rows, 1)
        ],
    }


def _to_degrees(crs: Any) -> Any:
    """A function of a shape; the same shape where it is in degrees already."""
    if crs is None:
        return lambda shape: shape
    import pyproj
    import shapely

    change = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return lambda shape: shapely.transform(shape, change.transform, interleaved=False)


def _feature(
    number: int, values: dict[str, Any], shape: Any, raw: Any, change: Any
) -> dict[str, Any]:
    """One feature: its shape in degrees, and repaired where it is not valid."""
    import shapely

    row: dict[str, Any] = {"number": number, "values": values, "type": ""}
    row["geometry"] = None
    if shape is None:
        kind = raw.get("type", "") if isinstance(raw, dict) else "?" if raw else ""
        return row | {"geometry": raw, "type": str(kind)[:40]}
    if shape.is_empty:
        return row
    row |= {"has_z": bool(shape.has_z), "raw_box": list(shape.bounds)}
    found = _polygons(change(shapely.force_2d(shape)))
    row["type"] = found.geom_type
    if not all(map(math.isfinite, found.bounds)):
        return row | {"is_lost": True}
    row["geometry"] = json.loads(shapely.to_geojson(found))
    if found.geom_type in AREAS and not found.is_valid:
        place = shapely.is_valid_reason(found).partition("[")[2].rstrip("]")
        row["broken_at"] = [float(part) for part in place.split()[:2]]
        repaired = _repaired(found)
        if repaired is not None:
            row["repaired"] = json.loads(shapely.to_geojson(repaired))
    return row


def _repaired(found: Any) -> Any:
    """The valid polygons of a shape that crosses itself; None where none come out."""
    import shapely

    try:
        repaired = _polygons(shapely.make_valid(found))
    except shapely.errors.GEOSException:  # more crossings than memory
        return None
    return repaired if repaired.geom_type in AREAS else None


def _polygons(shape: Any) -> Any:
    """A collection's polygons as one MultiPolygon; of a mixed one all but lines."""
    import shapely

    if shape.geom_type != "GeometryCollection":
        return shape
    parts = [
        part
        for piece in shape.geoms
        for part in shapely.get_parts(piece)
        if part.geom_type == "Polygon"
    ]
    return shapely.MultiPolygon(parts) if parts else shape


def _texts(values: Any) -> dict[str, str]:
    """Attributes as texts, blank where nothing is there; lists and the like go."""
    if not isinstance(values, dict):
        return {}
    found = {}
    for name, value in list(values.items())[:COLUMNS]:
        if isinstance(value, dict | list | bytes):
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        is_blank = value is None or value != value  # NaN is not equal to itself
        found[str(name)[:TEXT]] = "" if is_blank else str(value).strip()[:TEXT]
    return found


def _limit(limits: dict[str, Any]) -> None:
    """Before any library is there: memory, time, file size, and the drivers."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    size = limits["unpacked"] + limits["memory"]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    os.environ.update(OPTIONS)
    os.environ["OGR_SKIP"] = ",".join(limits["skip"])


if __name__ == "__main__":
    main()
