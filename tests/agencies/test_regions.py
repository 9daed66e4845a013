"""The regions of the real package: counts, codes, names; repeatable."""

import io

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Region
from agencies.regions import load_province_row, load_regions
from agencies.seed import seed_agencies
from core.errors import BusinessRuleError
from tests.data import read_rows, requires_data
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> str:
    output = io.StringIO()
    call_command("load_regions", *arguments, stdout=output)
    return output.getvalue()


def test_south_kalimantan_has_every_region_once():
    load = load_regions(["63"])

    assert load.counts == {
        "province": 1,
        "regency": 13,
        "district": 156,
        "village": 2016,
    }
    assert load.added == Region.objects.count() == 2186
    assert (load.changed, load.gone) == ([], [])


def test_region_has_its_name_kind_and_parent():
    load_regions(["63"])

    chain = []
    region = Region.objects.get(pk="63.71.01.1001")
    while region:
        chain.append((region.code, region.name, region.level, region.kind))
        region = region.parent

    assert chain == [
        ("63.71.01.1001", "Mantuil", "village", "kelurahan"),
        ("63.71.01", "Banjarmasin Selatan", "district", "kecamatan"),
        ("63.71", "Kota Banjarmasin", "regency", "kota"),
        ("63", "Kalimantan Selatan", "province", "provinsi"),
    ]
    kinds = Region.objects.values_list("kind", flat=True).distinct()
    assert set(kinds) - {"provinsi", "kabupaten", "kota"} == {
        "kecamatan",
        "kelurahan",
        "desa",
    }


@requires_data
def test_regions_equal_the_published_list():
    load_regions(["63"])

    published = {
        (row["kode"], row["nama"], row["induk"] or None)
        for row in read_rows("wilayah/kalsel-wilayah.csv")
    }

    assert set(Region.objects.values_list("code", "name", "parent_id")) == published


def test_second_load_changes_nothing_and_writes_nothing(queries_of):
    load_regions(["63"])

    again = load_regions(["63"])

    assert (again.added, again.changed, again.gone) == (0, [], [])
    assert queries_of(load_regions, ["63"]) == 3  # savepoint, read, release


def test_new_name_is_taken_over_and_told():
    told("--province", "63")
    Region.objects.filter(pk="63.71").update(name="Bandjermasin", kind="kabupaten")

    output = told("--province", "63")

    region = Region.objects.get(pk="63.71")
    assert (region.name, region.kind) == ("Kota Banjarmasin", "kota")
    assert "63.71: Bandjermasin → Kota Banjarmasin" in output
    assert "1 berubah" in output


def test_region_that_is_gone_is_told_and_kept():
    RegionFactory(code="63.99.01", name="Kecamatan Lama")

    output = told("--province", "63")

    assert "63.99.01 Kecamatan Lama" in output
    assert Region.objects.filter(pk="63.99.01").exists()


def test_several_provinces_at_once():
    output = told("--province", "65", "--province", "31", "--province", "65")

    assert output.startswith("Wilayah: 2 provinsi, 11 kabupaten/kota, 99 kecamatan")
    assert set(
        Region.objects.filter(level="province").values_list("pk", flat=True)
    ) == {"31", "65"}


@pytest.mark.parametrize("code", ["99", "6371", "Kalimantan Selatan", ""])
def test_unknown_province_is_one_sentence_and_stores_nothing(code):
    with pytest.raises(CommandError, match="Tulis dua angka"):
        told("--province", "63", "--province", code)

    assert not Region.objects.exists()


def test_province_row_alone_brings_nothing_below_it():
    assert load_province_row("32").name == "Jawa Barat"

    assert list(Region.objects.values_list("pk", flat=True)) == ["32"]


def test_province_row_leaves_what_is_there():
    RegionFactory(code="32", name="Djawa Barat")

    assert load_province_row("32").name == "Djawa Barat"


def test_province_row_of_an_unknown_code_is_refused():
    with pytest.raises(BusinessRuleError):
        load_province_row("00")


def test_within_takes_the_region_and_all_below_it(region_tree):
    RegionFactory(code="63.70")

    codes = set(Region.objects.within("63.7").values_list("pk", flat=True))
    assert codes == set()
    codes = set(Region.objects.within("63.71").values_list("pk", flat=True))
    assert codes == {code for code in region_tree if code.startswith("63.71")}


def test_seeding_an_empty_database_brings_the_regions_along():
    seed_agencies()

    assert Region.objects.within("63").count() == 2186
    assert Region.objects.within("32").count() == 1


def test_a_repeated_load_keeps_how_long_codes_hold():
    load_regions(["63"])
    Region.objects.filter(pk="63.71.01.1001").update(
        name="Nama Lama",
        valid_from="2000-01-01",
        valid_until="2024-01-01",
        replaced_by="63.71.01.1002",
    )

    load_regions(["63"])

    region = Region.objects.get(pk="63.71.01.1001")
    assert region.name == "Mantuil"
    assert (str(region.valid_from), str(region.valid_until)) == (
        "2000-01-01",
        "2024-01-01",
    )
    assert region.replaced_by_id == "63.71.01.1002"
