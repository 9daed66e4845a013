"""Importing a survey: what is stored, what is refused, who may, twice is once."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from string import ascii_uppercase
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies.models import Agency
from areas import services
from areas.ledger import credit
from areas.models import (
    Assessment,
    Decree,
    IndicatorValue,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from areas.results import result_of
from areas.survey.rows import unit_key
from areas.survey.services import import_survey
from areas.survey_template import survey_template
from core.errors import BusinessRuleError, NotAllowedError
from core.spreadsheets import SpreadsheetError
from tests.factories_areas import DecreeFactory, DecreeLineFactory, SlumAreaFactory
from tests.spreadsheets import csv_of, xlsx_of
from tests.survey import SURVEYED_ON, VILLAGE, make_people, survey_row

pytestmark = pytest.mark.django_db
NeighbourhoodEvent = Neighbourhood.events.field.model


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def decree():
    return DecreeFactory(number="SK 1/2025")


@pytest.fixture
def run(people, decree):
    """Imports rows as the province's data manager, unless said otherwise."""

    def run_import(*rows, by="editor", file=None, **options):
        options.setdefault("create_areas", True)
        return import_survey(
            file or xlsx_of(rows), decree=decree, by=people[by], **options
        )

    return run_import


@pytest.fixture
def refused(run):
    """The problems of a refused file; nothing is stored of it."""

    def run_refused(*rows, **options):
        before = stored()
        with pytest.raises(SpreadsheetError) as error:
            run(*rows, **options)
        assert stored() == before
        return [str(problem) for problem in error.value.problems]

    return run_refused


def stored():
    models = (SlumArea, Neighbourhood, Assessment, IndicatorValue)
    return [model.objects.count() for model in models]


# ---- what is stored ----------------------------------------------------------


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


def people_agency(people):
    return people["operator"].memberships.get().agency


def test_rt_that_the_file_leaves_out_are_a_warning(run):
    run(survey_row(1), survey_row(2))

    plan = run(survey_row(1, tanggal_survei=date(2025, 6, 1)))

    assert [text for _area, text in plan.warnings] == [
        "1 RT kawasan ini tidak ada di berkas. Penilaian baru dapat diverifikasi bila"
        " memuat semua RT."
    ]


def test_a_new_line_counts_the_rt_that_the_file_leaves_out(run, people):
    run(survey_row(1), survey_row(2, luas_ha=0.5))
    later = DecreeFactory(number="SK 2/2025")

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


@pytest.fixture
def queries_of(django_assert_max_num_queries):
    def count(function, *args):
        with django_assert_max_num_queries(1000) as captured:
            function(*args)
        return len(captured)

    return count


# ---- what is refused ---------------------------------------------------------

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
        outcome="handled",
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


# ---- who may -----------------------------------------------------------------


@pytest.mark.parametrize("by", ["verifier", "viewer"])
def test_who_may_not_import_at_all(run, by):
    with pytest.raises(NotAllowedError):
        run(survey_row(1), by=by)


def test_an_operator_imports_only_into_the_own_region(refused):
    [sentence] = refused(survey_row(1), by="neighbour")

    assert sentence.endswith("di luar wilayah kerja Anda.")


def test_suggestions_stay_inside_the_own_region(refused):
    [sentence] = refused(survey_row(1, kode_desa="63.71.01.1004"), by="neighbour")

    assert "Kelayan" not in sentence
    assert "Landasan Ulin" in sentence


def test_only_the_province_adds_areas_to_its_decree(refused):
    [sentence] = refused(survey_row(1), by="operator")

    assert "Hanya pengelola data provinsi" in sentence


def test_another_offices_area_is_not_ones_own(refused, decree, people):
    other = people["neighbour"].memberships.get().agency
    area = SlumAreaFactory(
        name="Kelayan Barat", agency=other, regency_id="63.71", regency=None
    )
    DecreeLineFactory(decree=decree, area=area)

    [sentence] = refused(survey_row(1), by="operator", create_areas=False)

    assert "Peran Anda tidak mengizinkan impor survei untuk" in sentence


# ---- the template ------------------------------------------------------------


def test_the_template_is_a_file_without_rows(refused):
    assert refused(file=BytesIO(survey_template())) == [
        "Berkas hanya berisi judul kolom. Tulis paling sedikit satu baris di bawahnya."
    ]


def test_the_filled_template_is_imported(run):
    filled = with_row(survey_template(), survey_row(1, v1a=80).values())

    plan = run(file=filled)

    assert (plan.new_units, plan.new_surveys) == (1, 1)
    assert Assessment.objects.get().surveyed_on == SURVEYED_ON
    assert IndicatorValue.objects.get(code="1a").volume == 80


