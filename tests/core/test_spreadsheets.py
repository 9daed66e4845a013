"""Reading XLSX and CSV: rows as Excel numbers them, and what is refused."""

import io
import re
import struct
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core import sheet_files, sheet_problems, spreadsheets
from core.numbers import BLANKS
from core.spreadsheets import Problem, SpreadsheetError, read_table
from core.xlsx_book import shows_a_date
from core.xlsx_cells import moment_of
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


def sheets_of(**sheets):
    """A workbook of sheets by name: (is it hidden, its lines)."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for name, (is_hidden, lines) in sheets.items():
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(lines):
            sheet.write_row(number, 0, cells)
        if is_hidden:
            sheet.hide()
        else:
            sheet.activate()
    book.close()
    file.seek(0)
    return file


def test_the_first_visible_sheet_is_read():
    file = sheets_of(
        A=(True, []),
        B=(False, [["kode", "luas"], ["b", 1]]),
        C=(False, [["kode", "luas"], ["c", 1]]),
    )

    assert found(read(file)) == [(2, {"kode": "b", "luas": 1.0})]


def test_hidden_sheets_that_are_filled_are_named():
    lines = [["kode", "luas"], ["b", 1]]

    assert refusal(
        sheets_of(Asli=(True, lines), Survei=(False, lines), Lain=(True, [["", 0]]))
    ) == [
        "Buku kerja ini punya lembar tersembunyi yang berisi: “Asli”, “Lain”. Tampilkan"
        " (unhide) di Excel, atau hapus, lalu unggah lagi."
    ]


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


def formula_book(*formulas):
    """A workbook with these (formula, value) in the column `luas`, `kode` beside."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["kode", "luas"])
    for row, (formula, value) in enumerate(formulas, start=1):
        sheet.write(row, 0, "a")
        sheet.write_formula(row, 1, formula, None, value)
    book.close()
    return file


def test_formulas_are_problems_of_their_cells():
    table = read(formula_book(("=1+1", 2), ("=A1", "kode"), ("=1/0", "#DIV/0!")))

    assert found(table)[2] == (4, {"kode": "a"})
    assert [str(problem) for problem in table.problems] == [
        "Baris 2, kolom luas (B2): Sel ini berisi rumus. Salin kolomnya, tempelkan"
        " nilainya (paste values), lalu unggah lagi.",
        "Baris 3, kolom luas (B3): Sel ini berisi rumus. Salin kolomnya, tempelkan"
        " nilainya (paste values), lalu unggah lagi.",
        "Baris 4, kolom luas (B4): Rumusnya menghasilkan galat (#DIV/0!). Tulis"
        " nilainya.",
    ]
    assert table.problems.has(2, "luas")


def test_a_formula_without_a_value_is_a_problem_too():
    """As openpyxl writes it: Excel has never computed the cell."""
    file = formula_book(("=1+1", ""))
    emptied = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(emptied, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b"<f>1+1</f><v></v>", b"<f>1+1</f>")
            target.writestr(name, content)

    [problem] = read(emptied).problems

    assert problem.cell == "B2"


def merged_book(*ranges, lines=(["kode", "luas"], ["a", 1], ["b", 2])):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, cells in enumerate(lines):
        sheet.write_row(row, 0, cells)
    for place in ranges:
        sheet.merge_range(place, "")
    for row, cells in enumerate(lines):
        sheet.write_row(row, 0, cells)
    book.close()
    return file


def test_merged_cells_are_named():
    table = read(merged_book("C1:D1", "A2:A3"))

    assert [str(problem) for problem in table.problems] == [
        "Baris 1: Judul kolom C1:D1 tergabung (merge). Pisahkan: satu sel untuk satu"
        " judul.",
        "Baris 2: Sel A2:A3 tergabung (merge). Pisahkan, lalu isi satu per satu.",
    ]


def test_merged_headings_are_told_with_the_headings_that_are_missing():
    assert refusal(merged_book("A1:B1", lines=(["kode"], ["a", 1]))) == [
        "Kolom berikut tidak ada: luas. Tambahkan seperti di templat.",
        "Baris 1: Judul kolom A1:B1 tergabung (merge). Pisahkan: satu sel untuk satu"
        " judul.",
    ]


def test_a_merged_title_above_nothing_is_told_as_well():
    sentences = refusal(
        merged_book("A1:B1", lines=(["SURVEI 2025"], ["kode", "luas"], ["a", 1]))
    )

    assert sentences[0].startswith("Baris 1 harus berisi judul kolom templat")
    assert "A1:B1 tergabung" in sentences[1]


def test_a_second_row_of_headings_is_named_and_not_read():
    lines = [["kode", "luas"], ["a", 1], [], ["Kode ", "LUAS"], ["b", 2]]

    table = read(xlsx_of_cells(lines))

    assert [row.number for row in table.rows] == [2, 5]
    assert [str(problem) for problem in table.problems] == [
        "Baris 4: Baris ini mengulang judul kolom. Hapus baris ini."
    ]


