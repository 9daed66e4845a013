"""Storing outlines, all or none; overlaps; versions; the command."""

import io
import json
from decimal import Decimal

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import transaction
from shapely.geometry import shape

from areas import services as area_services
from areas.geometry.overlaps import pairs_of
from areas.geometry.services import NewOutline, set_outlines
from areas.geometry.versions import versions_of
from areas.models import SlumArea
from areas.outlines import check_outline
from core.errors import NotAllowedError, WrongStateError
from tests.factories_areas import NeighbourhoodFactory, SlumAreaFactory
from tests.map_files import EAST, NORTH, degrees, geojson, square

pytestmark = pytest.mark.django_db


def outline_of(shape):
    return check_outline(json.loads(shapely.to_geojson(degrees(shape))))


def given(area, shape):
    """The area with that outline, straight into its columns."""
    SlumArea.objects.filter(pk=area.pk).update(**outline_of(shape).as_fields())
    area.refresh_from_db()
    return area


# ---- the service -----------------------------------------------------------------


def test_outlines_are_stored_with_their_source_and_trail(area, operator, run):
    plan = run(geojson(degrees(square())), "mantuil.geojson", area=area)

    area.refresh_from_db()
    assert plan.rows[0].decreed == 100
    assert area.outline_hectares == plan.rows[0].hectares
    assert area.outline_source == "mantuil.geojson, EPSG:4326"
    assert (area.min_lon, area.max_lat) == pytest.approx((114.5792, -3.31735), abs=1e-4)
    (version,) = versions_of(area)
    assert (version.who, version.through) == (str(operator), "impor")
    assert version.geometry == area.outline


def test_a_dry_run_and_the_same_file_again_store_nothing(area, run):
    content = geojson(degrees(square()))

    run(content, area=area, dry_run=True)
    area.refresh_from_db()
    assert area.outline is None

    assert run(content, area=area).has_effect
    area.refresh_from_db()
    again = run(content, area=area)
    assert not again.has_effect
    assert again.is_sound
    assert len(versions_of(area)) == 1


def test_one_area_that_may_not_be_edited_refuses_the_file(
    area, other_office, editor, operator, verifier, run
):
    theirs = SlumAreaFactory(agency=other_office, name="Guntung")
    content = geojson(
        degrees(square()), degrees(square(EAST + 2000)), NAMA=["Mantuil", "Guntung"]
    )

    plan = run(content)  # out of scope: as if it were not there
    assert "Tidak ada kawasan Anda yang bernama “Guntung”" in plan.rows[1].problems[0]
    with pytest.raises(NotAllowedError):
        run(content, by=verifier)
    with pytest.raises(NotAllowedError):
        set_outlines(
            [NewOutline(a, outline_of(square()), "") for a in (area, theirs)],
            by=operator,
        )
    assert not SlumArea.objects.exclude(outline=None).exists()


def test_an_rt_that_went_meanwhile_is_a_wrong_state(area, operator):
    unit = NeighbourhoodFactory(area=area)
    type(unit).every.filter(pk=unit.pk).update(retired_on="2024-01-01")

    with pytest.raises(WrongStateError), transaction.atomic():
        set_outlines(
            [NewOutline(t, outline_of(square()), "") for t in (area, unit)],
            by=operator,
        )
    area.refresh_from_db()
    assert area.outline is None


def test_storing_costs_the_same_for_more_areas(area, office, operator, queries_of):
    def outlines(count):
        areas = [SlumAreaFactory(agency=office) for _ in range(count)]
        return [NewOutline(a, outline_of(square()), "uji") for a in areas]

    set_outlines(outlines(1), by=operator)  # reads the memberships
    few = queries_of(set_outlines, outlines(2), by=operator)

    assert queries_of(set_outlines, outlines(9), by=operator) == few


def test_planning_costs_the_same_for_more_rows(area, office, operator, run, queries_of):
    def file_of(count):
        names = [SlumAreaFactory(agency=office).name for _ in range(count)]
        shapes = [degrees(square(EAST + 100 * n)) for n in range(count)]
        return geojson(*shapes, NAMA=names)

    run(geojson(degrees(square())), area=area)
    few = queries_of(run, file_of(2), dry_run=True)

    assert queries_of(run, file_of(9), dry_run=True) == few


def test_an_outline_typed_by_hand_loses_the_source_of_the_file(area, operator, run):
    run(geojson(degrees(square())), area=area)
    area.refresh_from_db()

    area_services.update_area(area, by=operator, outline=area.outline)
    area.refresh_from_db()
    assert area.outline_source == "peta.zip, EPSG:4326"

    other = outline_of(square(EAST + 100)).geometry
    area_services.update_area(area, by=operator, outline=other)
    area.refresh_from_db()
    assert area.outline_source == ""


# ---- versions -----------------------------------------------------------------------


