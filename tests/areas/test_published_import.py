"""Published results: the mapping, every row checked, all or nothing, the real file."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from areas.figures import figures
from areas.models import PublishedResult, PublishedSource, SlumArea
from areas.published import summary
from areas.published.mapping import check_mapping, fields_of, guess_mapping
from areas.published.reading import read_results
from areas.published.services import (
    PublishedFileError,
    delete_published,
    import_published,
)
from areas.published.sheet import read_columns
from areas.rule_sets import rules_of
from areas.rules import Authority, Severity, severity_of
from core.errors import BusinessRuleError, NotAllowedError
from core.sheet_problems import SpreadsheetError
from tests.data import DATA, requires_data
from tests.factories import RegionFactory
from tests.factories_areas import rule_set
from tests.factories_ledger import credit_unit, decreed_area
from tests.factories_published import (
    CODES,
    HEADINGS,
    PublishedResultFactory,
    PublishedSourceFactory,
    published_row,
)
from tests.rules import PERMEN_02_2016, PERMEN_14_2018
from tests.spreadsheets import csv_of, xlsx_of, xlsx_of_cells

SERANG = DATA / "serang" / "sumber_data.csv"


@pytest.fixture
def run(editor):
    """Imports rows as the province's data manager, unless said otherwise."""

    def run_import(*rows, file=None, **options):
        values = {
            "mapping": HEADINGS,
            "title": "Profil kumuh",
            "publisher": "Dinas Contoh",
            "published_on": date(2025, 5, 1),
            "rule_set": rule_set(),
            "region_name": "Kabupaten Contoh",
            "by": editor,
        }
        return import_published(file or xlsx_of(rows), **values | options)

    return run_import


def serang():
    return BytesIO(SERANG.read_bytes())


def headings_of(file):
    return [column.heading for column in read_columns(file)]


# ---- the mapping --------------------------------------------------------------


@requires_data
def test_the_guess_is_right_for_every_column_of_the_real_file():
    headings = headings_of(serang())

    found = guess_mapping(headings, PERMEN_14_2018)

    assert len(headings) == len(found) == 41
    assert sorted(found.values()) == sorted(headings)
    assert [found[f.key] for f in fields_of(PERMEN_14_2018)[:9]] == [
        "KECAMATAN",
        "DESA",
        "KAMPUNG",
        "RT/RW",
        "Pembagian Kawasan Kumuh",
        "LUAS (Ha)",
        "KEWENANGAN",
        "Bobot Kumuh",
        "Tingkat Kekumuhan Awal",
    ]
    in_order = [text for text in headings if text.endswith("NUMERIK")]
    assert [found[f"score_{code}"] for code in CODES] == in_order
    assert found["score_6a"] == "PERSAMPAHAN-TPS/ TPST (KK)-NUMERIK"
    assert found["need_6a"] == "PERSAMPAHAN-TPS/TPST (KK)-KEBUTUHAN"
    assert found["need_2b"] == "JALAN LINGKUNGAN-JALAN RUSAK (M)-KEBUTUHAN"


def test_columns_named_by_codes_are_found_in_any_order():
    headings = ["Desa", *reversed([f"Nilai {code}" for code in CODES]), "Kebutuhan 2a"]

    found = guess_mapping(headings, PERMEN_14_2018)

    assert found == {
        "village_name": "Desa",
        "need_2a": "Kebutuhan 2a",
        **{f"score_{code}": f"Nilai {code}" for code in CODES},
    }


def test_scores_are_not_guessed_where_their_number_differs():
    """The 16 columns of Permen 14/2018 are not 16 of the 19 of Permen 02/2016."""
    found = guess_mapping(list(HEADINGS.values()), PERMEN_02_2016)

    assert not [key for key in found if key.startswith(("score_", "need_"))]
    assert found["total"] == "Bobot Kumuh"


@pytest.mark.parametrize("other", ["", " NILAI"])
def test_scores_that_are_named_alike_are_not_guessed(other):
    names = [f"ASPEK {code}-NUMERIK" for code in CODES[:-1]]
    twice = f"ASPEK {CODES[0]}{other or '-NUMERIK'}"

    found = guess_mapping([*names, twice], PERMEN_14_2018)

    assert not [key for key in found if key.startswith("score_")]


