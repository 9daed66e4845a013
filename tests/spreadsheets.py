"""Spreadsheet files for tests: rows as XLSX with typed cells, or as Excel's CSV."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook


def xlsx_of(rows: Sequence[dict[str, Any]]) -> io.BytesIO:
    """A workbook with the keys of the first row as headings; None is a blank cell."""
    columns = list(rows[0])
    return xlsx_of_cells([columns, *([row.get(c) for c in columns] for row in rows)])


def xlsx_of_cells(lines: Sequence[Sequence[Any]], sheet: str = "Survei") -> io.BytesIO:
    """A workbook with these cells from A1 on; texts stay texts."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    page = book.add_worksheet(sheet)
    for number, cells in enumerate(lines):
        for index, value in enumerate(cells):
            if isinstance(value, datetime):
                page.write_datetime(number, index, value, moments)
            elif isinstance(value, date):
                page.write_datetime(number, index, value, dates)
            elif isinstance(value, str):
                page.write_string(number, index, value)
            elif value is not None:
                page.write(number, index, value)
    book.close()
    file.seek(0)
    return file


def csv_of(
    rows: Sequence[dict[str, Any]], *, delimiter: str = ";", mark: str = ","
) -> io.BytesIO:
    """As Excel writes CSV here: semicolons, decimal commas, a BOM."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([in_csv(row.get(name), mark) for name in rows[0]])
    return io.BytesIO(b"\xef\xbb\xbf" + text.getvalue().encode())


def in_csv(value: Any, mark: str) -> str:
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".replace(".", mark)
    return "" if value is None else str(value)


def cells_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """What another reader than ours finds in a sheet of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
