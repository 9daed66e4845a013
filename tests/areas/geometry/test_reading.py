"""Map files in: every kind as it is, and every bad file with its sentence."""

import io
import json
import os
import random
import struct
import zipfile
from decimal import Decimal

import pyproj
import pytest
import shapely

from areas.geodesy import hectares_of
from areas.geometry import reading
from areas.geometry.reading import other_drivers, read_map
from core.errors import BusinessRuleError
from tests.map_files import (
    EAST,
    NORTH,
    UTM,
    degrees,
    geojson,
    shapefile,
    square,
    write_layer,
    zipped,
)

ACCOUNT = "https://example.org/crs"


def kml_of(folder):
    return write_layer(
        folder / "peta.kml", [degrees(square())], crs="EPSG:4326", NAMA=["Mantuil"]
    )


def kmz_of(folder):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.write(kml_of(folder), "doc.kml")
        packed.writestr("files/icon.png", b"png")
    return target.getvalue()


def named_crs(code):
    return {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}


FILES = {
    "shapefile": lambda folder: shapefile(folder, [square()], NAMA=["Mantuil"]),
    "shapefile in a folder": lambda folder: shapefile(
        folder, [square()], NAMA=["Mantuil"], inside="Peta/Kumuh 2024/"
    ),
    "kml": lambda folder: kml_of(folder).read_bytes(),
    "kmz": kmz_of,
    "gpkg": lambda folder: write_layer(
        folder / "peta.gpkg", [square()], NAMA=["Mantuil"]
    ).read_bytes(),
    "geojson": lambda folder: geojson(degrees(square()), NAMA=["Mantuil"]),
    "geojson in utm": lambda folder: geojson(
        square(), NAMA=["Mantuil"], crs=named_crs(32750)
    ),
    "shapefile in tm-3": lambda folder: shapefile(
        folder,
        [degrees_to(square(), "EPSG:23837")],
        NAMA=["Mantuil"],
        crs="EPSG:23837",
    ),
}


def degrees_to(shape, crs):
    change = pyproj.Transformer.from_crs(UTM, crs, always_xy=True)
    return shapely.transform(shape, change.transform, interleaved=False)


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_gives_the_same_outline(kind, tmp_path):
    file = read_map(io.BytesIO(FILES[kind](tmp_path)), "peta")

    (feature,) = file.features
    assert feature.values["NAMA"] == "Mantuil"
    found = shapely.geometry.shape(feature.geometry)
    assert found.symmetric_difference(degrees(square())).area < 1e-12
    assert file.crs in ("EPSG:4326", "EPSG:32750", "EPSG:23837")


def refusal(content, **options):
    with pytest.raises(BusinessRuleError) as error:
        read_map(io.BytesIO(content), "peta.zip", **options)
    return str(error.value)


def two_layers(folder):
    path = write_layer(folder / "dua.gpkg", [square()], layer="kawasan")
    write_layer(path, [square()], layer="rt", append=True)
    return path.read_bytes()


def two_shapefiles(folder):
    shapefile(folder, [square()], name="kawasan")
    return shapefile(folder, [square()], name="rt")


def locked_zip(folder):
    """A zip that says of its one file that it has a password."""
    content = bytearray(shapefile(folder, [square()]))
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = content.find(start)
        while place >= 0:
            flags = place + (6 if start == b"PK\x03\x04" else 8)
            content[flags] |= 1
            place = content.find(start, place + 4)
    return bytes(content)


def bomb(folder):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bom.shp", bytes(5 << 20))
    return target.getvalue()


def zip_of(name, content=b"isi"):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr(name, content)
    return target.getvalue()


def laughs(folder):
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return (
        f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "ha">{entities}]>'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        "<name>&a11;</name></Placemark></Document></kml>"
    ).encode()


