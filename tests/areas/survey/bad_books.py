"""Workbooks that Excel opens and the import refuses; each from sound survey rows."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter

from tests.survey import survey_row

Book = Any
HEADINGS = list(survey_row())


def book_of(change: Callable[[Book, Book], None]) -> bytes:
    """A workbook with three sound rows that `change` (book, sheet) then spoils."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Survei")
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADINGS)
    for number in (1, 2, 3):
        *cells, day = survey_row(number).values()
        sheet.write_row(number, 0, cells)
        sheet.write_datetime(number, len(cells), day, dates)
    change(book, sheet)
    book.close()
    return file.getvalue()


def formulas() -> bytes:
    def change(_book: Book, sheet: Book) -> None:
        sheet.write_formula("G3", "=E3", None, 100)
        sheet.write_formula("J4", "=SUM(J2:J3)", None, 0)

    return book_of(change)


def merged_heading() -> bytes:
    def change(_book: Book, sheet: Book) -> None:
        sheet.merge_range("J1:L1", "")
        for index in (9, 10, 11):
            sheet.write(0, index, HEADINGS[index])

    return book_of(change)


def hidden_sheet() -> bytes:
    def change(book: Book, _sheet: Book) -> None:
        other = book.add_worksheet("Survei lama")
        other.write(4, 4, "isi")
        other.hide()

    return book_of(change)


def very_hidden_sheet() -> bytes:
    def change(book: Book, _sheet: Book) -> None:
        other = book.add_worksheet("Rahasia")
        other.write(0, 0, 1)
        other.very_hidden()

    return book_of(change)


def empty_hidden_sheet() -> bytes:
    return book_of(lambda book, _sheet: book.add_worksheet("Kosong").hide())


def second_heading() -> bytes:
    def change(_book: Book, sheet: Book) -> None:
        sheet.write_row(4, 0, HEADINGS)

    return book_of(change)


def mixed_marks() -> bytes:
    def change(_book: Book, sheet: Book) -> None:
        for row, text in enumerate(("1.234,5", "1,234.5", "2.000,25"), start=1):
            sheet.write_string(row, 7, text)

    return book_of(change)


def stray_cell_far_below() -> bytes:
    return book_of(lambda _book, sheet: sheet.write(1_048_575, 3, "x"))


def stray_note() -> bytes:
    return book_of(lambda _book, sheet: sheet.write("D9", "catatan"))


def a_million_blank_rows() -> bytes:
    """Rows with a height and a style down to the last one that Excel has."""
    plain = book_of(lambda _book, _sheet: None)
    rows = "".join(f'<row r="{n}" ht="15"/>' for n in range(5, 1_048_576))
    last = '<row r="1048576"><c r="A1048576" s="1"/></row>'
    return with_part(
        plain,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", f"{rows}{last}</sheetData>".encode()),
    )


def bomb(size: int) -> bytes:
    """A workbook whose picture unpacks to so many bytes."""
    file = io.BytesIO(book_of(lambda _book, _sheet: None))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * size)
    return file.getvalue()


def with_part(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == part else content)
    return file.getvalue()
