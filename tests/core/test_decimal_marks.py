"""Columns of texts that mix decimal marks."""

import pytest

from core.decimal_marks import RANGE_MARK, MarkWatch, RowRuns, certain_mark
from core.sheet_problems import Problems


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.234,5", ","),
        ("1,234.5", "."),
        ("0,5", ","),
        ("1,234", ","),
        ("-0.5", "."),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("1.234", None),
        ("12", None),
        ("kira-kira 1,5", None),
        ("", None),
    ],
)
def test_what_a_text_says_about_its_mark(text, mark):
    assert certain_mark(text) == mark


def watched(*cells):
    watch, problems = MarkWatch(), Problems({"luas": "B", "4a": "D"})
    for heading, row, text in cells:
        watch.note(heading, row, text)
    watch.report(problems)
    return [str(problem) for problem in problems]


def test_a_column_with_both_names_the_rows_of_each():
    cells = [("luas", row, "1.234,5") for row in (2, 3, 4, 9)]

    assert watched(*cells, ("luas", 5, "1,234.5"), ("4a", 5, "0.5")) == [
        "Baris 5, kolom luas (B5): Kolom ini mencampur tanda desimal: koma di baris"
        f" 2{RANGE_MARK}4, 9, titik di baris 5. Pakai satu tanda saja di seluruh kolom."
    ]


def test_one_mark_per_column_is_no_problem():
    assert watched(("luas", 2, "0,5"), ("luas", 3, "1.234"), ("4a", 2, "0.5")) == []


def test_many_scattered_rows_stay_short():
    runs = RowRuns()
    for row in range(0, 1000, 2):
        runs.add(row)

    assert (runs.count, runs.first) == (500, 0)
    assert str(runs).startswith("0, 2, 4,")
    assert str(runs).endswith("36, 38 …")
    assert len(runs.runs) == 21
