"""Rows that are refused: each with its cell and what to do, nothing stored."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from agencies.models import Agency
from areas import services
from areas.ledger import credit
from areas.models import (
    Assessment,
    Decree,
    Neighbourhood,
)
from areas.survey.services import import_survey
from core.errors import BusinessRuleError
from core.spreadsheets import SpreadsheetError
from tests.factories_areas import DecreeFactory, DecreeLineFactory, SlumAreaFactory
from tests.spreadsheets import xlsx_of
from tests.survey import SURVEYED_ON, people_agency, survey_row

pytestmark = pytest.mark.django_db


CELLS = {
    "negative": (
        {"v1a": -1},
        "Baris 2, kolom 1a (J2): Volume 1a negatif",
    ),
    "above": (
        {"v3a": 101},
        "Baris 2, kolom 3a (O2): Volume 3a sebesar 101 KK melebihi jumlah KK",
    ),
    "blank volume": ({"v1a": None}, "Baris 2, kolom 1a (J2): Volume 1a belum diisi."),
    "blank denominator": (
        {"jumlah_kk": None},
        "Baris 2, kolom jumlah_kk (G2): Selnya kosong. Tulis angkanya, atau 0",
    ),
    "text": ({"v4b": "banyak"}, "Baris 2, kolom 4b (R2): “banyak” bukan angka"),
    "ambiguous": (
        {"luas_ha": "1.234"},
        "Baris 2, kolom luas_ha (D2): “1.234” dapat berarti 1234 atau 1,234.",
    ),
    "fraction of a house": (
        {"jumlah_bangunan": 10.5},
        "Baris 2, kolom jumlah_bangunan (E2): “10.5” bukan bilangan bulat",
    ),
    "fraction as text": (
        {"jumlah_kk": "99,5"},
        "Baris 2, kolom jumlah_kk (G2): “99,5” bukan bilangan bulat",
    ),
    "no hectares": (
        {"luas_ha": 0},
        "Baris 2, kolom luas_ha (D2): Luas RT harus lebih dari 0 ha.",
    ),
    "negative length": (
        {"panjang_jalan_ideal_m": -5},
        "Baris 2, kolom panjang_jalan_ideal_m (H2): ",
    ),
    "negative people": (
        {"jumlah_penduduk": -5},
        "Baris 2, kolom jumlah_penduduk (F2): Jumlah penduduk tidak boleh negatif.",
    ),
    "date for RT": (
        {"rt_rw": date(2025, 2, 1)},
        "Baris 2, kolom rt_rw (C2): Excel mengubah isian menjadi “2025-02-01”.",
    ),
    "long name": (
        {"kawasan": "x" * 201},
        "Baris 2, kolom kawasan (B2): Teksnya lebih dari 200 karakter.",
    ),
    "blank name": ({"kawasan": None}, "Baris 2, kolom kawasan (B2): Selnya kosong."),
    "blank RT": ({"rt_rw": None}, "Baris 2, kolom rt_rw (C2): Selnya kosong."),
    "blank village": (
        {"kode_desa": None},
        "Baris 2, kolom kode_desa (A2): Selnya kosong. Tulis kode",
    ),
    "no date": (
        {"tanggal_survei": None},
        "Baris 2, kolom tanggal_survei (Z2): Tanggal survei kosong.",
    ),
    "not a date": (
        {"tanggal_survei": "31/02/2025"},
        "Baris 2, kolom tanggal_survei (Z2): “31/02/2025” bukan tanggal.",
    ),
    "serial number": (
        {"tanggal_survei": 45747},
        "Baris 2, kolom tanggal_survei (Z2): “45747.0” bukan tanggal.",
    ),
    "long ago": (
        {"tanggal_survei": date(1925, 3, 31)},
        "Baris 2, kolom tanggal_survei (Z2): Tanggal survei lebih awal dari tahun 1990",
    ),
    "other regency": (
        {"kode_desa": "64.01.01.1001"},
        "Baris 2, kolom kode_desa (A2): Tidak ada kelurahan/desa dengan kode",
    ),
    "a district": (
        {"kode_desa": "63.71.01"},
        "Baris 2, kolom kode_desa (A2): Tidak ada kelurahan/desa dengan kode",
    ),
}


@pytest.mark.parametrize(("changes", "start"), CELLS.values(), ids=CELLS)
def test_a_wrong_cell_is_named(refused, changes, start):
    [sentence] = refused(survey_row(1, **changes))

    assert sentence.startswith(start)


def test_tomorrow_is_no_survey_date(refused):
    tomorrow = timezone.localdate() + timedelta(days=1)

    [sentence] = refused(survey_row(1, tanggal_survei=tomorrow))

    assert "belum tiba" in sentence


def test_a_default_date_in_the_future_is_refused(run):
    with pytest.raises(BusinessRuleError) as error:
        run(survey_row(1), default_date=timezone.localdate() + timedelta(days=1))

    assert set(error.value.errors) == {"default_date"}


def test_an_ambiguous_number_says_how_to_settle_it(refused):
    [sentence] = refused(survey_row(1, v4a="0.125"))

    assert "--decimal-mark" in sentence


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("63.71.01.1004", "63.71.01.1001 Kelayan Barat"),
        ("kelayan barat", "63.71.01.1001 Kelayan Barat"),
        ("Pelambuhan", "63.71.02.1003 Pelambuan"),
    ],
)
def test_an_unknown_village_names_the_three_nearest(refused, written, nearest):
    [sentence] = refused(survey_row(1, kode_desa=written))

    _before, _mark, villages = sentence.partition("Yang paling mirip: ")
    assert villages.startswith(nearest)
    assert villages.count(";") == 2


def test_the_same_rt_twice_names_both_rows(refused):
    assert refused(survey_row(1), survey_row(2), survey_row(1, rt_rw="1/1")) == [
        "Baris 4, kolom rt_rw (C4): 1/1 di Kelayan Barat ada di baris 2 dan 4. Sisakan"
        " satu saja."
    ]


def test_the_same_rt_in_another_area_or_village_is_another_rt(run):
    plan = run(
        survey_row(1),
        survey_row(1, kawasan="Kelayan"),
        survey_row(1, kode_desa="63.71.01.1002"),
    )

    assert (plan.new_areas, plan.new_units) == (2, 3)


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(refused):
    sentences = refused(
        survey_row(1, v1a=-1, luas_ha="x"),
        survey_row(2, kode_desa="63.71.01.9999"),
        survey_row(2, kawasan="Entah", tanggal_survei="besok"),
        create_areas=False,
    )

    assert [sentence.split(":")[0] for sentence in sentences] == [
        "Baris 2, kolom kawasan (B2)",
        "Baris 2, kolom luas_ha (D2)",
        "Baris 2, kolom 1a (J2)",
        "Baris 3, kolom kode_desa (A3)",
        "Baris 4, kolom kawasan (B4)",
        "Baris 4, kolom tanggal_survei (Z4)",
    ]


def test_one_bad_row_keeps_all_out(refused):
    refused(*(survey_row(n) for n in range(1, 30)), survey_row(30, v7b=-1))


def test_an_unknown_area_is_refused_unless_it_may_be_created(refused, decree, people):
    area = SlumAreaFactory(name="Kelayan Besar", agency=people_agency(people))
    DecreeLineFactory(decree=decree, area=area)

    assert refused(survey_row(1), create_areas=False) == [
        "Baris 2, kolom kawasan (B2): Tidak ada kawasan “Kelayan Barat” di Wilayah"
        " 63.71. Yang paling mirip: Kelayan Besar. Perbaiki namanya, atau impor dengan"
        " pilihan “buat kawasan” (--create-areas)."
    ]


def test_an_area_outside_the_decree_is_refused(refused, people):
    SlumAreaFactory(name="Kelayan Barat", agency=people_agency(people))

    [sentence] = refused(survey_row(1), create_areas=False)

    assert "Kawasan “Kelayan Barat” tidak ada di SK SK 1/2025." in sentence


def test_a_regency_without_an_office_gets_no_area(refused, people):
    Agency.objects.filter(region="63.71").update(kind="other")

    [sentence] = refused(survey_row(1))

    assert "belum punya perangkat daerah urusan perumahan" in sentence


def test_a_village_outside_the_decree_is_refused(people):
    decree = DecreeFactory(
        number="SK Walikota", level="mayor", region_id="63.72", region=None
    )

    with pytest.raises(SpreadsheetError, match="sedangkan SK SK Walikota mengatur"):
        import_survey(
            xlsx_of([survey_row(1)]),
            decree=Decree.objects.get(pk=decree.pk),
            by=people["editor"],
            create_areas=True,
        )


def test_other_figures_of_the_same_day_are_refused(refused, run):
    run(survey_row(1, v1a=5), survey_row(2))

    assert refused(survey_row(1, v1a=5), survey_row(2, v3b=9, v1c=4)) == [
        "Baris 3, kolom 1c (L3): Kelayan Barat sudah punya penilaian bertanggal"
        " 31 Mar 2025 (Diajukan) dengan angka lain: 1c RT 002/RW 001 di sana 0, di sini"
        " 4 (jumlah perbedaan: 2). Perbaiki di halaman penilaian itu, atau beri survei"
        " ini tanggalnya sendiri."
    ]


def test_a_verified_survey_is_never_contradicted(refused, run, people):
    run(survey_row(1))
    services.verify_assessments(Assessment.objects.all(), by=people["verifier"])

    [sentence] = refused(survey_row(1, luas_ha=2))

    assert "kolom luas_ha (D2)" in sentence
    assert sentence.endswith("Beri survei baru tanggalnya sendiri.")


def test_fewer_or_more_rt_of_the_same_day_are_refused(refused, run):
    run(survey_row(1), survey_row(2))

    [fewer] = refused(survey_row(1))
    [more] = refused(*(survey_row(n) for n in (1, 2, 3)))

    assert "kolom kawasan (B2)" in fewer
    assert "di sana ada 1 RT lagi" in fewer
    assert "kolom rt_rw (C4)" in more
    assert "RT 003/RW 001 tidak ada di dalamnya" in more


def test_an_rt_never_falls_below_what_the_ledger_credited(refused, run, people, decree):
    run(survey_row(1))
    credit(
        decree_line=decree.lines.get(),
        neighbourhood=Neighbourhood.objects.get(),
        method="desk",
        hectares=Decimal("0.9"),
        agency=people_agency(people),
        cause="Jalan lingkungan",
        period="2025",
        effective_on=SURVEYED_ON,
        by=people["editor"],
    )

    [sentence] = refused(survey_row(1, luas_ha=0.8, tanggal_survei=date(2025, 6, 1)))

    assert sentence.startswith("Baris 2, kolom luas_ha (D2): ")
    assert "0,9 ha" in sentence


@pytest.mark.parametrize("name", ["luas_ha", "4a", "kode_desa"])
def test_a_missing_column_is_named(refused, name):
    row = survey_row(1)
    del row[name]

    assert refused(row) == [
        f"Kolom berikut tidak ada: {name}. Tambahkan seperti di templat."
    ]


def test_a_file_without_dates_is_told_once(refused):
    rows = [survey_row(n) for n in (1, 2)]
    for row in rows:
        del row["tanggal_survei"]

    [sentence] = refused(*rows)

    assert sentence.startswith("Kolom tanggal_survei tidak ada.")
