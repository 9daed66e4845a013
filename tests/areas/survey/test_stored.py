"""What a survey file becomes, and that twice is once."""

from datetime import date
from decimal import Decimal

import pytest

from areas import services
from areas.models import (
    Assessment,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from areas.results import result_of
from areas.survey.rows import unit_key
from areas.survey.services import import_survey
from core.spreadsheets import SpreadsheetError
from tests.factories_areas import DecreeFactory, DecreeLineFactory, SlumAreaFactory
from tests.spreadsheets import csv_of, xlsx_of
from tests.survey import SURVEYED_ON, VILLAGE, people_agency, stored, survey_row

pytestmark = pytest.mark.django_db
NeighbourhoodEvent = Neighbourhood.events.field.model


def test_a_file_becomes_area_rt_decree_line_and_submitted_assessment(
    run, people, decree
):
    run(
        survey_row(1, v1a=50, luas_ha=0.0047239999999999505),
        survey_row(2, v1a=26, tanggal_survei=date(2025, 4, 1)),
    )

    area = SlumArea.objects.get()
    survey = area.assessments.get()
    units = area.neighbourhoods.order_by("rt_rw")
    assert (area.name, area.regency_id) == ("Kelayan Barat", "63.71")
    assert area.agency.region_id == "63.71"
    assert [village.pk for village in area.villages.all()] == [VILLAGE]
    assert units[0].hectares == Decimal("0.004724")
    assert decree.lines.get().hectares == Decimal("1.004724")
    assert (survey.status, survey.submitted_by) == ("submitted", people["editor"])
    assert survey.surveyed_on == date(2025, 4, 1)
    assert [unit.surveyed_on for unit in survey.units.order_by("pk")] == [
        SURVEYED_ON,
        date(2025, 4, 1),
    ]
    assert result_of(survey).indicators[0].percent == Decimal("38.00")


def test_an_imported_assessment_can_be_verified(run, people):
    run(survey_row(1, v1a=100))

    services.verify_assessments(Assessment.objects.all(), by=people["verifier"])

    assert Assessment.objects.get().status == "verified"
    assert Assessment.objects.get().total == 5


def test_the_trail_says_that_it_was_an_import(run, people):
    run(survey_row())

    event = Assessment.objects.get().events.get()
    assert event.pgh_context.metadata["source"] == "import"
    assert event.pgh_context.metadata["user"] == people["editor"].pk
    assert event.pgh_context.metadata["decree"] == "SK 1/2025"


@pytest.mark.parametrize("again", [xlsx_of, csv_of])
def test_the_same_file_twice_changes_nothing(run, again):
    rows = [survey_row(1, v4a=0.123456789), survey_row(2)]
    run(*rows)
    before = list(NeighbourhoodEvent.objects.values())

    plan = run(file=again(rows))

    assert not plan.has_effect
    assert (plan.same_units, plan.same_surveys) == (2, 1)
    assert list(NeighbourhoodEvent.objects.values()) == before


def test_a_dry_run_tells_the_same_and_stores_nothing(run):
    plan = run(survey_row(1), survey_row(2), dry_run=True)

    assert (plan.new_areas, plan.new_units, plan.new_surveys) == (1, 2, 1)
    assert stored() == [0, 0, 0, 0]


def test_a_later_survey_changes_the_rt_and_keeps_the_earlier_one(run):
    run(survey_row(1, v1a=50), survey_row(2))

    plan = run(
        survey_row(1, v1a=50, jumlah_bangunan=60, tanggal_survei=date(2025, 6, 1)),
        survey_row(2, tanggal_survei=date(2025, 6, 1)),
        survey_row(3, tanggal_survei=date(2025, 6, 1)),
    )

    assert (plan.new_units, plan.changed_units, plan.same_units) == (1, 1, 1)
    assert Neighbourhood.objects.get(rt_rw="RT 001/RW 001").buildings == 60
    divisors = SurveyedUnit.objects.filter(neighbourhood__rt_rw="RT 001/RW 001")
    assert set(divisors.values_list("surveyed_on", "buildings")) == {
        (SURVEYED_ON, 100),
        (date(2025, 6, 1), 60),
    }


def test_an_earlier_survey_leaves_the_rt_as_they_are(run):
    run(survey_row(1))

    plan = run(survey_row(1, jumlah_kk=7, tanggal_survei=date(2020, 1, 1)))

    assert Neighbourhood.objects.get().households == 100
    assert SurveyedUnit.objects.get(surveyed_on=date(2020, 1, 1)).households == 7
    assert [text for _area, text in plan.warnings] == [
        "Ada survei yang lebih baru: angka RT yang tersimpan tidak berubah."
    ]


def test_changed_rt_reach_the_surveys_that_are_still_open(run, people):
    run(survey_row(1))
    area = SlumArea.objects.get()
    draft = services.start_assessment(
        area, surveyed_on=date(2025, 2, 1), by=people["editor"]
    )
    entry = services.UnitEntry(
        area.neighbourhoods.get(), date(2025, 2, 1), {"1a": Decimal(1)}
    )
    services.save_volumes(draft, [entry], by=people["editor"])

    run(survey_row(1, jumlah_kk=77, tanggal_survei=date(2025, 6, 1)))

    assert draft.units.get().households == 77
    assert Assessment.objects.get(surveyed_on=SURVEYED_ON).units.get().households == 100


def test_blank_population_keeps_what_is_stored(run):
    run(survey_row(1))
    later = survey_row(1, jumlah_penduduk=None, tanggal_survei=date(2025, 6, 1))

    plan = run(later)

    assert plan.changed_units == 0
    assert Neighbourhood.objects.get().population == 400


def test_an_rt_written_otherwise_is_the_same_rt(run):
    run(survey_row(1))

    plan = run(survey_row(1, rt_rw="rt1-rw1", kawasan=" KELAYAN  barat "))

    assert not plan.has_effect


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("RT 001/RW 002", "1/2"),
        ("RT001-RW002", "1/2"),
        ("001/002", "1/2"),
        ("rt1rw2", "1/2"),
        ("RT.01 RW.02", "1/2"),
        ("RW 02 / RT 01", "1/2"),
        ("RT 5", "5/"),
        ("5", "5/"),
        ("000/001", "0/1"),
        ("RT 1A/RW 2", "rt 1a/rw 2"),
        ("Blok  C", "blok c"),
    ],
)
def test_writings_of_an_rt(text, key):
    assert unit_key(text) == key


