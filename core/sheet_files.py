"""XLSX and CSV files as cells, row by row, numbered as Excel numbers them."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from core.numbers import BLANKS, format_decimal
from core.sheet_problems import Problem, SpreadsheetError, refused
from core.xlsx_guard import (
    NotXlsxError,
    TooBigError,
    check_archive,
    column_letter,
    measure_sheet,
)

Cell = str | int | float | bool | date | datetime | time | timedelta
Grid = Iterator[tuple[int, Sequence[Cell | None]]]

MAX_UNPACKED_BYTES = 256 << 20
MAX_COLUMNS = 100
HEAD_BYTES = 4096
ZIP_START = b"PK\x03\x04"
OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"
MARKUP_STARTS = (b"<", b"%PDF", b"{\\rtf")
DELIMITERS = (",", ";", "\t")


def open_cells(
    file: BinaryIO, *, max_bytes: int, max_rows: int
) -> tuple[Grid, dict[tuple[int, int], str]]:
    """The cells row by row, and those that hold a formula's error, by (row, column).

    Raises `SpreadsheetError` for what is not a spreadsheet or too big.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not size or not head.strip():
        raise refused(_("The file is empty. Fill in the template and upload that."))
    if size > max_bytes:
        raise refused(
            _("The file is too big: at most %(megabytes)s MB. Split it.")
            % {"megabytes": format_decimal(max_bytes / (1 << 20), None)}
        )
    if head.startswith(OLD_EXCEL_START):
        raise refused(
            _(
                "This is an old .xls workbook, or one with a password. Save it as .xlsx"
                " without a password."
            )
        )
    if head.startswith(ZIP_START):
        return _open_xlsx(file, max_rows)
    return _open_csv(file, max_rows), {}


# ---- XLSX -------------------------------------------------------------------


def _open_xlsx(
    file: BinaryIO, max_rows: int
) -> tuple[Grid, dict[tuple[int, int], str]]:
    try:
        check_archive(file, max_unpacked=MAX_UNPACKED_BYTES)
        file.seek(0)
        book = CalamineWorkbook.from_filelike(file)
        name = _first_sheet(book)
        box = measure_sheet(file, name)
        _check_box(name, box.last_row, box.last_column, max_rows)
        return _sheet_rows(book.get_sheet_by_name(name)), box.errors
    except TooBigError as error:
        raise refused(
            _("The workbook is too big when unpacked. Leave only the survey in it.")
        ) from error
    except (NotXlsxError, CalamineError) as error:
        raise _not_a_spreadsheet() from error


def _first_sheet(book: CalamineWorkbook) -> str:
    for sheet in book.sheets_metadata:
        if (sheet.typ, sheet.visible) == (
            SheetTypeEnum.WorkSheet,
            SheetVisibleEnum.Visible,
        ):
            return sheet.name
    raise NotXlsxError


def _check_box(name: str, last_row: int, last_column: int, max_rows: int) -> None:
    """Refuse a sheet that would not fit, such as one with a stray cell far below."""
    if last_row > max_rows:
        place = _("row %(number)s") % {"number": last_row}
    elif last_column > MAX_COLUMNS:
        place = _("column %(letter)s") % {"letter": column_letter(last_column)}
    else:
        return
    raise refused(
        _(
            "Sheet “%(sheet)s” is filled as far as %(place)s; at most %(rows)s rows and"
            " %(columns)s columns are read. Delete what stands outside the table, or"
            " split the file."
        )
        % {
            "sheet": name,
            "place": place,
            "rows": format_decimal(max_rows, 0),
            "columns": MAX_COLUMNS,
        }
    )


def _sheet_rows(sheet: CalamineSheet) -> Grid:
    """`iter_rows` begins at row 1, but leaves out the blank columns on the left."""
    left: list[Cell | None] = [None] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [*left, *map(_trimmed, cells)]


# ---- CSV --------------------------------------------------------------------


def _open_csv(file: BinaryIO, max_rows: int) -> Grid:
    text = _decoded(file.read())
    first, _mark, rest = text.partition("\n")
    named = first.strip(BLANKS).lower()
    if named.startswith("sep=") and named[4:] in DELIMITERS:
        return _csv_rows(rest, named[4:], 2, max_rows)
    return _csv_rows(text, _delimiter_of(text), 1, max_rows)


def _decoded(data: bytes) -> str:
    """UTF-8, what Excel calls Unicode text (UTF-16), or Windows' western encoding."""
    if data.lstrip()[:5].startswith(MARKUP_STARTS):
        raise _not_a_spreadsheet()
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(mark) < 32 and mark not in "\t\r\n" for mark in text[:HEAD_BYTES]):
            break
        if "\0" not in text:
            return text
    raise _not_a_spreadsheet()


def _delimiter_of(text: str) -> str:
    """The mark that splits the first filled line into the most cells."""
    line = next((line for line in text.splitlines() if line.strip(BLANKS)), "")
    return max(
        DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark)))
    )


def _csv_rows(text: str, delimiter: str, start: int, max_rows: int) -> Grid:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = start - 1
    try:
        for number, cells in enumerate(reader, start=start):
            trimmed = list(map(_trimmed, cells))
            if number > max_rows and is_filled(trimmed):
                raise refused(
                    _("The file has more than %(rows)s rows. Split it.")
                    % {"rows": format_decimal(max_rows, 0)}
                )
            yield number, trimmed
    except csv.Error as error:
        message = _("This row cannot be read: is a quotation mark left open?")
        raise SpreadsheetError([Problem(message, number + 1)]) from error


def is_filled(cells: Sequence[Cell | None]) -> bool:
    """Whether any cell of the row holds something."""
    return any(cell is not None for cell in cells)


def _trimmed(cell: Cell | None) -> Cell | None:
    if isinstance(cell, str):
        return cell.strip(BLANKS) or None
    return cell


def _not_a_spreadsheet() -> SpreadsheetError:
    return refused(
        _(
            "The file is not a spreadsheet that can be read. Save it as .xlsx or .csv,"
            " best from the template."
        )
    )
