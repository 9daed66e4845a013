"""What the example data need and are planned to be; and what holds without them."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from shapely import Point
from shapely.geometry import shape

from agencies.models import Region, RegionBoundary, User
from agencies.regions import load_regions
from agencies.seed import seed_agencies
from core.demo import demo_present
from dashboard.demo.places import Ground
from dashboard.demo.plan import BANJARMASIN, REGENCIES, Calendar
from tests.data import DATA, requires_data


def run(command: str, *arguments: str) -> None:
    call_command(command, *arguments, stdout=StringIO())


def test_badge_is_off_without_demo_data(db):
    assert not demo_present()


def test_load_is_refused_without_offices(region_tree):
    with pytest.raises(CommandError, match="63, 63.01, .*belum ada"):
        run("load_demo")
    assert not User.objects.exists()


def test_load_is_refused_without_villages(db):
    load_regions(["63"])
    seed_agencies()
    Region.objects.filter(level=Region.Level.VILLAGE).delete()
    with pytest.raises(CommandError, match="belum punya desa/kelurahan"):
        run("load_demo")
    assert not User.objects.exists()


def test_removal_without_example_data_is_refused(db):
    with pytest.raises(CommandError, match="Tidak ada data contoh"):
        run("remove_demo", "--yes")


@pytest.mark.parametrize(
    ("today", "last_day", "quarters"),
    [
        (date(2026, 11, 23), date(2026, 9, 30), 11),
        (date(2027, 1, 1), date(2026, 12, 31), 12),
        (date(2027, 3, 31), date(2026, 12, 31), 12),
        (date(2026, 4, 1), date(2026, 3, 31), 9),
        (date(2028, 2, 29), date(2027, 12, 31), 12),
    ],
)
def test_example_ends_with_the_quarter_that_is_over(today, last_day, quarters):
    calendar = Calendar(today)
    assert calendar.last_day == last_day
    assert len(calendar.quarters) == quarters
    assert calendar.quarters[0] == (last_day.year - 2, 1)
    assert calendar.quarters[-1] == (last_day.year, last_day.month // 3)


def test_points_lie_inside_a_loaded_boundary(db):
    load_regions(["63"])
    square = [[114.5, -3.2], [114.6, -3.2], [114.6, -3.1], [114.5, -3.2]]
    RegionBoundary.objects.bulk_create(
        RegionBoundary(
            region=village,
            geometry={"type": "Polygon", "coordinates": [square]},
            min_lon=114.5,
            min_lat=-3.2,
            max_lon=114.6,
            max_lat=-3.1,
        )
        for village in Region.objects.within(BANJARMASIN).filter(level="village")
    )
    point = Ground(BANJARMASIN).next_place(Random(1))
    assert Decimal("114.5") <= point.longitude <= Decimal("114.6")
    assert Decimal("-3.2") <= point.latitude <= Decimal("-3.1")


@requires_data
def test_circles_of_the_plan_lie_inside_their_regencies():
    text = (DATA / "wilayah" / "kalsel-kabupaten.geojson").read_text()
    outlines = {
        feature["properties"]["kode"]: shape(feature["geometry"])
        for feature in json.loads(text)["features"]
    }
    outside = [
        place.district
        for code, regency in REGENCIES.items()
        for place in regency.places
        if not outlines[code].contains(
            Point(place.longitude, place.latitude).buffer(place.radius)
        )
    ]
    assert outside == []
