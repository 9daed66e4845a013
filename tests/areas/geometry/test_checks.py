"""What the outline must be: where it lies, what shape it has, whose it is."""

import pytest
import shapely

from areas.models import Neighbourhood, SlumArea
from tests.areas.geometry.test_reading import degrees_to, named_crs
from tests.factories_areas import NeighbourhoodFactory, SlumAreaFactory
from tests.map_files import (
    EAST,
    NORTH,
    degrees,
    geojson,
    moved,
    shapefile,
    square,
    write_layer,
)

pytestmark = pytest.mark.django_db

BOW = [(0, 0), (1000, 1000), (1000, 0), (0, 1000)]
# A spike of a metre that crosses the edge it comes from: 1 m² of 100 ha.
SPIKE = [
    (0, 0),
    (1000, 0),
    (1000, 1000),
    (500, 1000),
    (499, 1001),
    (501, 1001),
    (500, 999.5),
    (0, 1000),
]


def flipped(shape):
    """The same with both coordinates swapped."""
    return shapely.transform(shape, lambda points: points[:, ::-1])


def north(shape):
    """The same on the other side of the equator."""
    return shapely.transform(shape, lambda points: points * [1, -1])


BAD = {
    "no prj": (
        lambda f: shapefile(f, [square()], NAMA=["Mantuil"], without=".prj"),
        "Berkas tidak menyebut sistem koordinatnya (shapefile memerlukan .prj). Ekspor"
        " lagi dan sertakan .prj di dalam zip. Tampaknya UTM 50S (EPSG:32750).",
    ),
    "no prj, in degrees": (
        lambda f: shapefile(f, [degrees(square())], NAMA=["A"], without=".prj"),
        "Tampaknya bujur dan lintang dalam derajat (WGS84) (EPSG:4326).",
    ),
    "no prj, tm-3": (
        lambda f: shapefile(
            f, [degrees_to(square(), "EPSG:23837")], NAMA=["A"], without=".prj"
        ),
        "Tampaknya TM-3 zona 50.1 (EPSG:23837).",
    ),
    "other zone": (
        lambda f: shapefile(f, [square()], NAMA=["Mantuil"], crs="EPSG:32749"),
        "Berkas menyebut EPSG:32749, tetapi tampaknya UTM 50S (EPSG:32750).",
    ),
    "other side of the equator": (
        lambda f: shapefile(f, [square()], NAMA=["Mantuil"], crs="EPSG:32650"),
        "Berkas menyebut EPSG:32650, di seberang khatulistiwa; tampaknya UTM 50S"
        " (EPSG:32750).",
    ),
    "latitude without minus": (
        lambda f: geojson(north(degrees(square())), NAMA=["Mantuil"]),
        "Tanda minus pada lintang hilang",
    ),
    "utm said to be degrees": (
        lambda f: geojson(square(), NAMA=["Mantuil"]),
        "Berkas menyebut EPSG:4326, tetapi tampaknya UTM 50S (EPSG:32750).",
    ),
    "degrees said to be utm": (
        lambda f: shapefile(f, [degrees(square())], NAMA=["Mantuil"]),
        "Berkas menyebut EPSG:32750, tetapi tampaknya bujur dan lintang",
    ),
    "swapped axes": (
        lambda f: geojson(flipped(degrees(square())), NAMA=["Mantuil"]),
        "Bujur dan lintang tertukar: bujur ditulis lebih dahulu.",
    ),
    "swapped metres": (
        lambda f: shapefile(f, [flipped(square())], NAMA=["Mantuil"]),
        "Timur dan utara tertukar",
    ),
    "other city": (
        lambda f: geojson(degrees(square(EAST + 60_000)), NAMA=["Mantuil"]),
        "Garis luar terletak di luar Kota Banjarmasin: bujur 115,",
    ),
    "self-crossing": (
        lambda f: shapefile(f, [moved(BOW)], NAMA=["Mantuil"]),
        "Garis luar memotong atau menyentuh dirinya sendiri di 114.5837",
    ),
    "point": (
        lambda f: geojson(degrees(shapely.Point(EAST, NORTH)), NAMA=["Mantuil"]),
        "Ini titik, bukan bidang.",
    ),
    "lines": (
        lambda f: geojson(degrees(square().exterior), NAMA=["Mantuil"]),
        "Ini garis, bukan bidang.",
    ),
    "no geometry": (
        lambda f: geojson(None, NAMA=["Mantuil"]),
        "Baris ini tidak memuat garis luar.",
    ),
    "empty geometry": (
        lambda f: geojson({"type": "Polygon", "coordinates": []}, NAMA=["Mantuil"]),
        "Baris ini tidak memuat garis luar.",
    ),
    "words for numbers": (
        lambda f: geojson(
            {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]}, NAMA=["Mantuil"]
        ),
        "",
    ),
    "no area at all": (
        lambda f: geojson(
            {"type": "Polygon", "coordinates": [[[114.58, -3.32]] * 4]},
            NAMA=["Mantuil"],
        ),
        "",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_outline_says_what_to_do_and_stores_nothing(case, area, problems, tmp_path):
    make, sentence = BAD[case]

    found = problems(make(tmp_path), area=area)

    assert len(found) == 1
    assert sentence in found[0]


def test_everything_wrong_is_told_at_once(area, problems):
    found = problems(
        geojson(
            degrees(moved(BOW)),
            degrees(shapely.Point(EAST, NORTH)),
            flipped(degrees(square())),
            degrees(square()),
            degrees(square()),
            degrees(square()),
            NAMA=["Mantuil", "Mantuil", "Kelayan", "", "Mantuil", "Mantuil"],
        )
    )

    assert [text.split(".")[0][:28] for text in found] == [
        "Garis luar memotong atau men",
        "Baris 1 sudah untuk Mantuil",
        "Ini titik, bukan bidang",
        "Tidak ada kawasan Anda yang ",
        "Garis luar terletak di luar ",
        "Kolom NAMA kosong: baris ini",
        "Baris 1 sudah untuk Mantuil",
        "Baris 1 sudah untuk Mantuil",
    ]


# ---- what is put right, and said ---------------------------------------------------


def test_a_crossing_of_a_square_metre_is_repaired(area, run, tmp_path):
    plan = run(shapefile(tmp_path, [moved(SPIKE)], NAMA=["Mantuil"]), area=area)

    (row,) = plan.rows
    assert row.checked.is_repaired
    assert row.remarks[0].startswith("Diperbaiki di 114.583")
    area.refresh_from_db()
    assert area.outline_source == "peta.zip, lapisan kawasan, EPSG:32750; diperbaiki"
    assert shapely.geometry.shape(area.outline).is_valid


def test_how_much_a_repair_may_change_is_a_setting(area, problems, tmp_path, settings):
    settings.OUTLINE_REPAIR_PERCENT = "0"

    found = problems(shapefile(tmp_path, [moved(SPIKE)], NAMA=["Mantuil"]), area=area)

    assert "lebih dari 0 %" in found[0]


def test_heights_are_left_out_and_said(area, run, tmp_path):
    path = write_layer(tmp_path / "a.gpkg", [shapely.force_3d(square(), 5.0)])

    (row,) = run(path.read_bytes(), area=area).rows

    assert row.remarks == ["Ketinggian tidak disimpan."]
    area.refresh_from_db()
    assert {len(p) for ring in area.outline["coordinates"] for p in ring} == {2}


def test_a_hole_is_not_counted_whichever_way_its_ring_turns(area, run):
    outer, inner = degrees(square()), degrees(square(EAST + 250, NORTH + 250, 500))
    rings = [list(outer.exterior.coords), list(inner.exterior.coords)]

    for hole in (rings[1], rings[1][::-1]):
        content = geojson({"type": "Polygon", "coordinates": [rings[0], hole]})
        (row,) = run(content, area=area, dry_run=True).rows
        assert 74.8 < row.hectares < 75.1


def test_what_lies_beyond_the_indicative_boundary_is_a_note(area, run, city):
    edge = EAST + 10_000 + 1_113  # a hundredth of a degree is let pass
    (row,) = run(geojson(degrees(square(edge - 700))), area=area).rows

    assert row.problems == []
    assert "ha terletak di luar batas (indikatif) Kota Banjarmasin" in row.remarks[0]


def test_without_any_boundary_the_box_of_the_province_holds(area, problems, city):
    city.boundary.delete()

    found = problems(geojson(square()), area=area)

    assert "di luar Kota Banjarmasin" in found[0]
    assert "tampaknya UTM 50S" in found[0]


# ---- whose it is -------------------------------------------------------------------


def test_areas_by_name_in_any_spelling(area, run, office):
    other = SlumAreaFactory(agency=office, name="Kelayan Barat")

    plan = run(
        geojson(
            degrees(square()),
            degrees(square(EAST + 2000)),
            KAWASAN=[" mantuil", "KELAYAN  BARAT"],
        )
    )

    assert [row.target for row in plan.rows] == [area, other]
    assert SlumArea.objects.exclude(outline=None).count() == 2


def test_the_same_name_in_two_cities_needs_the_column(area, other_office, editor, run):
    SlumAreaFactory(agency=other_office, name="Mantuil")
    shape = degrees(square())

    (row,) = run(geojson(shape, NAMA=["Mantuil"]), by=editor).rows
    assert (
        "adalah nama beberapa kawasan (Kota Banjarmasin, Kota Banjarbaru)"
        in (row.problems[0])
    )

    plan = run(geojson(shape, NAMA=["Mantuil"], KAB_KOTA=["Banjarmasin"]), by=editor)
    assert plan.rows[0].target == area


def test_a_chosen_column_holds_and_a_wrong_one_is_told(area, run, problems):
    content = geojson(degrees(square()), KET=["Mantuil"])

    assert problems(content) == [
        "Tidak ada kolom yang menyebut milik siapa tiap baris. Tulis nama kolomnya di"
        " sini; berkas ini memuat: KET."
    ]
    assert problems(content, area_column="NAMA") == [
        "Berkas tidak memuat kolom “NAMA”, melainkan: KET."
    ]
    assert run(content, area_column="ket").rows[0].target == area


def test_several_outlines_for_one_area_are_merged_only_when_asked(area, run, problems):
    content = geojson(degrees(square()), degrees(square(EAST + 2000)))

    assert problems(content, area=area)[0].startswith("Berkas memuat 2 garis luar.")
    (row,) = run(content, area=area, merge=True).rows

    assert row.remarks == ["Gabungan 2 garis luar."]
    area.refresh_from_db()
    assert area.outline["type"] == "MultiPolygon"
    assert 199.5 < area.outline_hectares < 200


def test_one_wrong_part_refuses_the_merged_whole(area, problems):
    content = geojson(degrees(square()), degrees(moved(BOW)))

    found = problems(content, area=area, merge=True)

    assert found[0].startswith("Baris 2: Garis luar memotong")


@pytest.fixture
def units(area):
    return {
        rt_rw: NeighbourhoodFactory(area=area, rt_rw=rt_rw, hectares=2)
        for rt_rw in ("001/001", "002/001", "RT 1 RW 2", "RT 14")
    }


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"RT_RW": "001/001"}, "001/001"),
        ({"RT_RW": "RT 2 / RW 1"}, "002/001"),
        ({"RT": 2}, "002/001"),
        ({"RT": "01", "RW": "02"}, "RT 1 RW 2"),
        ({"NO_RT": "014", "RW": "3"}, None),
        ({"NAMA_RT": "RT 14"}, "RT 14"),
        ({"RT": 1}, "cocok dengan beberapa RT"),
        ({"RT": 1, "RW": 1, "DESA": "Mantuil"}, "001/001"),
        ({"RT": 1, "RW": 1, "DESA": "Kelayan"}, None),
        ({"RT": 9}, None),
        ({"RT": ""}, "Kolom RT kosong"),
    ],
)
def test_rt_by_number_group_and_village(area, units, run, values, found):
    columns = {name: [value] for name, value in values.items()}
    columns.setdefault("KET", ["x"])

    (row,) = run(geojson(degrees(square()), **columns), area=area, holds="units").rows

    if found in units:
        assert row.target == units[found]
        assert Neighbourhood.objects.exclude(outline=None).get() == units[found]
    else:
        assert (found or "tidak memiliki RT") in row.problems[0]