def test_the_column_of_errors_is_not_read():
    lines = [
        ["kode", "_error", "luas"],
        ["a", "salah", 1],
        [None, "sisa"],
        ["b", None, 2],
    ]

    table = read(xlsx_of_cells(lines))

    assert [row.number for row in table.rows] == [2, 4]
    assert table.problems == []


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

    assert sentence.startswith("Sel XFD1048576 di lembar “Survei” terisi;")


def test_a_blank_formatted_cell_far_below_does_not_matter():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["kode", "luas"])
    sheet.write_row(1, 0, ["a", 1])
    sheet.write_blank(1_048_575, 5, None, book.add_format({"bold": True}))
    book.close()

    assert len(read(file).rows) == 1


@pytest.mark.drill
def test_a_million_blank_rows_are_passed_over():
    rows = "".join(f'<row r="{n}" ht="15"/>' for n in range(3, 1_048_577))
    blank = sheet_xml('<row r="1048577"><c r="C1048577" s="1"/></row>')
    file = with_sheet(blank.replace("<!-- more -->", rows))

    assert len(read(file).rows) == 1


def sheet_xml(end=""):
    text = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    head = text.format("A1", "kode") + text.format("B1", "luas")
    row = text.format("A2", "a") + '<c r="B2"><v>1</v></c>'
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetData><row r="1">{head}</row><row r="2">{row}</row><!-- more -->{end}'
        "</sheetData></worksheet>"
    )


def with_sheet(xml):
    """A workbook whose only sheet has this XML."""
    file = io.BytesIO()
    book = xlsx_of([{"kode": "a", "luas": 1}])
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(file, "w", 8) as target:
        for name in source.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            target.writestr(name, xml if is_sheet else source.read(name))
    return file


def test_a_document_type_is_refused():
    xml = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet_xml()

    [sentence] = refusal(with_sheet(xml))

    assert sentence.startswith("Berkas ini bukan lembar kerja yang dapat dibaca.")


def test_rows_out_of_order_are_refused():
    file = with_sheet(sheet_xml('<row r="2"><c r="A2"><v>1</v></c></row>'))

    assert refusal(file)[0].startswith("Berkas ini bukan lembar kerja")


def test_namespace_prefixes_and_cells_without_reference():
    xml = sheet_xml().replace('r="A2" ', "").replace('r="B2"', "")
    for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        xml = re.sub(rf"<(/?){tag}\b", rf"<\1x:{tag}", xml)
    xml = xml.replace("xmlns=", "xmlns:x=")

    assert found(read(with_sheet(xml))) == [(2, {"kode": "a", "luas": 1.0})]


def test_too_many_columns():
    [sentence] = refusal(
        xlsx_of_cells([["kode", "luas", *[None] * 200, "x"], ["a", 1]])
    )

    assert sentence.startswith("Sel GU1 di lembar “Survei” terisi;")


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


# ---- against another reader --------------------------------------------------

CELLS = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=8),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6))
@settings(max_examples=60)
def test_cells_are_those_that_calamine_reads(lines):
    file = xlsx_of_cells(lines)
    grid, errors = sheet_files.open_cells(file, max_bytes=1 << 20, max_rows=100)
    ours = dict(grid)
    file.seek(0)
    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)

    assert errors == {}
    left = sheet.start[1] if sheet.start else 0
    for number, theirs in enumerate(sheet.iter_rows(), start=1):
        held = [None] * left + [
            cell.strip(BLANKS) or None if isinstance(cell, str) else cell
            for cell in theirs
        ]
        own = [*ours.get(number, [])]
        width = max(len(held), len(own))
        assert own + [None] * (width - len(own)) == held + [None] * (width - len(held))


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("[$-421]dd mmmm yyyy;@", True),
        ("[h]:mm:ss", True),
        ("General", False),
        ("0.00", False),
        ('#,##0" hari"', False),
        ("[Red]-0.0", False),
        ("0.00E+00", False),
        ('_-"Rp"* #,##0_-', False),
    ],
)
def test_number_formats_that_show_a_date(code, is_date):
    assert shows_a_date(code) is is_date


@pytest.mark.parametrize(
    ("serial", "shown"),
    [
        (1.0, date(1900, 1, 1)),
        (59.0, date(1900, 2, 28)),
        (61.0, date(1900, 3, 1)),
        (45747.0, date(2025, 3, 31)),
        (0.5, time(12)),
        (-1.0, -1.0),
        (3e9, 3e9),
    ],
)
def test_numbers_as_moments(serial, shown):
    assert moment_of(serial) == shown


def test_days_counted_from_1904():
    assert moment_of(0.0 + 44285, counts_from_1904=True) == date(2025, 3, 31)
