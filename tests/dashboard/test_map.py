"""The map: boundaries, areas in their class, and what cannot be drawn."""

from datetime import date
from decimal import Decimal

import pytest

from agencies.models import RegionBoundary
from areas.figures import EntryScope, figures
from areas.models import SlumArea
from dashboard import map as maps
from dashboard.labels import Labels, broken, initials, short_name
from dashboard.map import draw_map, letter_of
from dashboard.places import regencies_of
from dashboard.projection import Box, Projection, RegionShape, geometry_of
from tests.factories import RegionFactory
from tests.factories_ledger import LedgerAreaFactory, decreed_area, verified_survey

TODAY = date(2022, 6, 30)


def square(west: float, south: float, side: float) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def bounded(code: str, west: float, south: float, side: float = 0.2) -> RegionBoundary:
    """The region's boundary: a square of `side` degrees."""
    return RegionBoundary.objects.update_or_create(
        region=RegionFactory(code=code),
        defaults={
            "geometry": {
                "type": "Polygon",
                "coordinates": [square(west, south, side)],
            },
            "min_lon": west,
            "min_lat": south,
            "max_lon": west + side,
            "max_lat": south + side,
        },
    )[0]


def placed(line, lon: str, lat: str):
    """The area of a line with a point."""
    area = line.area
    area.longitude, area.latitude = Decimal(lon), Decimal(lat)
    area.save()
    return area


def drawn(user):
    found = figures(SlumArea.objects.visible_to(user), as_of=TODAY)
    return draw_map(found, list(regencies_of(user)))


@pytest.fixture
def boundaries(region_tree):
    bounded("63.71", 114.5, -3.4)
    bounded("63.72", 114.7, -3.5)


@pytest.fixture
def areas(office, other_office, region_tree):
    """A heavy area of 6 ha and a light one of 2 in Banjarmasin; none in Banjarbaru."""
    heavy = placed(decreed_area("6", agency=office), "114.55", "-3.35")
    light = placed(decreed_area("2", agency=office), "114.6", "-3.3")
    verified_survey(heavy, "heavy", date(2021, 1, 8), 62)
    verified_survey(light, "light", date(2021, 1, 8), 20)
    return heavy, light


def test_a_region_has_the_class_with_most_hectares_left(boundaries, areas, verifier):
    found = drawn(verifier)

    banjarmasin, banjarbaru = found.regions
    assert (banjarmasin.letter, banjarbaru.letter) == ("B", "")
    assert "8,00 ha belum ditangani" in banjarmasin.title
    assert "tidak ada kawasan" in banjarbaru.title
    assert "regency=63.71" in banjarmasin.url


def test_areas_are_dots_in_their_class_with_a_link_each(boundaries, areas, verifier):
    found = drawn(verifier)

    assert [area.letter for area in found.areas] == ["B", "R"]
    assert found.areas[0].url == areas[0].get_absolute_url()
    assert found.areas[0].title.startswith(areas[0].name)
    assert all(
        0 < dot.x < found.width and 0 < dot.y < found.height for dot in found.areas
    )


def test_north_is_up_and_east_is_right(boundaries, areas, verifier):
    south_west, north_east = drawn(verifier).areas

    assert south_west.x < north_east.x
    assert south_west.y > north_east.y


def test_one_regency_is_the_ground_for_its_areas(boundaries, areas, operator):
    found = drawn(operator)

    assert found.is_one_regency
    assert [(region.letter, region.url) for region in found.regions] == [("", "")]


def test_an_outline_that_can_be_seen_is_drawn(boundaries, areas, operator):
    heavy, light = areas
    for area, side in ((heavy, 0.05), (light, 0.0005)):
        west, south = float(area.longitude), float(area.latitude)
        area.outline = {"type": "Polygon", "coordinates": [square(west, south, side)]}
        area.min_lon, area.min_lat = west, south
        area.max_lon, area.max_lat = west + side, south + side
        area.outline_hectares = Decimal(1)
        area.save()

    big, small = drawn(operator).areas

    assert big.path.startswith("M")
    assert small.path == ""


def test_of_some_entries_nothing_remains_so_the_map_compares_decrees(
    boundaries, areas, verifier
):
    areas_seen = SlumArea.objects.visible_to(verifier)
    found = figures(areas_seen, as_of=TODAY, entries=EntryScope(method="field"))

    drawn_map = draw_map(found, list(regencies_of(verifier)))

    titles = [area.title for area in drawn_map.areas]
    assert [title.partition(", ")[2] for title in titles] == [
        "6,00 ha dalam SK",
        "2,00 ha dalam SK",
    ]
    banjarmasin = next(r for r in drawn_map.regions if r.letter)
    assert banjarmasin.title.endswith("8,00 ha dalam SK, terbanyak kumuh berat")