def test_rt_of_several_areas_by_the_column_of_the_area(area, units, run, office):
    other = NeighbourhoodFactory(
        area=SlumAreaFactory(agency=office, name="Kelayan"), rt_rw="001/001"
    )

    plan = run(
        geojson(
            degrees(square()),
            degrees(square(EAST + 500)),
            KAWASAN=["Mantuil", "Kelayan"],
            RT_RW=["001/001", "001/001"],
        ),
        holds="units",
    )

    assert [row.target for row in plan.rows] == [units["001/001"], other]
    # they lie over each other by half a square kilometre
    assert plan.rows[0].overlaps[0][0] == "RT 001/001 · Kelayan"
    assert 49.9 < plan.rows[0].overlaps[0][1] < 50


def test_an_rt_beyond_its_area_is_noted(area, units, run):
    run(geojson(degrees(square())), area=area)

    (row,) = run(
        geojson(degrees(square(EAST + 900)), RT=["002"]), area=area, holds="units"
    ).rows

    assert row.remarks[0].endswith("ha terletak di luar garis luar Mantuil.")


def test_crs_member_of_another_system(area, run):
    plan = run(geojson(square(), crs=named_crs(32750)), "a.geojson", area=area)

    assert plan.is_sound
    area.refresh_from_db()
    assert area.outline_source == "a.geojson, EPSG:32750"
