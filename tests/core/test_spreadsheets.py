"""Reading XLSX and CSV: rows as Excel numbers them, and what is refused."""

import io
import struct
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from core import sheet_files, sheet_problems, spreadsheets
from core.spreadsheets import Problem, SpreadsheetError, read_table
from tests.spreadsheets import csv_of, xlsx_of, xlsx_of_cells


def read(file, **options):
    return read_table(file, required=["kode", "luas"], optional=["catatan"], **options)


def refusal(file, **options):
    """The sentences with which a file is refused."""
    with pytest.raises(SpreadsheetError) as caught:
        read(file, **options)
    return [str(problem) for problem in caught.value.problems]


def found(table):
    return [(row.number, row.cells) for row in table.rows]


def text_file(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


# ---- what is read ------------------------------------------------------------


def test_xlsx_cells_keep_their_types():
    table = read(
        xlsx_of(
            [
                {"kode": " a ", "luas": 0.25, "catatan": date(2025, 3, 31)},
                {"kode": 7, "luas": "1.234", "catatan": True},
            ]
        )
    )

    assert found(table) == [
        (2, {"kode": "a", "luas": 0.25, "catatan": date(2025, 3, 31)}),
        (3, {"kode": 7.0, "luas": "1.234", "catatan": True}),
    ]
    assert table.letters == {"kode": "A", "luas": "B", "catatan": "C"}
    assert table.problems == []


def test_rows_and_columns_are_those_of_excel_in_spite_of_holes():
    lines = [[], [], [None, "luas", "kode"], [], [None, 1, "a"], [], [], [None, 2, "b"]]

    table = read(xlsx_of_cells(lines))

    assert found(table) == [
        (5, {"kode": "a", "luas": 1.0}),
        (8, {"kode": "b", "luas": 2.0}),
    ]
    assert table.letters == {"luas": "B", "kode": "C"}


def test_blank_cells_of_spaces_do_not_make_a_row():
    table = read(xlsx_of_cells([["kode", "luas"], ["a", 1], [" ", "\u00a0"]]))

    assert [row.number for row in table.rows] == [2]


def test_headings_in_any_order_with_capitals_and_spaces():
    table = read(xlsx_of_cells([[" LUAS ", "Kode"], [1, "a"]]))

    assert found(table) == [(2, {"luas": 1.0, "kode": "a"})]


def test_the_first_visible_sheet_is_read():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    hidden, shown, later = (book.add_worksheet(name) for name in "ABC")
    hidden.hide()
    shown.activate()
    for sheet, value in ((hidden, "a"), (shown, "b"), (later, "c")):
        sheet.write_row(0, 0, ["kode", "luas"])
        sheet.write_row(1, 0, [value, 1])
    book.close()

    assert found(read(file)) == [(2, {"kode": "b", "luas": 1.0})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_each_delimiter(delimiter):
    file = csv_of([{"kode": "a", "luas": 0.5}], delimiter=delimiter, mark=".")

    assert found(read(file)) == [(2, {"kode": "a", "luas": "0.5"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_with_each_encoding(encoding):
    file = text_file("kode;luas\nDésa;1\n", encoding)

    assert found(read(file)) == [(2, {"kode": "Désa", "luas": "1"})]


def test_csv_with_excels_own_line_about_the_delimiter():
    assert found(read(text_file("sep=;\r\nkode;luas\r\n\r\na;1\r\n"))) == [
        (4, {"kode": "a", "luas": "1"})
    ]


def test_csv_row_numbers_count_a_cell_of_two_lines_once():
    file = text_file('kode;luas\n"a\nb";1\nc;2\n')

    assert [row.number for row in read(file).rows] == [2, 3]


# ---- what is refused ---------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b" \r\n \n", b"\xef\xbb\xbf"])
def test_empty_file(content):
    assert refusal(io.BytesIO(content)) == [
        "Berkasnya kosong. Isi templat, lalu unggah."
    ]


def test_empty_sheet():
    assert refusal(xlsx_of_cells([])) == ["Berkasnya kosong. Isi templat, lalu unggah."]


def zip_of(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%...",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        b"<html><table><tr><td>kode</td></tr></table></html>",
        b"kode;luas\na;\x001\n",
        b"PK\x03\x04 and nothing else",
        zip_of("word/document.xml"),
        zip_of("xl/workbook.xml"),
    ],
    ids=["pdf", "png", "html", "nul", "broken zip", "docx", "hollow xlsx"],
)
def test_not_a_spreadsheet(content):
    [sentence] = refusal(io.BytesIO(content))

    assert sentence.startswith("Berkas ini bukan lembar kerja yang dapat dibaca.")


def test_old_workbook_or_password():
    [sentence] = refusal(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))

    assert "Simpan sebagai .xlsx tanpa kata sandi" in sentence


@pytest.mark.parametrize("make", [xlsx_of_cells, lambda rows: text_file("kode;luas\n")])
def test_headings_without_rows(make):
    assert refusal(make([["kode", "luas"]])) == [
        "Berkas hanya berisi judul kolom. Tulis paling sedikit satu baris di bawahnya."
    ]


def test_a_first_row_without_any_heading():
    assert refusal(xlsx_of_cells([[], ["Survei 2025"], ["kode", "luas"]])) == [
        "Baris 2 harus berisi judul kolom templat, tetapi tidak satu pun ada. Yang"
        " diharapkan: kode, luas."
    ]


def test_every_wrong_heading_at_once():
    lines = [["kode", "catatan", "catatan", "luasan", "zzz"], ["a", "b", "c", 1, 2]]

    assert refusal(xlsx_of_cells(lines)) == [
        "Kolom berikut tidak ada: luas. Tambahkan seperti di templat.",
        "Baris 1, kolom catatan (C1): Kolom catatan ada dua kali: B dan C. Sisakan"
        " satu.",
        "Baris 1, kolom luasan (D1): Kolom “luasan” tidak ada di templat. Maksudnya"
        " luas?",
        "Baris 1, kolom zzz (E1): Kolom “zzz” tidak ada di templat. Hapus kolom itu.",
    ]


def test_a_cell_outside_the_headings_is_a_problem_of_its_row():
    table = read(text_file("kode,luas\na,0,25\nb,1\n"))

    assert [str(problem) for problem in table.problems] == [
        "Baris 2: Sel C2 terisi, tetapi kolomnya tidak berjudul. Di berkas CSV, angka"
        " berkoma mungkin terpecah: beri tanda kutip."
    ]


def test_a_formula_that_ends_in_an_error_is_a_problem_of_its_cell():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["kode", "luas"])
    sheet.write(1, 0, "a")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    book.close()

    table = read(file)

    assert found(table) == [(2, {"kode": "a"})]
    assert [str(problem) for problem in table.problems] == [
        "Baris 2, kolom luas (B2): Rumusnya menghasilkan galat (#DIV/0!). Tulis"
        " nilainya."
    ]
    assert table.problems.has(2, "luas")


def test_an_open_quotation_mark_names_its_row():
    file = text_file('kode;luas\na;1\n"b;' + "2" * 140_000)

    assert refusal(file) == [
        "Baris 3: Baris ini tidak dapat dibaca: apakah ada tanda kutip yang belum"
        " ditutup?"
    ]


# ---- limits ------------------------------------------------------------------


def test_too_many_bytes():
    [sentence] = refusal(csv_of([{"kode": "a", "luas": "1"}]), max_bytes=10)

    assert sentence.startswith("Berkasnya terlalu besar")


def test_a_stray_cell_far_below_is_named_and_not_read():
    lines = {0: ["kode", "luas"], 1: ["a", 1]}
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Survei")
    for number, cells in lines.items():
        sheet.write_row(number, 0, cells)
    sheet.write(1_048_575, 16_383, "x")
    book.close()

    [sentence] = refusal(file)

    assert sentence.startswith("Lembar “Survei” terisi sampai baris 1048576;")


def test_a_blank_formatted_cell_far_below_does_not_matter():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["kode", "luas"])
    sheet.write_row(1, 0, ["a", 1])
    sheet.write_blank(1_048_575, 5, None, book.add_format({"bold": True}))
    book.close()

    assert len(read(file).rows) == 1


def test_too_many_columns():
    [sentence] = refusal(
        xlsx_of_cells([["kode", "luas", *[None] * 200, "x"], ["a", 1]])
    )

    assert "terisi sampai kolom GU" in sentence


@pytest.mark.parametrize("make", [xlsx_of, csv_of])
def test_more_rows_than_allowed(make):
    rows = [{"kode": f"a{n}", "luas": n} for n in range(4)]

    assert len(read(make(rows), max_rows=5).rows) == 4
    assert len(refusal(make(rows), max_rows=4)) == 1


def test_a_zip_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(sheet_files, "MAX_UNPACKED_BYTES", 100_000)
    file = xlsx_of([{"kode": "a", "luas": 1}])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"\0" * 200_000)

    assert refusal(file) == [
        "Buku kerja ini terlalu besar setelah dibuka. Sisakan survei saja di dalamnya."
    ]