@given(
    st.lists(st.sampled_from([*HEADINGS.values(), "Catatan", "Nilai", "1a"])),
    st.sampled_from([PERMEN_14_2018, PERMEN_02_2016]),
)
def test_a_guess_names_only_columns_that_are_there_and_each_once(headings, rules):
    found = guess_mapping(headings, rules)

    assert set(found.values()) <= set(headings)
    assert len(set(found.values())) == len(found)
    assert set(found) <= {field.key for field in fields_of(rules)}


@pytest.mark.parametrize(
    ("changes", "key", "sentence"),
    [
        ({"village_name": ""}, "village_name", "Pilih kolom yang memuat “Kelurahan"),
        ({"score_7b": ""}, "score_7b", "Pilih kolom yang memuat “Nilai 7b”."),
        ({"rt_rw": "RT"}, "rt_rw", "Berkas ini tidak mempunyai kolom “RT”."),
        ({"rt_rw": "DESA"}, "rt_rw", "Kolom “DESA” sudah dipilih untuk"),
        ({"rt_rw": "Ganda"}, "rt_rw", "lebih dari satu kolom “Ganda”"),
        ({"nilai_9z": "DESA"}, "nilai_9z", "Pemetaan menyebut “nilai_9z”"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(changes, key, sentence):
    headings = [*HEADINGS.values(), "Ganda", "Ganda"]

    with pytest.raises(BusinessRuleError) as refused:
        check_mapping(HEADINGS | changes, headings, PERMEN_14_2018)

    assert list(refused.value.errors) == [key]
    assert sentence in refused.value.errors[key][0]


def test_everything_wrong_with_a_mapping_is_told_at_once():
    with pytest.raises(BusinessRuleError) as refused:
        check_mapping({}, list(HEADINGS.values()), PERMEN_14_2018)

    scores = {f"score_{code}" for code in CODES}
    assert set(refused.value.errors) == {"village_name", "total", "severity", *scores}


# ---- the rows -----------------------------------------------------------------

BAD_CELLS = [
    ({"v1a": 4}, "score_1a", "“4” bukan nilai menurut"),
    ({"v1a": -1}, "score_1a", "“-1” bukan nilai menurut"),
    ({"v1a": 2.5}, "score_1a", "“2,5” bukan bilangan bulat."),
    ({"v1a": "lima"}, "score_1a", "“lima” bukan angka."),
    ({"v1a": None}, "score_1a", "Selnya kosong. Tulis angkanya"),
    ({"total": 17}, "total", "Jumlah nilai tertulis 17, padahal"),
    ({"total": "16,5"}, "total", "“16,5” bukan bilangan bulat."),
    ({"total": None}, "total", "Selnya kosong. Tulis angkanya"),
    ({"severity": "KUMUH"}, "severity", "“KUMUH” bukan tingkat kekumuhan."),
    ({"severity": None}, "severity", "Selnya kosong. Isi sel ini."),
    ({"severity": "KS"}, "severity", "Tingkat tertulis “Kumuh sedang”, padahal"),
    ({"hectares": -0.5}, "hectares", "Hektare tidak boleh negatif."),
    ({"hectares": "1.234"}, "hectares", "“1.234” dapat berarti 1234 atau 1,234"),
    ({"hectares": "dua"}, "hectares", "“dua” bukan angka."),
    ({"village_name": None}, "village_name", "Selnya kosong. Isi sel ini."),
    ({"village_name": "X" * 101}, "village_name", "lebih dari 100 karakter"),
    ({"rt_rw": date(2025, 1, 2)}, "rt_rw", "Excel mengubah isian menjadi"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "key", "sentence"),
    BAD_CELLS,
    ids=[f"{key} {list(row.values())[0]}"[:40] for row, key, _text in BAD_CELLS],
)
def test_a_bad_cell_is_refused_at_its_place(run, changes, key, sentence):
    with pytest.raises(PublishedFileError) as refused:
        run(published_row(1), published_row(2, **changes))

    (problem,) = refused.value.problems
    assert (problem.row, problem.column) == (3, HEADINGS[key])
    assert problem.cell.endswith("3")
    assert sentence in problem.message
    assert not PublishedSource.objects.exists()
    assert not PublishedResult.objects.exists()


@pytest.mark.django_db
def test_all_problems_come_at_once_with_the_counts_of_what_agrees(run):
    with pytest.raises(PublishedFileError) as refused:
        run(
            published_row(1),
            published_row(2, total=17, severity="KB"),
            published_row(3, v7b=2, hectares="x"),
        )

    assert [problem.cell for problem in refused.value.problems] == [
        "H3",
        "I3",
        "F4",
        "Y4",
    ]
    reading = refused.value.reading
    assert (len(reading.rows), reading.sums_equal, reading.classes_equal) == (3, 1, 2)


@settings(max_examples=40)
@given(
    scores=st.lists(st.sampled_from([0, 1, 3, 5]), min_size=16, max_size=16),
    slip=st.sampled_from([0, 0, 1, -1, 10]),
)
def test_a_row_stands_exactly_when_total_and_class_follow_from_its_scores(scores, slip):
    total = sum(scores)
    severity = severity_of(total, PERMEN_14_2018)
    row = published_row(total=total + slip, severity=severity.label)
    row |= {
        HEADINGS[f"score_{code}"]: score
        for code, score in zip(CODES, scores, strict=True)
    }

    reading = read_results(csv_of([row]), HEADINGS, PERMEN_14_2018)

    assert (list(reading.problems) == []) == (slip == 0)
    assert reading.sums_equal == (slip == 0)


def test_a_cell_whose_formula_failed_is_told_once():
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    row = published_row()
    for column, (heading, value) in enumerate(row.items()):
        page.write(0, column, heading)
        if heading == HEADINGS["score_1a"]:
            page.write_formula(1, column, "=1/0", value="#DIV/0!")
        else:
            page.write(1, column, value)
    book.close()

    reading = read_results(file, HEADINGS, PERMEN_14_2018)

    (problem,) = reading.problems
    assert (problem.cell, "#DIV/0!" in problem.message) == ("J2", True)


CLASS_TEXTS = {
    "KUMUH RINGAN": "light",
    "kumuh  ringan": "light",
    "Kr": "light",
    "Ringan": "light",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "severity"), CLASS_TEXTS.items())
def test_classes_are_read_however_they_are_written(run, text, severity):
    run(published_row(1, severity=text))

    assert PublishedResult.objects.get().severity == severity


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (15, ("TIDAK KUMUH", "tk", "Bukan Kumuh")),
        (16, ("KUMUH RINGAN", "KR")),
        (37, ("KUMUH RINGAN",)),
        (38, ("KUMUH SEDANG", "ks")),
        (59, ("SEDANG",)),
        (60, ("KUMUH BERAT", "KB")),
        (80, ("berat",)),
    ],
)
def test_the_class_has_to_fit_the_total_on_both_sides_of_every_bound(total, words):
    scores = dict(zip(CODES, scores_of(total), strict=True))
    for word in words:
        row = published_row(total=total, severity=word)
        row |= {HEADINGS[f"score_{code}"]: score for code, score in scores.items()}
        reading = read_results(xlsx_of([row]), HEADINGS, PERMEN_14_2018)
        assert (list(reading.problems), reading.classes_equal) == ([], 1)


