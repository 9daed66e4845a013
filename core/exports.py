"""Rows as files: a workbook with the columns of page and CSV, and GeoJSON.

The workbook has one plain table from its first row on, so that it can be sorted and
read again: numbers and dates as such, no merged cells, nothing that a spreadsheet would
run. What the rows stand on (filters, decrees, days, sums) is on a second sheet.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError
from core.numbers import format_decimal
from core.tables import Column, file_name, file_value, in_files, plain_value

Note = tuple[str, Any]  # a label and its value, of which the type is kept

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of a sheet, without its headings
LONGEST_TEXT = 32_767  # of a cell
MOST_DIGITS = 15  # of a number in a cell; more would be rounded
ROWS_MEASURED = 200  # before the widths are fixed
NARROW, WIDE = 10, 48
FIRST_YEAR = 1900  # a spreadsheet knows no earlier date
PLAIN = "General"
FIGURE = "#,##0.00####"
# 0x0421 is Indonesian: months by their Indonesian names, whatever the computer speaks.
DAY, MOMENT = "[$-421]d mmm yyyy", "[$-421]d mmm yyyy hh:mm"
FORMATS: Mapping[str, str] = {
    "hectares": FIGURE,
    "percent": "0.00##",
    "rupiah": "#,##0",
    "number": PLAIN,
}


class TooManyRowsError(BusinessRuleError):
    """More rows than a sheet holds; none is ever left out silently."""

    def __init__(self, count: int) -> None:
        sentence = _(
            "The list has %(count)s rows, and a sheet holds at most %(most)s. Filter"
            " it first, by regency/city or year, or take the CSV."
        )
        numbers = {
            "count": format_decimal(count, 0),
            "most": format_decimal(MOST_ROWS, 0),
        }
        super().__init__(sentence % numbers)


def check_fits(count: int) -> None:
    """Raises `TooManyRowsError` where a sheet has no room for `count` rows."""
    if count > MOST_ROWS:
        raise TooManyRowsError(count)


# ---- XLSX -------------------------------------------------------------------


def xlsx_response(
    columns: Sequence[Column],
    rows: Iterable[Any],
    filename: str,
    notes: Iterable[Note] = (),
) -> FileResponse:
    """The rows as a workbook to download, named after `filename` and the day.

    Raises `TooManyRowsError`.
    """
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_xlsx(file, columns, rows, notes)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=file_name(filename, "xlsx"),
        content_type=XLSX,
    )


def write_xlsx(
    target: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Any],
    notes: Iterable[Note] = (),
) -> int:
    """Write the workbook row by row, in little memory; how many rows it has.

    Raises `TooManyRowsError`.
    """
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    try:
        table = _Table(book, in_files(columns))
        count = table.write(rows)
        tail = [(_("Rows"), count), (_("Made at"), timezone.localtime())]
        _write_notes(book, [*notes, *tail])
    finally:
        book.close()
    return count


class _Cells:
    """Writes values as what they are: number, date, moment or text."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.book, self.sheet = book, sheet
        self.formats: dict[str, Any] = {}

    def format(self, code: str) -> Any:
        if code not in self.formats:
            self.formats[code] = self.book.add_format({"num_format": code})
        return self.formats[code]

    def put(self, row: int, column: int, value: Any, code: str = "") -> None:
        """`code` is the format of a number; figures have one of their own."""
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            self.sheet.write_datetime(
                row, column, value.replace(tzinfo=None), self.format(MOMENT)
            )
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            self.sheet.write_datetime(row, column, value, self.format(DAY))
        elif isinstance(value, Decimal | int | float) and _is_exact(value):
            code = code or (FIGURE if isinstance(value, Decimal) else PLAIN)
            self.sheet.write_number(row, column, value, self.format(code))
        else:
            self.sheet.write_string(row, column, _fitting(str(value)))


class _Table(_Cells):
    """The sheet of the rows."""

    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        super().__init__(book, book.add_worksheet(_("Data")))
        self.columns = columns
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for number, column in enumerate(columns):
            self.sheet.write_string(0, number, column.heading, head)
        self.sheet.freeze_panes(1, 0)

    def write(self, rows: Iterable[Any]) -> int:
        iterator = iter(rows)
        first = [self._values(row) for row in islice(iterator, ROWS_MEASURED)]
        self._set_widths(first)
        rest = (self._values(row) for row in iterator)
        codes = [FORMATS.get(column.kind, "") for column in self.columns]
        count = 0
        for count, values in enumerate(chain(first, rest), start=1):
            check_fits(count)
            for column, value in enumerate(values):
                self.put(count, column, value, codes[column])
        if self.columns:
            self.sheet.autofilter(0, 0, count, len(self.columns) - 1)
        return count

    def _values(self, row: Any) -> list[Any]:
        return [file_value(column, row) for column in self.columns]

    def _set_widths(self, lines: Sequence[Sequence[Any]]) -> None:
        """By the longest word of the heading and the first rows' texts."""
        for number, column in enumerate(self.columns):
            texts = [line[number] for line in lines if isinstance(line[number], str)]
            longest = [*map(len, texts), *map(len, column.heading.split())]
            width = min(max([NARROW, *longest]) + 3, WIDE)
            self.sheet.set_column(number, number, width)


def _write_notes(book: Any, notes: Iterable[Note]) -> None:
    """The second sheet: what the rows are, one fact a row."""
    sheet = book.add_worksheet(_("About this file"))
    cells = _Cells(book, sheet)
    head = book.add_format({"bold": True, "bottom": 1})
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 70)
    for number, text in enumerate((_("What"), _("Value"))):
        sheet.write_string(0, number, text, head)
    for row, (label, value) in enumerate(notes, start=1):
        sheet.write_string(row, 0, label)
        cells.put(row, 1, plain_value(value))


def _is_exact(value: Decimal | int | float) -> bool:
    """Whether a spreadsheet keeps every digit of the number."""
    if isinstance(value, float):
        return True
    number = Decimal(value)
    return number.is_finite() and len(number.normalize().as_tuple().digits) <= (
        MOST_DIGITS
    )


def _fitting(text: str) -> str:
    """A text too long for a cell ends in a mark that says so."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


# ---- GeoJSON ----------------------------------------------------------------


def geojson_response(
    members: Mapping[str, Any],
    features: Iterable[Mapping[str, Any]],
    filename: str = "",
) -> StreamingHttpResponse:
    """A FeatureCollection, streamed; `members` (day, decrees, sums) stand before it.

    With `filename` it is a download, named after that and the day.
    """
    headers = {}
    if filename:
        name = file_name(filename, "geojson")
        headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return StreamingHttpResponse(
        geojson_chunks(members, features),
        content_type="application/geo+json",
        headers=headers,
    )


def geojson_chunks(
    members: Mapping[str, Any], features: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    head = json.dumps({"type": "FeatureCollection", **members}, ensure_ascii=False)
    yield f'{head[:-1]}, "features": ['
    separator = "\n"
    for feature in features:
        yield separator + json.dumps(feature, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}"