def test_a_known_area_without_create_areas(run, decree, people):
    area = SlumAreaFactory(name="Kelayan Barat", agency=people_agency(people))
    DecreeLineFactory(decree=decree, area=area, hectares=Decimal("2.5"))

    plan = run(survey_row(1), create_areas=False, by="operator")

    assert plan.new_areas == 0
    assert decree.lines.get().hectares == Decimal("2.5")
    assert [text for _area, text in plan.warnings] == [
        "Jumlah luas RT 1 ha, sedangkan di SK 2,5 ha."
    ]


def test_rt_that_the_file_leaves_out_are_a_warning(run):
    run(survey_row(1), survey_row(2))

    plan = run(survey_row(1, tanggal_survei=date(2025, 6, 1)))

    assert [text for _area, text in plan.warnings] == [
        "1 RT kawasan ini tidak ada di berkas. Penilaian baru dapat diverifikasi bila"
        " memuat semua RT."
    ]


def test_a_new_line_counts_the_rt_that_the_file_leaves_out(run, people):
    run(survey_row(1), survey_row(2, luas_ha=0.5))
    later = DecreeFactory(number="SK 2/2025", level="mayor", region__code="63.71")

    import_survey(
        xlsx_of([survey_row(1, tanggal_survei=date(2025, 6, 1), luas_ha=2)]),
        decree=later,
        by=people["editor"],
        create_areas=True,
    )

    assert later.lines.get().hectares == Decimal("2.5")


def test_code_without_points_and_local_dates_and_numbers(run):
    row = survey_row(
        1,
        kode_desa=6371011001,
        rt_rw=1,
        luas_ha="1.234,5",
        jumlah_bangunan="1.234",
        tanggal_survei="31/03/2025",
    )

    run(row)

    unit = Neighbourhood.objects.get()
    assert (unit.village_id, unit.rt_rw) == (VILLAGE, "1")
    assert (unit.hectares, unit.buildings) == (Decimal("1234.5"), 1234)
    assert Assessment.objects.get().surveyed_on == SURVEYED_ON


@pytest.mark.parametrize(
    ("mark", "hectares"), [(",", Decimal(1234)), (".", Decimal("1.234"))]
)
def test_the_decimal_mark_settles_what_is_ambiguous(run, mark, hectares):
    run(survey_row(1, luas_ha="1.234"), decimal_mark=mark)

    assert Neighbourhood.objects.get().hectares == hectares


def test_a_default_date_for_a_file_without_dates(run):
    row = survey_row(1)
    del row["tanggal_survei"]

    run(row, default_date=date(2025, 1, 5))

    assert Assessment.objects.get().surveyed_on == date(2025, 1, 5)


def test_more_rt_cost_no_more_queries(run, queries_of):
    few = queries_of(run, survey_row(1), survey_row(2))

    def many():
        run(*(survey_row(n, kawasan=f"Kawasan {n % 7}") for n in range(10, 80)))

    assert queries_of(many) <= few


def test_a_new_line_names_its_village_where_the_decree_counts_by_village(people):
    by_village = DecreeFactory(number="SK 3/2025", counting_unit="village")

    import_survey(
        xlsx_of([survey_row(1), survey_row(2)]),
        decree=by_village,
        by=people["editor"],
        create_areas=True,
    )

    assert by_village.lines.get().village_id == VILLAGE


def test_an_area_in_two_villages_gets_no_line_by_village(people):
    by_village = DecreeFactory(number="SK 3/2025", counting_unit="village")
    rows = [survey_row(1), survey_row(2, kode_desa="63.71.01.1002")]

    with pytest.raises(SpreadsheetError) as refused:
        import_survey(
            xlsx_of(rows), decree=by_village, by=people["editor"], create_areas=True
        )

    assert "SK ini menghitung kewenangan per desa" in str(refused.value.problems[0])
    assert not by_village.lines.exists()
