"""XLSX and CSV files as cells, row by row, numbered as Excel numbers them."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZipFile

from django.utils.translation import gettext as _

from core.numbers import BLANKS, format_decimal
from core.sheet_problems import Problem, SpreadsheetError, refused
from core.xlsx_book import Book, read_book
from core.xlsx_cells import (
    Cell,
    Line,
    SheetLines,
    StrayCellError,
    holds_anything,
)
from core.xlsx_guard import (
    NotXlsxError,
    TooBigError,
    check_archive,
    column_letter,
    readable,
)

__all__ = ["Cell", "Grid", "Line", "Sheet", "is_filled", "open_cells", "open_sheet"]

Grid = Iterator[tuple[int, Sequence[Cell | None]]]

MAX_UNPACKED_BYTES = 512 << 20
MAX_COLUMNS = 100
HEAD_BYTES = 4096
SAMPLE_BYTES = 1 << 16
MEGABYTE = 1 << 20
ZIP_START = b"PK\x03\x04"
OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"
MARKUP_STARTS = (b"<", b"%PDF", b"{\\rtf")
DELIMITERS = (",", ";", "\t")
NO_ERRORS: dict[int, str] = {}


@dataclass
class Sheet:
    """The rows of a file one after the other, to be read once.

    `merged` are the merged ranges of an XLSX sheet; it is whole after the last row.
    """

    name: str
    lines: Iterator[Line]
    merged: Sequence[str] = ()


def open_sheet(file: BinaryIO, *, max_bytes: int, max_rows: int) -> Sheet:
    """The first visible sheet of an XLSX file, or a CSV file.

    Raises `SpreadsheetError` for what is not a spreadsheet, too big, or has filled
    sheets that are hidden; reading its lines may raise it as well.
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
            % {"megabytes": format_decimal(max_bytes / MEGABYTE, None)}
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
    return Sheet("", _csv_lines(file, _encoding_of(file), max_rows))


def open_cells(
    file: BinaryIO, *, max_bytes: int, max_rows: int
) -> tuple[Grid, dict[tuple[int, int], str]]:
    """The cells row by row, and those that hold a formula's error, by (row, column).

    The errors of a row are there once the row was read. Raises as `open_sheet` does.
    """
    sheet = open_sheet(file, max_bytes=max_bytes, max_rows=max_rows)
    errors: dict[tuple[int, int], str] = {}

    def grid() -> Grid:
        for line in sheet.lines:
            for column, text in line.errors.items():
                errors[line.number, column] = text
            yield line.number, line.cells

    return grid(), errors


# ---- XLSX -------------------------------------------------------------------


def _open_xlsx(file: BinaryIO, max_rows: int) -> Sheet:
    try:
        check_archive(file, max_unpacked=MAX_UNPACKED_BYTES)
        file.seek(0)
        with readable():
            archive = ZipFile(file)
            book = read_book(archive)
            _refuse_hidden(archive, book)
            part = book.first_visible()
    except TooBigError as error:
        raise refused(
            _("The workbook is too big when unpacked. Leave only the survey in it.")
        ) from error
    except NotXlsxError as error:
        raise _not_a_spreadsheet() from error
    rows = SheetLines(book, max_rows=max_rows, max_columns=MAX_COLUMNS)
    sheet = Sheet(part.name, iter(()), rows.merged)
    sheet.lines = _trimmed_lines(rows.read(archive, part.part), part.name, max_rows)
    return sheet


def _refuse_hidden(archive: ZipFile, book: Book) -> None:
    """Nobody sees what a hidden sheet says: shown or deleted, but not overlooked."""
    names = [
        sheet.name
        for sheet in book.sheets
        if not sheet.is_visible and holds_anything(archive, book, sheet)
    ]
    if names:
        raise refused(
            _(
                "The workbook has hidden sheets that are filled: %(names)s. Unhide them"
                " in Excel, or delete them, and upload the file again."
            )
            % {"names": ", ".join(f"“{name}”" for name in names)}
        )


def _trimmed_lines(lines: Iterator[Line], name: str, max_rows: int) -> Iterator[Line]:
    """The rows with blank texts as None; what ends them early is a refusal."""
    try:
        with readable():
            for line in lines:
                yield line._replace(cells=list(map(_trimmed, line.cells)))
    except StrayCellError as error:
        raise _stray_cell(name, error, max_rows) from error
    except NotXlsxError as error:
        raise _not_a_spreadsheet() from error


def _stray_cell(name: str, error: StrayCellError, max_rows: int) -> SpreadsheetError:
    """A sheet that is not a table of this size, such as with a cell far below."""
    return refused(
        _(
            "Cell %(cell)s of sheet “%(sheet)s” is filled; at most %(rows)s rows and"
            " %(columns)s columns are read. Delete what stands outside the table, or"
            " split the file."
        )
        % {
            "cell": f"{column_letter(error.column)}{error.row}",
            "sheet": name,
            "rows": format_decimal(max_rows, 0),
            "columns": MAX_COLUMNS,
        }
    )


# ---- CSV --------------------------------------------------------------------


def _encoding_of(file: BinaryIO) -> str:
    """UTF-8, what Excel calls Unicode text (UTF-16), or Windows' western encoding."""
    head = file.read(HEAD_BYTES)
    if not head.lstrip()[:5].startswith(MARKUP_STARTS):
        wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
        for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
            if _is_text(file, encoding):
                return encoding
    raise _not_a_spreadsheet()


def _is_text(file: BinaryIO, encoding: str) -> bool:
    """Whether all of the file is text in that encoding; read piece by piece."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    head = ""
    while True:
        data = file.read(MEGABYTE)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            return False
        head = head or text[:HEAD_BYTES]
        if "\0" in text:
            return False
        if not data:
            return not any(ord(mark) < 32 and mark not in "\t\r\n" for mark in head)


def _csv_lines(file: BinaryIO, encoding: str, max_rows: int) -> Iterator[Line]:
    """The rows; a cell of two lines counts once, as in Excel."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")  # type: ignore[type-var]
    try:
        sample = text.read(SAMPLE_BYTES)
        text.seek(0)
        start, delimiter = 1, _delimiter_of(sample)
        first = sample.partition("\n")[0].strip(BLANKS).lower()
        if first.startswith("sep=") and first[4:] in DELIMITERS:
            text.readline()
            start, delimiter = 2, first[4:]
        yield from _csv_rows(text, delimiter, start, max_rows)
    finally:
        with suppress(ValueError):  # somebody has closed the file already
            text.detach()  # or it would be closed with the text


def _delimiter_of(text: str) -> str:
    """The mark that splits the first filled line into the most cells."""
    line = next((line for line in text.splitlines() if line.strip(BLANKS)), "")
    return max(
        DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark)))
    )


def _csv_rows(
    text: io.TextIOBase, delimiter: str, start: int, max_rows: int
) -> Iterator[Line]:
    reader = csv.reader(text, delimiter=delimiter)
    number = start - 1
    try:
        for number, cells in enumerate(reader, start=start):
            trimmed = list(map(_trimmed, cells))
            if number > max_rows and is_filled(trimmed):
                raise refused(
                    _("The file has more than %(rows)s rows. Split it.")
                    % {"rows": format_decimal(max_rows, 0)}
                )
            yield Line(number, trimmed, NO_ERRORS, ())
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