def test_versions_are_kept_and_never_merged(area, operator, run):
    unit = NeighbourhoodFactory(area=area, rt_rw="007/001")
    first, second = degrees(square()), degrees(square(EAST + 500))
    run(geojson(first), "lama.geojson", area=area)
    run(geojson(second), "baru.geojson", area=area)
    run(geojson(first, RT=["007"]), "rt.geojson", area=area, holds="units")
    area.refresh_from_db()
    area_services.update_area(area, by=operator, name="Mantuil Baru")
    area_services.update_area(area, by=operator, outline=None)

    versions = versions_of(area)

    assert [(v.rt_rw, v.source.partition(",")[0]) for v in versions] == [
        ("", ""),
        ("007/001", "rt.geojson"),
        ("", "baru.geojson"),
        ("", "lama.geojson"),
    ]
    assert versions[0].geometry is None
    unit.refresh_from_db()
    assert versions[1].geometry == versions[3].geometry == unit.outline
    assert versions[2].geometry != versions[3].geometry


# ---- overlaps ------------------------------------------------------------------------


def overlaps(areas):
    """Which of these areas overlap, and by how many hectares."""
    shapes = [shape(area.outline) for area in areas]
    return [(areas[i], areas[j], hectares) for i, j, hectares in pairs_of(shapes)]


def test_overlaps_are_those_of_planar_squares(office):
    """Squares of a kilometre on a raster of 700 m: each overlaps its neighbours."""
    areas = [
        given(SlumAreaFactory(agency=office), square(EAST + 700 * n, NORTH))
        for n in range(4)
    ]

    found = overlaps(areas)

    assert [(one, other) for one, other, _ha in found] == list(
        zip(areas, areas[1:], strict=False)
    )
    assert all(Decimal("29.9") < ha < Decimal("30") for _one, _other, ha in found)
    assert overlaps([]) == []


def test_a_shared_edge_is_no_overlap(office):
    """Nor is a tenth of a millimetre along a kilometre."""
    areas = [
        given(SlumAreaFactory(agency=office), square(EAST + 999.9999 * n))
        for n in range(3)
    ]

    assert overlaps(areas) == []


def test_many_areas_in_a_row_overlap_their_neighbours_only(office):
    areas = [
        given(SlumAreaFactory(agency=office), square(EAST + 700 * n)) for n in range(12)
    ]

    assert len(overlaps(areas)) == 11


def test_overlaps_with_what_is_stored_and_within_the_file(area, office, run):
    stored = given(SlumAreaFactory(agency=office, name="Lama"), square(EAST - 600))
    SlumAreaFactory(agency=office, name="Kelayan")

    plan = run(
        geojson(
            degrees(square()),
            degrees(square(EAST + 900)),
            NAMA=["Mantuil", "Kelayan"],
        ),
        dry_run=True,
    )

    first, second = plan.rows
    assert sorted(first.overlaps)[0][0] == "Kelayan"
    assert sorted(first.overlaps)[1][0] == stored.name
    assert [round(ha) for _name, ha in sorted(first.overlaps)] == [10, 40]
    assert [name for name, _ha in second.overlaps] == ["Mantuil"]


# ---- the command --------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, operator):
    def run_command(content, **options):
        path = tmp_path / "peta.geojson"
        path.write_bytes(content)
        out = io.StringIO()
        options = {"user": operator.username} | options
        call_command("import_outlines", str(path), stdout=out, **options)
        return out.getvalue()

    return run_command


def test_command_tells_then_stores(command, area):
    content = geojson(degrees(square()), NAMA=["Mantuil"])

    assert "Belum ada yang disimpan." in command(content, dry_run=True)
    area.refresh_from_db()
    assert area.outline is None

    out = command(content)
    assert "  Mantuil: 99,90 ha" in out
    assert "Garis luar disimpan: 1 baru, 0 diganti, 0 tidak berubah." in out
    assert "Semua isi berkas ini sudah tersimpan" in command(content, area=area.pk)


def test_command_fails_with_every_problem(command, area):
    with pytest.raises(CommandError) as error:
        command(geojson(square(), None, NAMA=["Mantuil", "Kelayan"]))

    lines = str(error.value).splitlines()
    assert lines[0] == "Tidak ada yang disimpan: 3 hal perlu diperbaiki."
    assert lines[1].startswith("  Baris 1: Mantuil: Garis luar terletak di luar")
    assert lines[3] == "  Baris 2: Kelayan: Baris ini tidak memuat garis luar."


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"user": "siapa"}, "Tidak ada pengguna siapa"),
        ({"area": 0}, "Tidak ada kawasan 0."),
        ({"area_column": "X"}, "Berkas tidak memuat kolom “X”"),
        ({"merge": True}, "Pilih kawasan yang garis luarnya gabungan"),
    ],
)
def test_command_refuses(command, area, options, sentence):
    content = geojson(degrees(square()), degrees(square()), NAMA=["Mantuil"] * 2)

    with pytest.raises(CommandError, match=sentence):
        command(content, **options)


def test_command_without_a_file(operator):
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        call_command("import_outlines", "/tidak/ada.zip", user=operator.username)