def scores_of(total):
    """16 scores out of 0, 1, 3 and 5 with that sum."""
    scores = []
    for left in range(16, 0, -1):
        need = total - sum(scores)
        scores.append(next(s for s in (5, 3, 1, 0) if s <= need <= s + 5 * (left - 1)))
    assert sum(scores) == total
    return scores


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.712908367704", "0.712908"),
        ("0,7129085", "0.712909"),
        ("1.234,5", "1234.5"),
        (0.1 + 0.2, "0.3"),
        (0, "0"),
        (None, None),
    ],
)
def test_hectares_are_rounded_half_up_and_a_blank_stays_blank(written, read):
    file = xlsx_of([published_row(hectares=written)])

    reading = read_results(file, HEADINGS, PERMEN_14_2018)

    assert list(reading.problems) == []
    assert reading.rows[0].hectares == (None if read is None else Decimal(read))


def test_the_decimal_mark_settles_what_is_ambiguous():
    file = xlsx_of([published_row(hectares="1.234")])

    reading = read_results(file, HEADINGS, PERMEN_14_2018, ".")

    assert reading.rows[0].hectares == Decimal("1.234")


def test_semicolons_commas_and_windows_letters_are_read():
    row = published_row(hamlet_name="KP. CAFÉ", hectares=1.25)
    content = csv_of([row]).getvalue().removeprefix(b"\xef\xbb\xbf")
    file = BytesIO(content.decode().encode("cp1252"))

    (read,) = read_results(file, HEADINGS, PERMEN_14_2018).rows

    assert (read.texts["hamlet_name"], read.hectares) == ("KP. CAFÉ", Decimal("1.25"))


