"""Codes of villages that ended: refused with their successor, kept where they stand."""

from datetime import date
from decimal import Decimal

import pytest

from agencies.models import Region
from agencies.village_codes import code_problem, successor_of
from areas import services
from areas.models import Neighbourhood
from areas.survey.services import import_survey
from core.errors import BusinessRuleError
from core.spreadsheets import SpreadsheetError
from tests.areas.pages import address
from tests.factories import RegionFactory
from tests.factories_areas import (
    DecreeFactory,
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
)
from tests.spreadsheets import xlsx_of
from tests.survey import VILLAGE, make_people, people_agency, survey_row

pytestmark = pytest.mark.django_db

ENDED = date(2024, 1, 1)
NEW = "63.71.01.1011"
SENTENCE = (
    f"{VILLAGE} sudah tidak berlaku sejak 1 Jan 2024; gunakan {NEW} Desa Mantuil Baru."
)


@pytest.fixture
def ended(region_tree) -> Region:
    """Mantuil, whose code another one took the place of in 2024."""
    new = RegionFactory(code=NEW, name="Mantuil Baru", valid_from=ENDED)
    village = Region.objects.get(pk=VILLAGE)
    village.valid_until, village.replaced_by = ENDED, new
    village.save()
    return village


def rt(village: Region, **changes) -> dict:
    return {
        "village": village,
        "rt_rw": "001/001",
        "hectares": Decimal(1),
        "buildings": 10,
        "households": 10,
        "ideal_road_m": Decimal(10),
        "ideal_drainage_m": Decimal(10),
    } | changes


@pytest.mark.parametrize(
    ("code", "day", "sentence"),
    [
        (VILLAGE, date(2023, 12, 31), ""),
        (VILLAGE, ENDED, SENTENCE),
        (NEW, ENDED, ""),
        (
            NEW,
            date(2023, 12, 31),
            f"{NEW} Mantuil Baru baru berlaku sejak 1 Jan 2024. Gunakan kode yang"
            " berlaku pada hari itu.",
        ),
    ],
)
def test_a_code_holds_from_its_first_to_before_its_last_day(ended, code, day, sentence):
    assert code_problem(Region.objects.get(pk=code), day) == sentence


def test_a_code_without_successor_asks_for_another_village(ended):
    ended.replaced_by = None

    assert code_problem(ended, ENDED).endswith("Pilih desa/kelurahan yang masih ada.")


def test_the_successor_is_the_one_of_the_day(ended):
    newest = RegionFactory(code="63.71.01.1021", valid_from=date(2025, 1, 1))
    Region.objects.filter(pk=NEW).update(
        valid_until=date(2025, 1, 1), replaced_by=newest
    )
    village = Region.objects.get(pk=VILLAGE)

    assert str(successor_of(village, date(2024, 6, 1)).pk) == NEW
    assert successor_of(village, date(2025, 6, 1)) == newest


def test_new_areas_and_rt_take_codes_that_hold(ended, office, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.create_area(
            by=operator,
            name="Baru",
            agency=office,
            regency=office.region,
            villages=[ended],
        )
    assert refused.value.errors == {"villages": [SENTENCE]}

    area = SlumAreaFactory(agency=office)
    with pytest.raises(BusinessRuleError) as refused:
        services.add_neighbourhood(area, by=operator, **rt(ended))
    assert refused.value.errors == {"village": [SENTENCE]}


def test_what_has_the_old_code_keeps_it(ended, office, operator):
    area = SlumAreaFactory(agency=office)
    unit = NeighbourhoodFactory(area=area, village=ended)
    area.villages.add(ended)

    services.update_neighbourhood(unit, by=operator, buildings=12, village=ended)
    services.update_area(area, by=operator, villages=[ended], name="Nama baru")

    unit.refresh_from_db()
    assert unit.buildings == 12


def test_nobody_moves_an_rt_to_an_old_code(ended, office, operator):
    area = SlumAreaFactory(agency=office)
    unit = NeighbourhoodFactory(
        area=area, village=Region.objects.get(pk="63.71.01.1002")
    )

    with pytest.raises(BusinessRuleError) as refused:
        services.update_neighbourhood(unit, by=operator, village=ended)

    assert refused.value.errors == {"village": [SENTENCE]}


def test_forms_offer_codes_that_hold_and_the_own_one(client, ended, office, operator):
    area = SlumAreaFactory(agency=office)
    unit = NeighbourhoodFactory(area=area, village=ended)
    client.force_login(operator)

    def offered(url):
        field = client.get(url).context["form"].fields["village"]
        return set(field.queryset.values_list("pk", flat=True))

    assert VILLAGE not in offered(address("neighbourhood-create", area))
    assert {VILLAGE, NEW} <= offered(address("neighbourhood-edit", unit))


# ---- the survey import ---------------------------------------------------------------
@pytest.fixture
def people():
    found = make_people()
    new = RegionFactory(code=NEW, name="Mantuil Baru", valid_from=ENDED)
    Region.objects.filter(pk=VILLAGE).update(valid_until=ENDED, replaced_by=new)
    return found


@pytest.fixture
def decree(people):
    area = SlumAreaFactory(name="Kelayan Barat", agency=people_agency(people))
    return DecreeLineFactory(decree=DecreeFactory(), area=area).decree


def imported(people, decree, *rows):
    return import_survey(xlsx_of(list(rows)), decree=decree, by=people["operator"])


def test_import_asks_for_the_code_of_the_survey_day(people, decree):
    late = survey_row(1, tanggal_survei=date(2024, 2, 1))
    early = survey_row(2, tanggal_survei=date(2023, 12, 31), kode_desa=NEW)

    with pytest.raises(SpreadsheetError) as refused:
        imported(people, decree, late, early)

    told = [str(problem) for problem in refused.value.problems]
    assert len(told) == 2
    assert SENTENCE in told[0]
    assert "baru berlaku sejak 1 Jan 2024" in told[1]


def test_import_of_before_takes_the_old_code(people, decree):
    imported(people, decree, survey_row(1, tanggal_survei=date(2023, 2, 1)))

    assert Neighbourhood.objects.get().village_id == VILLAGE


def test_import_finds_the_rt_under_its_new_code(people, decree):
    """No second RT comes of a code that changed."""
    imported(people, decree, survey_row(1, tanggal_survei=date(2023, 2, 1)))

    imported(
        people,
        decree,
        survey_row(1, tanggal_survei=date(2024, 2, 1), kode_desa=NEW),
    )

    assert Neighbourhood.objects.count() == 1
