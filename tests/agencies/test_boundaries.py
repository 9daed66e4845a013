"""Outlines from a file: checked all at once, repaired, made small, stored."""

import functools
import http.server
import io
import json
import threading

import pytest
import shapely
from django.core.management import CommandError, call_command

from agencies import boundary_files
from agencies.boundaries import BYTES_PER_REGION, load_boundaries, made_small, size_of
from agencies.boundary_files import read_features
from agencies.models import Region, RegionBoundary
from agencies.regions import load_regions
from core.errors import BusinessRuleError
from tests.data import DATA, requires_data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region_tree")]
LEFT = [[[114.0, -3.0], [114.5, -3.0], [114.5, -3.5], [114.0, -3.5], [114.0, -3.0]]]
RIGHT = [[[114.5, -3.0], [115.0, -3.0], [115.0, -3.5], [114.5, -3.5], [114.5, -3.0]]]
BOW_TIE = [[[114, -3], [115, -4], [115, -3], [114, -4], [114, -3]]]
LINE = [[[114, -3], [115, -3], [114, -3], [114, -3]]]


def feature(code: object, coordinates: object, kind: str = "Polygon") -> dict:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"kode": code}, "geometry": geometry}


@pytest.fixture
def write(tmp_path):
    """Writes a file of these features, or of this text; returns its path."""

    def write_file(
        *content: object, name: str = "batas.geojson", **more: object
    ) -> str:
        path = tmp_path / name
        if content and isinstance(content[0], bytes):
            path.write_bytes(content[0])
        else:
            document = {"type": "FeatureCollection", "features": content, **more}
            path.write_text(json.dumps(document))
        return str(path)

    return write_file


def load(address: str) -> str:
    output = io.StringIO()
    call_command("load_boundaries", address, stdout=output)
    return output.getvalue()


def bounds(code: str) -> tuple[float, ...]:
    row = RegionBoundary.objects.get(pk=code)
    return row.min_lon, row.min_lat, row.max_lon, row.max_lat


def test_outlines_are_stored_with_their_bounds(write):
    told = load(
        write(feature("63.71", LEFT), feature("63.72", [RIGHT], "MultiPolygon"))
    )

    assert bounds("63.71") == (114.0, -3.5, 114.5, -3.0)
    assert bounds("63.72") == (114.5, -3.5, 115.0, -3.0)
    stored = RegionBoundary.objects.get(pk="63.71")
    assert stored.source == "batas.geojson"
    assert shapely.geometry.shape(stored.geometry).equals(shapely.Polygon(LEFT[0]))
    assert "Kabupaten/kota 2" in told


def test_levels_may_be_mixed(write):
    outcome = load_boundaries(write(feature("63", LEFT), feature("63.71.01", LEFT)))

    assert outcome.counts == {"province": 1, "district": 1}


def test_loading_again_replaces(write):
    load(write(feature("63.71", LEFT), feature("63.72", RIGHT)))

    load(write(feature("63.71", RIGHT), name="baru.geojson"))

    assert bounds("63.71")[0] == 114.5
    assert RegionBoundary.objects.get(pk="63.71").source == "baru.geojson"
    assert RegionBoundary.objects.count() == 2


def test_ring_that_crosses_itself_is_repaired_and_told(write):
    told = load(write(feature("63.71", BOW_TIE)))

    geometry = RegionBoundary.objects.get().geometry
    assert geometry["type"] == "MultiPolygon"
    assert shapely.geometry.shape(geometry).is_valid
    assert shapely.geometry.shape(geometry).area == pytest.approx(0.5)
    assert "63.71" in told.splitlines()[1]


def test_height_is_left_out(write):
    high = [[[*point, 12.5] for point in LEFT[0]]]

    load(write(feature("63.71", high)))

    ring = RegionBoundary.objects.get().geometry["coordinates"][0]
    assert {len(point) for point in ring} == {2}