def test_rows_keep_the_numbers_that_excel_shows():
    row = published_row()
    blank = [None] * len(row)
    file = xlsx_of_cells([blank, list(row), blank, list(row.values())])

    assert read_results(file, HEADINGS, PERMEN_14_2018).rows[0].number == 4


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (BytesIO(b""), "kosong"),
        (BytesIO(b"%PDF-1.7"), "bukan lembar kerja"),
        (xlsx_of_cells([["Hasil survei"], ["x"]]), "tidak mempunyai baris judul"),
        (xlsx_of_cells([list(HEADINGS.values())]), "hanya berisi judul kolom"),
    ],
    ids=["empty", "a PDF", "no headings", "no rows"],
)
def test_what_is_no_table_is_told_so(file, sentence):
    with pytest.raises(SpreadsheetError, match=sentence):
        read_results(file, HEADINGS, PERMEN_14_2018)


def test_a_row_that_has_shifted_is_refused():
    row = published_row()
    file = xlsx_of_cells([list(row), [*row.values(), "lebih"]])

    reading = read_results(file, HEADINGS, PERMEN_14_2018)

    assert "Sel AP2 terisi" in reading.problems[0].message


def test_the_same_rt_twice_is_a_warning_and_no_error():
    rows = [
        published_row(1),
        published_row(2),
        published_row(1, rt_rw="RT 1/RW 1"),
        published_row(1, village_name="LAIN"),
    ]

    reading = read_results(xlsx_of(rows), HEADINGS, PERMEN_14_2018)

    assert reading.repeated() == [("BANDULU RT001-RW001", [2, 4])]
    assert list(reading.problems) == []


# ---- importing ----------------------------------------------------------------


@pytest.mark.django_db
def test_an_import_stores_everything_as_published(run, editor):
    plan = run(published_row(1, need_4a="0.472463499430457"), published_row(2))

    source = PublishedSource.objects.get()
    assert (source, source.imported_by) == (plan.source, editor)
    assert source.mapping == HEADINGS
    first = source.results.first()
    assert (first.row, first.village_name, first.rt_rw) == (
        2,
        "BANDULU",
        "RT001-RW001",
    )
    assert (first.total, first.computed_total, first.severity) == (16, 16, "light")
    assert first.scores == dict.fromkeys(CODES, 0) | {
        "1a": 5,
        "3a": 5,
        "5a": 5,
        "6a": 1,
    }
    assert first.needs["4a"] == "0.472463499430457"
    assert first.hectares == Decimal("1.5")


