"""A refused spreadsheet given back with its wrong cells marked."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter

from core.marked_workbook import MARK, can_be_marked, write_marked
from core.sheet_problems import Problem, SpreadsheetError
from core.spreadsheets import read_table
from tests.spreadsheets import cells_of, csv_of, xlsx_of_cells

PROBLEMS = [
    Problem("Terlalu besar.", 3, "luas", "B"),
    Problem("Selnya kosong.", 3, "catatan", "D"),
    Problem("Ada dua kali.", 3, "luas", "B"),
    Problem("Baris ini salah.", 4),
    Problem("Kolom xyz tidak ada."),
]
LINES = [
    [],
    ["Kode", "luas", None, "catatan"],
    ["a", 1.25, None, None],
    ["007", "1.234", None, date(2025, 3, 31)],
]


def marked(source, problems=PROBLEMS):
    target = io.BytesIO()
    write_marked(source, target, problems, max_bytes=1 << 20, max_rows=100)
    return target.getvalue()


def test_cells_stay_where_they_were_with_the_sentences_behind_them():
    content = marked(xlsx_of_cells(LINES))

    assert cells_of(content) == [
        ["", "", "", "", ""],
        ["Kode", "luas", "", "catatan", "_error"],
        [
            "a",
            1.25,
            "",
            "",
            "luas: Terlalu besar. catatan: Selnya kosong. luas: Ada dua kali.",
        ],
        ["007", "1.234", "", date(2025, 3, 31), "Baris ini salah."],
    ]


def test_wrong_cells_are_coloured_and_commented():
    archive = zipfile.ZipFile(io.BytesIO(marked(xlsx_of_cells(LINES))))
    comments = archive.read("xl/comments1.xml").decode()

    assert MARK.removeprefix("#") in archive.read("xl/styles.xml").decode()
    assert 'ref="B3"' in comments
    assert "Terlalu besar. Ada dua kali." in comments
    assert 'ref="D3"' in comments
    assert comments.count("<comment ") == 2


def test_every_problem_stands_on_a_sheet_of_its_own():
    assert cells_of(marked(xlsx_of_cells(LINES)), sheet=1) == [
        ["Sel", "Kolom", "Yang perlu diperbaiki"],
        ["B3", "luas", "Terlalu besar."],
        ["D3", "catatan", "Selnya kosong."],
        ["B3", "luas", "Ada dua kali."],
        ["4", "", "Baris ini salah."],
        ["–", "", "Kolom xyz tidak ada."],
    ]


def test_it_can_be_read_again_and_marked_again():
    once = marked(xlsx_of_cells(LINES))
    twice = marked(io.BytesIO(once), [Problem("Lain.", 3, "luas", "B")])

    assert [row[-1] for row in cells_of(twice)] == ["", "_error", "luas: Lain.", ""]
    table = read_table(
        io.BytesIO(twice), required=["kode", "luas"], optional=["catatan"]
    )
    assert [row.cells for row in table.rows] == [
        {"kode": "a", "luas": 1.25},
        {"kode": "007", "luas": "1.234", "catatan": date(2025, 3, 31)},
    ]
    assert table.problems == []


def test_csv_becomes_a_workbook_of_texts():
    content = marked(csv_of([{"kode": "a", "luas": 0.5}, {"kode": "b", "luas": "x"}]))

    assert cells_of(content)[1][:2] == ["a", "0,5"]


def test_formulas_are_values_and_kinds_of_cells_stay():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Kesalahan")
    moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    clocks = book.add_format({"num_format": "hh:mm"})
    sheet.write_row(0, 0, ["kode", "luas", "saat", "jam", "ya"])
    sheet.write_formula(1, 1, "=1+1", None, 2)
    sheet.write_datetime(1, 2, datetime(2025, 3, 31, 8, 30), moments)
    sheet.write_datetime(1, 3, time(8, 30), clocks)
    sheet.write_boolean(1, 4, True)
    book.close()

    content = marked(file, [Problem("Rumus.", 2, "luas", "B")])

    moment = datetime(2025, 3, 31, 8, 30)
    assert cells_of(content)[1] == ["", 2, moment, time(8, 30), True, "luas: Rumus."]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read(
        "xl/worksheets/sheet1.xml"
    )


def test_what_cannot_be_read_cannot_be_marked():
    assert not can_be_marked([Problem("Berkas ini bukan lembar kerja.")])
    with pytest.raises(SpreadsheetError):
        marked(io.BytesIO(b"%PDF-1.7"))