BAD = {
    "tidak ada wilayah": ("99.99", LEFT, "Polygon"),
    "“kode” tidak ada": (63.71, LEFT, "Polygon"),
    "sudah dipakai fitur 1": ("63.72", RIGHT, "Polygon"),
    "bukan polygon": ("63", [114, -3], "Point"),
    "tidak terbaca": ("63.71", [[[114, -3], [115, -3]]], "Polygon"),
    "tidak melingkupi": ("63.71.01", LINE, "Polygon"),
    "bukan bujur": ("63.72.02", [[[-3, 114], [-3, 115], [-4, 115]]], "Polygon"),
}


def test_every_error_is_told_at_once_with_its_feature_and_nothing_is_stored(write):
    path = write(feature("63.72", RIGHT), *(feature(*bad) for bad in BAD.values()))

    with pytest.raises(CommandError) as refusal:
        load(path)

    title, *lines = str(refusal.value).splitlines()
    assert title.startswith("Tidak ada yang dimuat")
    assert len(lines) == len(BAD)
    pairs = zip(lines, BAD, strict=True)
    for number, (line, words) in enumerate(pairs, start=2):
        assert line.strip().startswith(f"fitur {number}:")
        assert words in line.lower()
    assert not RegionBoundary.objects.exists()


@pytest.mark.parametrize(
    "coordinates",
    [
        None,
        [],
        [[]],
        "x",
        [[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]],
        [[[114], [115], [116], [114]]],
        [[[114, -3], [115, None], [115, -4], [114, -3]]],
        [[[114, -3], [float("nan"), -3], [115, -4], [114, -3]]],
        [[[114, -3], [float("inf"), -3], [115, -4], [114, -3]]],
        [[[114, -3], [10**400, -3], [115, -4], [114, -3]]],
        [[[114, -3], {"lon": 1}, [115, -4], [114, -3]]],
    ],
)
def test_coordinates_that_are_none_are_one_sentence(write, coordinates):
    with pytest.raises(BusinessRuleError) as refusal:
        load_boundaries(write(feature("63.71", coordinates)))

    assert list(refusal.value.errors) == ["1"]


def test_one_feature_can_have_two_errors(write):
    with pytest.raises(BusinessRuleError) as refusal:
        load_boundaries(write(feature("99.99", LINE)))

    assert len(refusal.value.errors["1"]) == 2


@pytest.mark.parametrize("broken", [None, 5, [], {}, {"properties": []}])
def test_feature_that_is_none_is_one_sentence(write, broken):
    with pytest.raises(BusinessRuleError) as refusal:
        load_boundaries(write(broken))

    assert list(refusal.value.errors) == ["1"]
    assert len(refusal.value.errors["1"]) == 2  # no code, no geometry


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"features": 5}', b"<html>", b"[" * 100_000],
)
def test_file_that_is_no_geojson_is_one_sentence(write, content):
    with pytest.raises(CommandError, match="bukan FeatureCollection"):
        load(write(content))


def test_file_without_features_is_refused(write):
    with pytest.raises(CommandError, match="tidak memuat"):
        load(write())


def test_file_in_metres_is_refused(write):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32750"}}

    with pytest.raises(CommandError, match="EPSG:4326"):
        load(write(feature("63.71", LEFT), crs=crs))


def test_file_that_is_missing_or_a_folder_is_one_sentence(tmp_path):
    for address in (tmp_path, tmp_path / "tidak-ada.geojson"):
        with pytest.raises(CommandError, match="Tidak ada berkas"):
            load(str(address))


def test_file_that_is_too_big_is_refused(write, monkeypatch):
    monkeypatch.setattr(boundary_files, "MAX_BYTES", 100)

    with pytest.raises(CommandError, match="lebih besar dari"):
        load(write(feature("63.71", LEFT)))


# ---- an address ---------------------------------------------------------------------
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the test's own output is enough."""