@pytest.mark.django_db
def test_a_trial_stores_nothing(run):
    plan = run(published_row(1), dry_run=True)

    assert (len(plan.rows), plan.reading.sums_equal) == (1, 1)
    assert plan.source.pk is None
    assert not PublishedSource.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "field", "sentence"),
    [
        ({"title": "  "}, "title", "Field ini tidak boleh kosong."),
        ({"title": " profil KUMUH "}, "title", "Hapus dahulu yang lama"),
        ({"publisher": ""}, "publisher", "Field ini tidak boleh kosong."),
        ({"region_name": ""}, "region_name", "Field ini tidak boleh kosong."),
        ({"url": "bukan alamat"}, "url", "Masukkan URL dengan format yang benar."),
        (
            {"published_on": timezone.localdate() + timedelta(days=2)},
            "published_on",
            "Tanggalnya di masa depan.",
        ),
    ],
)
def test_a_wrong_head_is_refused(run, options, field, sentence):
    PublishedSourceFactory(title="Profil kumuh")

    with pytest.raises(BusinessRuleError) as refused:
        run(published_row(1), **{"title": "Profil lain"} | options)

    assert sentence in refused.value.errors[field][0]
    assert PublishedSource.objects.count() == 1


@pytest.mark.django_db
def test_a_draft_of_a_rule_set_is_refused(run):
    draft = rule_set()
    draft.status = "draft"

    with pytest.raises(BusinessRuleError, match="aturan yang sudah diterbitkan"):
        run(published_row(1), rule_set=draft)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "person",
    ["viewer", "operator", "head", "verifier", "province_viewer", "administrator"],
)
def test_only_the_data_manager_may_import_and_delete(run, request, person):
    by = request.getfixturevalue(person)
    source = PublishedSourceFactory()

    with pytest.raises(NotAllowedError):
        run(published_row(1), by=by)
    with pytest.raises(NotAllowedError):
        delete_published(source, by=by)

    assert PublishedSource.objects.get() == source


@pytest.mark.django_db
def test_deleting_takes_the_rows_along_and_leaves_a_trail(editor):
    result = PublishedResultFactory()

    delete_published(result.source, by=editor)

    assert not PublishedResult.objects.exists()
    events = PublishedResult.events.field.model.objects
    assert events.filter(pgh_label="delete", pgh_obj_id=result.pk).count() == 1


@pytest.mark.django_db
def test_villages_are_linked_by_exact_name_only(run):
    for code, name in (
        ("63.71.81.1001", "Kelayan Barat"),
        ("63.71.81.1002", "Pelambuan"),
        ("63.71.82.1001", "Pelambuan"),
        ("63.72.81.1001", "Landasan Ulin"),
    ):
        RegionFactory(code=code, name=name)
    city = RegionFactory(code="63.71")
    RegionFactory._meta.model.objects.filter(code="63.71.81").update(name="Selatan")
    names = {
        ("SELATAN", "kelayan  barat"): "63.71.81.1001",
        ("", "KELAYAN BARAT"): "63.71.81.1001",
        ("Selatan", "Pelambuan"): "63.71.81.1002",
        ("", "Pelambuan"): None,  # two of that name
        ("Utara", "Kelayan Barat"): None,
        ("Selatan", "Kelayan Barat I"): None,
        ("", "Landasan Ulin"): None,  # of another city
    }
    rows = [
        published_row(number, district_name=district or None, village_name=village)
        for number, (district, village) in enumerate(names)
    ]

    plan = run(*rows, region=city)

    found = PublishedResult.objects.order_by("row").values_list("village", flat=True)
    assert list(found) == list(names.values())
    assert plan.matched == 3


@pytest.mark.django_db
def test_more_rows_cost_no_more_queries(run):
    def queries(title, count):
        rows = [published_row(number) for number in range(count)]
        with CaptureQueriesContext(connection) as found:
            run(*rows, title=title)
        return len(found)

    queries("hangat", 1)
    assert queries("sedikit", 2) == queries("banyak", 60)


@pytest.mark.django_db
def test_nothing_of_it_enters_a_figure(run, office, verifier):
    line = decreed_area("1.5", "0.5", agency=office)
    credit_unit(line, by=verifier)
    RegionFactory(code="63.71.81.1001", name="BANDULU")
    day = timezone.localdate()

    def everything():
        found = figures(SlumArea.objects.all(), as_of=day)
        return found.cells, found.without_decree

    before = everything()
    assert before[0]

    run(published_row(1, district_name=None), region=office.region)

    assert PublishedResult.objects.exclude(village=None).count() == 1
    assert everything() == before