def test_areas_without_a_place_are_counted(boundaries, areas, office, verifier):
    decreed_area("1", agency=office)
    LedgerAreaFactory(agency=office)  # in no decree: in no figure and not on the map

    found = drawn(verifier)

    assert (len(found.areas), found.unplaced, found.outside) == (2, 1, 0)


def test_a_point_far_away_is_told_and_does_not_shrink_the_map(
    boundaries, areas, office, verifier
):
    width, height = drawn(verifier).width, drawn(verifier).height
    placed(decreed_area("1", agency=office), "106.8", "-6.2")

    found = drawn(verifier)

    assert found.outside == 1
    assert (found.width, found.height) == (width, height)


def test_without_boundaries_the_areas_frame_the_map(areas, verifier):
    found = drawn(verifier)

    assert (len(found.areas), found.has_boundaries, found.regions) == (2, False, [])


def test_nothing_with_a_place_is_no_map(office, operator):
    decreed_area("1", agency=office)

    assert drawn(operator) is None


def test_many_areas_are_one_path_per_class(boundaries, areas, verifier, monkeypatch):
    monkeypatch.setattr(maps, "MOST_LINKED", 1)

    found = drawn(verifier)

    assert found.areas == ()
    assert [letter for letter, _path in found.dots] == ["B", "R"]
    assert found.dots[0][1].count("M") == 1


def test_a_boundary_loaded_anew_is_drawn_anew(boundaries, areas, operator):
    before = drawn(operator).regions[0].path
    boundary = RegionBoundary.objects.get(region="63.71")
    boundary.geometry["coordinates"][0][2] = [114.6, -3.25]
    boundary.save()

    assert drawn(operator).regions[0].path != before


def test_a_boundary_that_is_no_geometry_is_left_out(boundaries, areas, operator):
    RegionBoundary.objects.filter(region="63.71").update(geometry={"type": "Point"})
    boundary = RegionBoundary.objects.get(region="63.71")
    boundary.save()

    assert drawn(operator).regions == []


@pytest.mark.parametrize(
    "data", [None, {}, {"type": "Polygon"}, {"type": "Point", "coordinates": [1, 2]}, 3]
)
def test_other_geometries_are_not_drawn(data):
    assert geometry_of(data) is None


def test_the_page_draws_dots_and_explains_what_is_missing(
    client, log_in, boundaries, areas, office
):
    decreed_area("1", agency=office)
    log_in("verifier")

    html = client.get("/", {"as_of": "2022-06-30"}).content.decode()

    assert html.count('class="dot"') == 2
    assert "1</data> kawasan belum punya titik" in html


def test_the_page_says_who_loads_boundaries(client, log_in, areas):
    log_in("verifier")

    assert "load_boundaries" in client.get("/").content.decode()


# ---- parts -------------------------------------------------------------------


def test_a_projection_keeps_the_shape_of_the_land():
    projection = Projection.fitting(Box(114, -4, 115, -2))

    (x0, y0), (x1, y1) = projection.place(114, -4), projection.place(114.1, -3.9)

    assert (x1 - x0) / (y0 - y1) == pytest.approx(projection.narrowing)


def test_names_never_stand_on_each_other():
    labels = Labels(Projection.fitting(Box(114, -4, 115, -2)), size=12.5)
    shape = RegionShape("M0 0Z", 200, 200, is_small=False)

    found = [labels.put(shape, "Hulu Sungai Tengah (S)") for _number in range(3)]

    assert len({label.y for label in found}) == 3
    assert len(labels.taken) == 3


def test_the_name_of_a_small_region_stands_beside_the_map():
    labels = Labels(Projection.fitting(Box(114, -4, 115, -2)), size=12.5)

    label = labels.put(RegionShape("M0 0Z", 200, 200, is_small=True), "Banjarmasin (B)")

    assert label.x < 100
    assert label.lead.startswith("M200 200L")


@pytest.mark.parametrize(
    ("name", "short", "letters"),
    [
        ("Kabupaten Hulu Sungai Tengah", "Hulu Sungai Tengah", "HST"),
        ("Kota Banjarbaru", "Banjarbaru", "Banjarbaru"),
        ("Kab. Kotabaru", "Kotabaru", "Kotabaru"),
        ("Kotabaru", "Kotabaru", "Kotabaru"),
    ],
)
def test_names_on_the_map_are_short(name, short, letters):
    assert short_name(name) == short
    assert initials(short) == letters


def test_a_long_name_takes_two_lines():
    assert broken("Hulu Sungai Utara (R)") == ["Hulu Sungai", "Utara (R)"]
    assert broken("Banjar (R)") == ["Banjar (R)"]


@pytest.mark.parametrize(
    ("severity", "letter"),
    [("heavy", "B"), ("not_slum", "T"), (None, "N"), ("none", "N")],
)
def test_letters_of_classes(severity, letter):
    assert letter_of(severity) == letter