@pytest.fixture
def site(tmp_path):
    handler = functools.partial(Quiet, directory=tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_address_is_fetched_and_kept_as_source(write, site):
    write(feature("63.71", LEFT))

    load(f"{site}/batas.geojson")

    assert RegionBoundary.objects.get().source == f"{site}/batas.geojson"


@pytest.mark.parametrize(
    "address", ["{site}/tidak-ada", "http://127.0.0.1:1/x", "http://", "https://[x/"]
)
def test_address_that_cannot_be_fetched_is_one_sentence(site, address):
    with pytest.raises(CommandError, match="tidak dapat diambil"):
        load(address.format(site=site))


# ---- the public project's SQL -------------------------------------------------------
def sql(*rows: str) -> bytes:
    values = ",\n\t".join(rows)
    head = (
        "/* MIT */\nINSERT INTO wilayah_boundaries(kode,nama,lat,lng,path) VALUES\n\t"
    )
    return f"{head}{values};\n".encode()


def sql_row(code: str, name: str, rings: object) -> str:
    return f"('{code}','{name}',-3.25,114.25,'{json.dumps(rings)}')"


def test_sql_of_the_public_project_is_read_latitude_first(write):
    turned = [[[lat, lon] for lon, lat in LEFT[0]]]
    path = write(
        sql(
            sql_row("63.71", "Kota Banjarmasin", [turned]),
            sql_row("63.71.01", "Ma''rang, (Barat)", turned),
        ),
        name="kab_63.sql",
    )

    outcome = load_boundaries(path)

    assert outcome.counts == {"regency": 1, "district": 1}
    assert bounds("63.71") == bounds("63.71.01") == (114.0, -3.5, 114.5, -3.0)


def test_sql_row_that_cannot_be_read_is_told(write):
    path = write(sql(sql_row("63.71", "Kota Banjarmasin", [[[1, 2, 3]]])))

    with pytest.raises(CommandError, match="fitur 1: Koordinatnya tidak terbaca"):
        load(path)


# ---- made small ---------------------------------------------------------------------
def ragged_neighbours() -> list[shapely.Polygon]:
    """Two squares with one ragged border between them, of 2,000 points."""
    border = [(114.5 + 0.001 * (i % 7), -3.0 - i * 0.00025) for i in range(2001)]
    left = shapely.Polygon([(114.0, -3.0), *border, (114.0, border[-1][1])])
    right = shapely.Polygon([(115.0, -3.0), *border, (115.0, border[-1][1])])
    return [left, right]


def test_neighbours_stay_neighbours_when_made_small():
    small = made_small(ragged_neighbours())

    assert size_of(small) <= 2 * BYTES_PER_REGION
    left, right = (shapely.geometry.shape(geometry) for geometry in small)
    assert left.is_valid
    assert right.is_valid
    assert left.intersection(right).area == pytest.approx(0, abs=1e-9)
    assert shapely.union(left, right).area == pytest.approx(0.5, abs=1e-4)


def test_outlines_that_overlap_are_made_small_one_by_one():
    left, right = ragged_neighbours()

    small = made_small([left, right.buffer(0.01)])

    assert size_of(small) <= 2 * BYTES_PER_REGION
    assert all(shapely.geometry.shape(geometry).is_valid for geometry in small)


def test_small_outline_is_left_as_it_is(write):
    tiny = shapely.Polygon([(114, -3), (114.000001, -3), (114, -3.000001)])

    assert made_small([tiny])[0]["type"] == "Polygon"


@requires_data
@pytest.mark.parametrize("name", ["kalsel-kabupaten-lite", "kalsel-kabupaten-detail"])
def test_real_regencies_fit_a_phone(name):
    load_regions(["63"])

    outcome = load_boundaries(str(DATA / "wilayah" / f"{name}.geojson"))

    assert outcome.counts == {"regency": 13}
    assert outcome.size < 60_000
    regencies = Region.objects.filter(level="regency")
    assert regencies.exclude(boundary=None).count() == 13
    for boundary in RegionBoundary.objects.all():
        shape = shapely.geometry.shape(boundary.geometry)
        assert shape.is_valid
        assert 114 < boundary.min_lon < boundary.max_lon < 118
        assert -5.5 < boundary.min_lat < boundary.max_lat < -1


def test_feature_numbers_count_from_one(write):
    features = read_features(write(feature("63", LEFT), feature("63.71", LEFT)))

    assert [(f.number, f.code) for f in features] == [(1, "63"), (2, "63.71")]
