"""Map files as small as they may be, written with the library that reads them."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
import pyogrio
import pyproj
import shapely

DRIVERS = {
    ".shp": "ESRI Shapefile",
    ".kml": "LIBKML",
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
}
# A place in the outline of Kota Banjarmasin, in UTM 50S: metres east and north.
EAST, NORTH = 231_000.0, 9_632_000.0
UTM = "EPSG:32750"


def square(east: float = EAST, north: float = NORTH, size: float = 1000) -> Any:
    """A square of `size` metres in UTM 50S: a kilometre is about 100 ha."""
    return shapely.box(east, north, east + size, north + size)


def degrees(shape: Any, crs: str = UTM) -> Any:
    """The same in longitude and latitude (WGS84)."""
    change = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return shapely.transform(shape, change.transform, interleaved=False)


def write_layer(
    path: Path,
    shapes: Sequence[Any],
    *,
    crs: str | None = UTM,
    layer: str | None = None,
    append: bool = False,
    kind: str | None = None,
    **columns: Sequence[Any],
) -> Path:
    """A map file of these shapes with these attributes."""
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(numpy.array(shapes, dtype=object), output_dimension=3),
        field_data=[numpy.array(values, dtype=object) for values in columns.values()],
        fields=numpy.array(list(columns), dtype=object),
        geometry_type=kind
        or ("Polygon Z" if any(shapely.has_z(s) for s in shapes) else "Polygon"),
        crs=crs,
        driver=DRIVERS[path.suffix],
        layer=layer,
        append=append,
    )
    return path


def zipped(folder: Path, *, without: str = "", inside: str = "") -> bytes:
    """All files of the folder as a zip, in a sub-folder where one is named."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            if path.suffix != without:
                packed.write(path, f"{inside}{path.name}")
    return target.getvalue()


def shapefile(
    folder: Path, shapes: Sequence[Any], *, name: str = "kawasan", **options: Any
) -> bytes:
    """A zipped shapefile; `without=".prj"` leaves that part out."""
    packing = {key: options.pop(key) for key in ("without", "inside") if key in options}
    place = folder / "shp"
    place.mkdir(exist_ok=True)
    write_layer(place / f"{name}.shp", shapes, **options)
    return zipped(place, **packing)


def geojson(*shapes: Any, crs: Any = None, **columns: Sequence[Any]) -> bytes:
    """A FeatureCollection; shapes are shapely's or plain dicts."""
    features = [
        {
            "type": "Feature",
            "properties": {key: values[n] for key, values in columns.items()},
            "geometry": shape
            if shape is None or isinstance(shape, Mapping)
            else json.loads(shapely.to_geojson(shape)),
        }
        for n, shape in enumerate(shapes)
    ]
    data: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    return json.dumps(data | ({"crs": crs} if crs else {})).encode()


def boundary_of() -> Any:
    """A square of 20 km around the places of these files, in degrees."""
    return degrees(square(EAST - 10_000, NORTH - 10_000, 20_000))


def moved(points: Sequence[tuple[float, float]]) -> Any:
    """A polygon of these metres from the place of the files."""
    return shapely.Polygon([(EAST + x, NORTH + y) for x, y in points])