def with_row(workbook, values):
    """The workbook with a row below the headings of its first sheet, as Excel does."""
    filled = BytesIO()
    with ZipFile(BytesIO(workbook)) as source, ZipFile(filled, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                date_style = re.search(rb'<col min="26"[^>]* style="(\d+)"', content)[1]
                row = sheet_row(values, date_style.decode()).encode()
                content = content.replace(b"</sheetData>", row + b"</sheetData>")
            target.writestr(name, content)
    return filled


def sheet_row(values, date_style):
    cells = []
    for letter, value in zip(ascii_uppercase, values, strict=True):
        at = f'<c r="{letter}2"'
        if isinstance(value, date):
            serial = (value - date(1899, 12, 30)).days
            cells.append(f'{at} s="{date_style}"><v>{serial}</v></c>')
        elif isinstance(value, str):
            cells.append(f'{at} t="inlineStr"><is><t>{value}</t></is></c>')
        else:
            cells.append(f"{at}><v>{value}</v></c>")
    return f'<row r="2">{"".join(cells)}</row>'


# ---- the command -------------------------------------------------------------


@pytest.fixture
def command(tmp_path, people, decree):
    people["editor"].username = "pengelola"
    people["editor"].save()

    def run_command(*rows, **options):
        path = tmp_path / "survei.xlsx"
        path.write_bytes(xlsx_of(rows).getvalue())
        out = StringIO()
        options = {"decree": decree.number, "user": "pengelola"} | options
        call_command("import_survey", str(path), stdout=out, **options)
        return out.getvalue()

    return run_command


def test_command_imports(command):
    out = command(survey_row(1, v1a=80), create_areas=True)

    assert "Kelayan Barat (Wilayah 63.71): 1 RT, 1,00 ha, nilai 5, Tidak kumuh" in out
    assert "Impor selesai: 1 penilaian, diajukan oleh pengelola" in out
    assert stored() == [1, 1, 1, 16]


def test_command_tells_before_it_stores(command):
    out = command(survey_row(1), create_areas=True, dry_run=True)

    assert "Belum ada yang disimpan." in out
    assert stored() == [0, 0, 0, 0]


def test_command_twice(command):
    command(survey_row(1), create_areas=True)

    assert "Semua isi berkas ini sudah tersimpan" in command(survey_row(1))


def test_command_fails_with_every_problem(command):
    with pytest.raises(CommandError) as error:
        command(survey_row(1, v1a=-1), survey_row(2, v4a=3), create_areas=True)

    lines = str(error.value).splitlines()
    assert lines[0] == "Tidak ada yang disimpan: 2 hal perlu diperbaiki."
    assert [line.split(":")[0] for line in lines[1:]] == [
        "  Baris 2, kolom 1a (J2)",
        "  Baris 3, kolom 4a (Q3)",
    ]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 bukan lembar", b"\x00\x01\x02"])
def test_command_refuses_what_is_no_spreadsheet(decree, people, tmp_path, content):
    path = tmp_path / "survei.xlsx"
    path.write_bytes(content)

    with pytest.raises(CommandError) as error:
        call_command(
            "import_survey",
            str(path),
            decree=decree.number,
            user=people["editor"].username,
            create_areas=True,
        )

    first, sentence = str(error.value).splitlines()
    assert first == "Tidak ada yang disimpan: 1 hal perlu diperbaiki."
    assert (
        "kosong" if not content else "bukan lembar kerja yang dapat dibaca"
    ) in sentence
    assert stored() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"decree": "SK 9"}, "Tidak ada SK SK 9. Masukkan dahulu SK itu."),
        ({"user": "siapa"}, "Tidak ada pengguna siapa. Sebutkan pengguna dengan"),
        ({"date": "kemarin"}, "“kemarin” bukan tanggal."),
    ],
)
def test_command_says_what_it_lacks(command, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        command(survey_row(1), **options)


def test_command_names_a_file_that_is_not_there(decree, people, tmp_path):
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        call_command(
            "import_survey",
            str(tmp_path / "tiada.xlsx"),
            decree=decree.number,
            user=people["editor"].username,
        )


def test_command_keeps_the_rights_of_an_ordinary_user(command, people):
    with pytest.raises(CommandError, match="Peran Anda tidak mengizinkan"):
        command(survey_row(1), user=people["viewer"].username)


def test_command_needs_no_role_for_a_superuser(command, people):
    viewer = people["viewer"]
    viewer.is_superuser = True
    viewer.save()

    command(survey_row(1), user=viewer.username, create_areas=True)

    assert Assessment.objects.get().submitted_by == viewer
