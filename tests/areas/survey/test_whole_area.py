"""Surveys of an area as a whole: SELURUH KAWASAN instead of an RT."""

from datetime import date
from decimal import Decimal

import pytest

from areas import services
from areas.models import Assessment, Neighbourhood, SlumArea, SurveyedUnit
from areas.results import result_of
from areas.survey.services import import_survey
from tests.factories_areas import DecreeFactory, rule_set
from tests.rules import PERMEN_02_2016
from tests.spreadsheets import xlsx_of
from tests.survey import SURVEYED_ON, survey_row

pytestmark = pytest.mark.django_db
LATER = date(2025, 6, 1)


def whole(**changes):
    return survey_row(1, rt_rw="SELURUH KAWASAN", **changes)


def test_it_becomes_a_survey_without_rt(run, people, decree):
    plan = run(whole(v1a=80, luas_ha=2.5, ruang_terbuka_publik_m2=250))

    survey = Assessment.objects.get()
    unit = survey.units.get()
    assert (plan.new_units, plan.whole_areas, plan.new_surveys) == (0, 1, 1)
    assert (survey.basis, unit.neighbourhood) == ("area", None)
    assert (unit.hectares, unit.population) == (Decimal("2.5"), 400)
    assert unit.open_space_m2 == 250
    assert decree.lines.get().hectares == Decimal("2.5")
    assert not Neighbourhood.objects.exists()
    assert result_of(survey).total == 5
    services.verify_assessments([survey], by=people["verifier"])


@pytest.mark.parametrize("text", ["seluruh kawasan", " SELURUH  Kawasan "])
def test_capitals_and_spaces_do_not_matter(run, text):
    run(survey_row(1, rt_rw=text))

    assert Assessment.objects.get().basis == "area"


def test_twice_is_once(run):
    run(whole(v1a=80))

    plan = run(whole(v1a=80))

    assert not plan.has_effect
    assert plan.same_surveys == 1


def test_it_never_changes_the_rt(run):
    run(survey_row(1), survey_row(2))

    plan = run(whole(luas_ha=5, jumlah_kk=7, tanggal_survei=LATER))

    assert plan.changed_units == 0
    assert [text for _area, text in plan.warnings] == [
        "Luas di baris ini 5 ha, sedangkan di SK 2 ha."
    ]
    assert set(Neighbourhood.objects.values_list("households", flat=True)) == {100}


def test_a_later_one_does_not_keep_the_rt_from_their_survey(run):
    run(survey_row(1))
    run(whole(tanggal_survei=date(2025, 7, 1)))

    plan = run(survey_row(1, jumlah_kk=77, tanggal_survei=LATER))

    assert plan.warnings == []
    assert Neighbourhood.objects.get().households == 77


def test_a_new_line_has_the_hectares_of_the_rt_where_there_are_some(run, people):
    run(survey_row(1), survey_row(2))
    later = DecreeFactory(number="SK 2/2025", level="mayor", region__code="63.71")

    import_survey(
        xlsx_of([whole(luas_ha=2, tanggal_survei=LATER)]),
        decree=later,
        by=people["editor"],
        create_areas=True,
    )

    assert later.lines.get().hectares == 2


def test_an_area_is_surveyed_in_one_way(refused):
    assert refused(survey_row(1), whole(), survey_row(2)) == [
        "Baris 3, kolom rt_rw (C3): Kelayan Barat punya baris per RT dan baris SELURUH"
        " KAWASAN. Pilih salah satu saja."
    ]


def test_an_area_as_a_whole_stands_once_whatever_its_village(refused):
    assert refused(whole(), whole(kode_desa="63.71.01.1002")) == [
        "Baris 3, kolom rt_rw (C3): Seluruh kawasan Kelayan Barat ada di baris 2 dan 3."
        " Sisakan satu saja."
    ]


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        (survey_row(1), whole(), "penilaian itu per RT"),
        (whole(), survey_row(1), "penilaian itu atas seluruh kawasan"),
        (whole(), whole(v3a=4), "3a Kelayan Barat di sana 0, di sini 4"),
        (
            whole(ruang_terbuka_publik_m2=1),
            whole(ruang_terbuka_publik_m2=2),
            "ruang_terbuka_publik_m2 Kelayan Barat di sana 1, di sini 2",
        ),
    ],
)
def test_another_survey_of_the_same_day_is_refused(
    run, refused, first, second, difference
):
    run(first)

    [sentence] = refused(second)

    assert difference in sentence


def test_a_survey_of_the_same_day_under_another_rule_set_is_refused(run, refused):
    other = survey_row(1) | dict.fromkeys(PERMEN_02_2016.codes, 0)
    run(other, rule_set=rule_set("permen-02-2016"))

    [sentence] = refused(survey_row(1))

    assert "penilaian itu memakai" in sentence


def test_blank_open_space_and_existing_road_say_nothing(run):
    row = survey_row(1, ruang_terbuka_publik_m2=9) | {"panjang_jalan_ada_m": 450}
    run(row)

    plan = run(survey_row(1))

    assert not plan.has_effect
    assert SurveyedUnit.objects.get().existing_road_m == 450
    assert SlumArea.objects.get().assessments.get().surveyed_on == SURVEYED_ON