BAD = {
    "empty file": (lambda f: b"", "Berkas kosong."),
    "spaces": (lambda f: b"  \n", "Berkas kosong."),
    "no feature": (lambda f: geojson(), "Berkas ini tidak memuat satu batas pun."),
    "empty shapefile": (
        lambda f: shapefile(f, []),
        "Berkas ini tidak memuat satu batas pun.",
    ),
    "two layers": (two_layers, "Berkas memuat 2 lapisan: kawasan, rt. Sebutkan"),
    "two shapefiles": (two_shapefiles, "Berkas memuat 2 lapisan: kawasan, rt."),
    "pdf named zip": (lambda f: b"%PDF-1.7 ...", "Ini bukan berkas peta (PDF)."),
    "rar": (lambda f: b"Rar!\x1a\x07", "Ini bukan berkas peta (RAR)."),
    "text": (lambda f: b"nama;luas\nA;1", "Ini bukan berkas peta. Unggah shapefile"),
    "bare shp": (
        lambda f: struct.pack(">i", 9994) + bytes(96),
        "Shapefile terdiri atas beberapa berkas",
    ),
    "broken zip": (lambda f: b"PK\x03\x04" + bytes(50), "Zip rusak."),
    "locked zip": (locked_zip, "Zip memakai kata sandi."),
    "zip of a pdf": (
        lambda f: zip_of("peta.pdf"),
        "Zip tidak memuat .shp, .kml, .gpkg, atau .geojson (peta.pdf).",
    ),
    "zip of a false kml": (lambda f: zip_of("peta.kml"), "Ini bukan berkas peta."),
    "zip of a false shp": (lambda f: zip_of("peta.shp"), "Berkas rusak"),
    "bomb": (bomb, "Isi zip terlalu besar: paling banyak 4 MB setelah dibuka."),
    "cut geojson": (lambda f: geojson(square())[:-9], "Berkas bukan GeoJSON"),
    "deep geojson": (
        lambda f: b'{"features":' + b"[" * 100_000,
        "Berkas bukan GeoJSON",
    ),
    "not a number": (
        lambda f: geojson(square()).replace(b"231000.0", b"NaN"),
        "Berkas bukan GeoJSON",
    ),
    "crs by address": (
        lambda f: geojson(
            square(), crs={"type": "link", "properties": {"href": ACCOUNT}}
        ),
        "Sistem koordinat berkas tidak dikenal",
    ),
    "unknown crs": (
        lambda f: geojson(square(), crs=named_crs(999999)),
        "Sistem koordinat berkas tidak dikenal: urn:ogc:def:crs:EPSG::999999.",
    ),
    "cut gpkg": (
        lambda f: write_layer(f / "a.gpkg", [square()]).read_bytes()[:5000],
        "Berkas rusak",
    ),
    "laughing kml": (laughs, "Berkas"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file(case, tmp_path, settings):
    settings.GEOMETRY_MAX_BYTES = 1 << 20
    make, sentence = BAD[case]

    assert refusal(make(tmp_path)).startswith(sentence)


def test_a_file_above_the_limit_is_not_even_read(settings):
    settings.GEOMETRY_MAX_BYTES = 1 << 20

    assert refusal(bytes((1 << 20) + 1)).startswith("Berkas lebih besar dari 1 MB.")


def test_the_named_layer_is_read(tmp_path):
    file = read_map(io.BytesIO(two_layers(tmp_path)), "peta.gpkg", layer="rt")

    assert file.source == "peta.gpkg, lapisan rt, EPSG:32750"


# ---- files of the machine ------------------------------------------------------


@pytest.mark.parametrize("before", ["", "<!-- <kml> -->"])
@pytest.mark.parametrize("name", ["", "peta.kml", "peta.shp"])
def test_a_virtual_file_never_reads_another(tmp_path, before, name):
    """A VRT names any file of the machine; under no name and in no zip is it opened."""
    secret = write_layer(tmp_path / "rahasia.gpkg", [square()], NAMA=["rahasia"])
    text = (
        f'{before}<OGRVRTDataSource><OGRVRTLayer name="rahasia"><SrcDataSource>'
        f"{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    ).encode()

    assert "rahasia" not in refusal(zip_of(name, text) if name else text)


def test_only_three_drivers_are_left():
    skipped = set(other_drivers())

    assert {"OGR_VRT", "CSV", "GML", "PDF", "SQLite", "GeoJSON", "HTTP"} <= skipped
    assert not skipped & {"ESRI Shapefile", "GPKG", "LIBKML"}


def test_a_driver_left_open_stops_the_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "other_drivers", lambda: ("CSV",))

    assert refusal(shapefile(tmp_path, [square()])).startswith("Berkas terlalu berat")


def test_names_in_a_zip_lead_nowhere(tmp_path):
    shapefile(tmp_path, [square()])
    content = zipped(tmp_path / "shp", inside="../../")

    assert len(read_map(io.BytesIO(content), "peta.zip").features) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shp"]


SCRIPTS = {
    "endless": "while True: pass",
    "hungry": "raise MemoryError",
    "silent": "",
    "killed": "import os; os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_child_that_ends_early_is_told(script, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 1)
    monkeypatch.setattr(reading, "CHILD", tmp_path / "child.py")
    reading.CHILD.write_text(SCRIPTS[script])

    assert refusal(geojson(square())).startswith("Berkas terlalu berat atau")


def test_a_scribble_costs_at_most_its_time(monkeypatch):
    """Repairing it would take minutes: the processor time of the child is limited."""
    monkeypatch.setattr(reading, "SECONDS", 3)
    chance = random.Random(1)
    points = [(chance.random(), chance.random()) for _ in range(400)]
    scribble = {"type": "Polygon", "coordinates": [[*points, points[0]]]}

    assert refusal(geojson(scribble)).startswith("Berkas terlalu berat atau")


def test_too_many_rows_and_points_are_told(monkeypatch):
    monkeypatch.setattr(reading, "MAX_FEATURES", 2)
    three = geojson(*[degrees(square())] * 3)
    assert refusal(three).startswith("Berkas memuat 3 garis luar, paling banyak 2.")

    monkeypatch.setattr(reading, "MAX_FEATURES", 5)
    monkeypatch.setattr(reading, "MAX_POINTS", 10)
    assert refusal(three).startswith("Semua garis luar memuat 15 titik")


def test_nothing_is_left_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    read_map(io.BytesIO(geojson(degrees(square()))), "peta.geojson")

    assert os.listdir(tmp_path) == []


def test_attributes_are_texts(tmp_path):
    content = geojson(
        degrees(square()), RT=[1], LUAS=[2.5], KOSONG=[None], DAFTAR=[[1]], Y=[" x "]
    )

    (feature,) = read_map(io.BytesIO(content), "x").features

    assert feature.values == {"RT": "1", "LUAS": "2.5", "KOSONG": "", "Y": "x"}


def test_hectares_on_the_ellipsoid(tmp_path):
    """A square kilometre of the map: on the ground it is as the projection's scale."""
    (feature,) = read_map(io.BytesIO(shapefile(tmp_path, [square()])), "x").features
    hectares = hectares_of(shapely.geometry.shape(feature.geometry))
    middle = degrees(shapely.Point(EAST + 500, NORTH + 500))
    factors = pyproj.Proj(UTM).get_factors(middle.x, middle.y)

    assert abs(hectares * Decimal(factors.areal_scale) - 100) < Decimal("0.0001")
    assert Decimal("99.85") < hectares < Decimal("99.95")
    assert json.dumps(feature.geometry).count("[[[") == 1
