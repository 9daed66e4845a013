"""The agencies that exist after the first start."""

import io
from datetime import date

import pytest
from django.core.management import call_command

from agencies.models import Agency, AgencyAlias, Region
from agencies.seed import SEEDS, seed_agencies
from tests.factories import AgencyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_offices")]


@pytest.fixture
def _offices(region_tree):
    """The regions that the offices need, few rows: the load is tested elsewhere."""
    for number in range(1, 12):
        Region.objects.create(
            code=f"63.{number:02}",
            name=f"Kabupaten {number}",
            level="regency",
            kind="kabupaten",
            parent_id="63",
        )


def by_level() -> dict[str, int]:
    levels = list(Agency.objects.values_list("level", flat=True))
    return {level: levels.count(level) for level in set(levels)}


def test_every_agency_of_the_start_is_there():
    seed_agencies()

    assert by_level() == {
        "province": 1,
        "regency": 13,
        "central": 3,
        "other_province": 1,
        "non_government": 1,
    }
    offices = Agency.objects.filter(level="regency")
    assert offices.values("region").distinct().count() == 13
    for agency in Agency.objects.all():
        agency.full_clean()


def test_the_thirteen_district_offices_report_every_period():
    seed_agencies()

    reporting = Agency.objects.filter(reports_progress=True)
    assert reporting.count() == 13
    assert {agency.level for agency in reporting} == {"regency"}


def test_an_office_that_an_administrator_took_out_stays_out():
    seed_agencies()
    Agency.objects.filter(region="63.71").update(reports_progress=False)

    seed_agencies()

    assert Agency.objects.filter(reports_progress=True).count() == 12


def test_offices_are_named_as_the_sources_do():
    seed_agencies()

    name = dict(Agency.objects.exclude(region=None).values_list("region", "name"))
    assert name["63.01"] == "Perangkat daerah urusan perumahan Kabupaten Tanah Laut"
    assert name["63.71"] == "Disperkim Kota Banjarmasin"
    assert name["32"] == "Dinas Perkim Provinsi Jawa Barat"
    province = Agency.objects.named("Dinas Perkim Provinsi Kalimantan Selatan").get()
    assert (province.level, province.region_id) == ("province", "63")


@pytest.mark.parametrize("name", ["PUPR", "Kementerian PUPR"])
def test_pupr_leads_to_both_ministries_with_its_end(name):
    seed_agencies()

    ministries = Agency.objects.named(name)

    assert {m.short_name for m in ministries} == {"Kementerian PU", "Kementerian PKP"}
    for alias in AgencyAlias.objects.filter(name=name):
        assert alias.valid_until == date(2024, 10, 21)
        assert "Perpres 139/2024" in alias.note


def test_only_the_province_row_of_west_java_is_loaded():
    seed_agencies()

    assert Region.objects.within("32").count() == 1


def test_second_seed_creates_nothing():
    assert len(seed_agencies()) == len(SEEDS) == 19

    assert seed_agencies() == []
    assert Agency.objects.count() == 19


def test_what_an_administrator_changed_stays():
    """Every start seeds again: no old name may come back beside the new one."""
    seed_agencies()
    Agency.objects.filter(region="63.01").update(
        name="Dinas Perkim Tanah Laut", short_name="Perkim Tala"
    )
    Agency.objects.filter(short_name="Kementerian PU").update(
        name="Kementerian Baru", short_name="KB"
    )
    AgencyAlias.objects.all().delete()

    assert seed_agencies() == []
    assert Agency.objects.get(region="63.01").name == "Dinas Perkim Tanah Laut"
    assert not AgencyAlias.objects.exists()


def test_what_an_administrator_deleted_does_not_come_back():
    seed_agencies()
    Agency.objects.get(short_name="Kemendagri").delete()

    assert seed_agencies() == []


def test_office_that_was_there_before_is_taken_as_it_is():
    mine = AgencyFactory(name="Dinas Kami", region_id="63.71")
    kemendagri = AgencyFactory(
        name="Departemen Dalam Negeri",
        short_name="KEMENDAGRI",
        level="central",
        region=None,
    )

    seed_agencies()

    assert list(Agency.objects.filter(region="63.71")) == [mine]
    assert list(Agency.objects.named("Kemendagri")) == [kemendagri]


def test_example_office_does_not_stand_for_the_real_one():
    AgencyFactory(name="Dinas Contoh", region_id="63.71", is_demo=True)

    seed_agencies()

    assert Agency.objects.filter(region="63.71", is_demo=False).count() == 1


def test_command_tells_and_the_trail_knows_the_way_in():
    output = io.StringIO()

    call_command("seed_agencies", stdout=output)

    assert "19 dibuat, 0 dibiarkan" in output.getvalue()
    event = Agency.pgh_event_model.objects.first()
    assert event.pgh_context.metadata == {"source": "command"}