# ---- the real file ------------------------------------------------------------


@requires_data
@pytest.mark.django_db
def test_the_real_file_agrees_in_602_of_602_rows(run):
    plan = run(
        file=serang(),
        mapping=guess_mapping(headings_of(serang()), PERMEN_14_2018),
        title="Kabupaten Serang",
        region_name="Kabupaten Serang",
    )

    rows = PublishedResult.objects.all()
    rules = rules_of(plan.source.rule_set_id)
    assert summary.agreement(rows, rules) == summary.Agreement(
        rows=602,
        sums_equal=602,
        classes_equal=602,
        hectares=Decimal("1113.915840"),
        without_hectares=0,
    )
    assert (plan.reading.sums_equal, plan.reading.classes_equal) == (602, 602)
    assert plan.reading.repeated() == []
    classes = {
        severity.value: rows.filter(severity=severity).count() for severity in Severity
    }
    assert classes == {"light": 564, "moderate": 38, "heavy": 0, "not_slum": 0}
    written = {
        text: rows.filter(authority=text).count()
        for text in ("KAB/KOTA", "PROVINSI", "PUSAT")
    }
    assert written == {"KAB/KOTA": 351, "PROVINSI": 139, "PUSAT": 112}
    assert sum(sum(row.scores.values()) == row.total for row in rows) == 602
    assert {len(row.scores) for row in rows} == {len(row.needs) for row in rows} == {16}


@requires_data
@pytest.mark.django_db
def test_authority_of_the_real_file_follows_the_hectares_of_its_desa(run):
    run(file=serang(), mapping=guess_mapping(headings_of(serang()), PERMEN_14_2018))

    found = summary.compare_authority(PublishedResult.objects.all())

    assert (found.compared, found.left_out) == (170, 0)
    assert (found.agreeing, found.agreeing_unrounded) == (170, 169)
    (edge,) = found.notable
    assert (edge.name, edge.hectares) == ("PEGANDIKAN", Decimal("9.999737"))
    assert (edge.published, edge.unrounded) == (Authority.PROVINCE, Authority.REGENCY)
    districts = summary.recap(PublishedResult.objects.all())
    assert len(districts) == 29
    totals = summary.recap_totals(districts)
    assert (totals["rows"], totals["hectares"]) == (602, Decimal("1113.915840"))
    assert totals["light"] + totals["moderate"] == Decimal("1113.915840")


@requires_data
@pytest.mark.django_db
def test_one_wrong_cell_in_the_real_file_stores_nothing(run):
    """RT001-RW002 of Bandulu: 24 becomes 25, then nothing of 602 rows is stored."""
    text = SERANG.read_text(encoding="utf-8-sig")
    wrong = text.replace(",KAB/KOTA,24,", ",KAB/KOTA,25,", 1)
    assert wrong != text
    file = BytesIO(wrong.encode())

    with pytest.raises(PublishedFileError) as refused:
        run(file=file, mapping=guess_mapping(headings_of(file), PERMEN_14_2018))

    (problem,) = refused.value.problems
    assert problem.cell == "G5"
    assert refused.value.reading.sums_equal == 601
    assert not PublishedSource.objects.exists()


# ---- the summary --------------------------------------------------------------


@pytest.mark.django_db
def test_disagreement_is_counted_by_the_database():
    source = PublishedSourceFactory()
    PublishedResultFactory.create_batch(2, source=source)
    PublishedResultFactory(source=source, total=38, severity="light", hectares=None)
    PublishedResultFactory(source=source, severity="not_slum")
    rules = rules_of(source.rule_set_id)

    with CaptureQueriesContext(connection) as queries:
        found = summary.agreement(source.results.all(), rules)

    assert found == summary.Agreement(4, 3, 2, Decimal(3), 1)
    assert len(queries) == 1