def test_a_zip_that_lies_about_its_size_is_measured(monkeypatch):
    monkeypatch.setattr(sheet_files, "MAX_UNPACKED_BYTES", 100_000)
    file = xlsx_of([{"kode": "a", "luas": 1}])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"\0" * 200_000)
    honest = struct.pack("<L", 200_000)
    lying = io.BytesIO(file.getvalue().replace(honest, struct.pack("<L", 10)))

    assert refusal(lying) == [
        "Buku kerja ini terlalu besar setelah dibuka. Sisakan survei saja di dalamnya."
    ]


def test_problems_stop_where_nobody_would_read_on(monkeypatch):
    monkeypatch.setattr(sheet_problems, "MAX_PROBLEMS", 3)
    file = text_file("kode,luas\n" + "a,0,25\n" * 9)

    sentences = refusal(file)

    assert sentences[0] == "Lebih dari 3 kesalahan; sisanya tidak ditampilkan."
    assert len(sentences) == 4


# ---- how problems are told ---------------------------------------------------


def test_problems_come_in_the_order_of_the_sheet():
    error = SpreadsheetError(
        [
            Problem("d", 3, "x", "AA"),
            Problem("c", 3, "y", "B"),
            Problem("b", 2, "z", "Z"),
            Problem("a"),
        ]
    )

    assert [problem.message for problem in error.problems] == ["a", "b", "c", "d"]
    assert error.errors == {"file": ["a"], "Z2": ["b"], "B3": ["c"], "AA3": ["d"]}
    assert str(error).splitlines()[:2] == ["a", "Baris 2, kolom z (Z2): b"]


@pytest.mark.parametrize(
    ("number", "letter"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")]
)
def test_column_letters(number, letter):
    assert spreadsheets.column_letter(number) == letter


def test_a_moment_is_read_as_one():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["kode", "luas"])
    moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_datetime(1, 0, datetime(2025, 3, 31, 8, 30), moments)
    sheet.write(1, 1, 1)
    book.close()

    assert found(read(file)) == [
        (2, {"kode": datetime(2025, 3, 31, 8, 30), "luas": 1.0})
    ]