@pytest.mark.django_db
def test_desa_that_cannot_be_compared_are_left_out_and_counted():
    source = PublishedSourceFactory()
    add = {"source": source}
    PublishedResultFactory(**add, village_name="A", hectares=Decimal(9))
    PublishedResultFactory(**add, village_name="A", hectares=Decimal(2))
    PublishedResultFactory(**add, village_name="B", hectares=None)
    PublishedResultFactory(**add, village_name="C", authority="KECAMATAN")
    PublishedResultFactory(**add, village_name="D", authority="PUSAT")
    PublishedResultFactory(**add, village_name="D", authority="PROVINSI")
    PublishedResultFactory(**add, village_name="E", authority="Kab/Kota ")

    found = summary.compare_authority(source.results.all())

    assert (found.compared, found.agreeing, found.left_out) == (2, 1, 3)
    (differing,) = found.notable
    assert (differing.name, differing.computed) == ("A", Authority.PROVINCE)


# ---- the command --------------------------------------------------------------


@pytest.fixture
def command(editor, tmp_path):
    """Calls the command for a file of rows; what it says."""

    def call(*rows, path=None, **options):
        if path is None:
            path = tmp_path / "terbitan.xlsx"
            path.write_bytes(xlsx_of(rows).getvalue())
        values = {
            "title": "Profil kumuh",
            "publisher": "Dinas Contoh",
            "published_on": "2025-05-01",
            "region_name": "Kabupaten Contoh",
            "user": editor.username,
        }
        out = StringIO()
        call_command("import_published", str(path), stdout=out, **values | options)
        return out.getvalue()

    return call


@pytest.mark.django_db
def test_the_command_guesses_the_columns_and_stores(command):
    said = command(published_row(1), published_row(1))

    assert "Tersimpan: 2 baris, 3,00 ha; jumlah nilai cocok di 2 dari 2" in said
    assert "BANDULU RT001-RW001 ada di baris" in said
    assert PublishedSource.objects.get().results.count() == 2


@pytest.mark.django_db
def test_the_command_prints_a_mapping_that_it_takes_again(command, tmp_path):
    printed = command(published_row(1), print_mapping=True)
    assert json.loads(printed) == HEADINGS
    assert not PublishedSource.objects.exists()
    path = tmp_path / "kolom.json"
    changed = json.loads(printed)
    del changed["authority"]
    path.write_text(json.dumps(changed))

    said = command(published_row(1), mapping=path, dry_run=True)
    assert "Akan disimpan: 1 baris" in said
    assert not PublishedSource.objects.exists()
    command(published_row(1), mapping=path)

    assert PublishedResult.objects.get().authority == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"title": "", "publisher": None}, "Sebutkan dokumennya: --title, --publisher"),
        ({"published_on": "kemarin"}, "“kemarin” bukan tanggal."),
        ({"rule_set": "permen-1"}, "Tidak ada aturan terbit permen-1."),
        ({"region": "99.99"}, "Tidak ada wilayah dengan kode 99.99."),
        ({"user": "siapa"}, "Tidak ada pengguna siapa."),
        ({"user": "viewer"}, "Peran Anda tidak mengizinkan ini."),
        ({"path": "/tidak/ada.csv"}, "tidak dapat dibaca"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_options(
    command, viewer, options, sentence
):
    with pytest.raises(CommandError) as refused:
        command(published_row(1), **options)

    assert sentence in str(refused.value)
    assert not PublishedSource.objects.exists()


@pytest.mark.django_db
def test_the_command_tells_problems_and_bad_mappings(command, tmp_path):
    path = tmp_path / "kolom.json"
    path.write_text("[1]")

    with pytest.raises(CommandError, match="bukan pemetaan kolom"):
        command(published_row(1), mapping=path)
    with pytest.raises(CommandError) as refused:
        command(published_row(1, v1a=4), published_row(2, total=3))

    assert "Tidak ada yang disimpan: 3 hal perlu diperbaiki" in str(refused.value)


@pytest.mark.django_db
def test_a_superuser_may_import_from_the_command_line(command, administrator):
    command(published_row(1), user=administrator.username)

    assert PublishedSource.objects.get().imported_by == administrator
