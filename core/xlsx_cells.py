"""The cells of an .xlsx sheet, one row after the other, in little memory.

A reader that lays out whole sheets needs 215 MB for 100,000 rows of a survey; this one
keeps a row, the shared texts and the styles.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zipfile import ZipFile

from core.xlsx_book import Book, LocalNames, SheetPart, strict_parser, unescaped
from core.xlsx_guard import CHUNK, NotXlsxError, column_number

Cell = str | int | float | bool | date | datetime | time | timedelta

MOST_MERGED = 1000
DAY_ZERO = date(1899, 12, 30)
DAY_ZERO_1904 = date(1904, 1, 1)
LAST_WRONG_DAY = 60  # Excel counts a 29 February 1900
AFTER_9999 = 2_958_466  # the number of the day after the last one
DAY_SECONDS = 24 * 60 * 60


class StrayCellError(Exception):
    """A filled cell lies outside what is read: at `row` and `column`, from 1."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__(f"row {row}, column {column}")
        self.row = row
        self.column = column


class Line(NamedTuple):
    """A row as Excel numbers it. `errors` and `formulas` name columns from 1.

    A cell whose formula ended in an error, such as `#DIV/0!`, is None in `cells`.
    """

    number: int
    cells: Sequence[Cell | None]
    errors: dict[int, str]
    formulas: tuple[int, ...]

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in the row."""
        return bool(
            self.errors or self.formulas or any(c is not None for c in self.cells)
        )


def holds_anything(archive: ZipFile, book: Book, sheet: SheetPart) -> bool:
    """Whether any cell of the sheet is filled."""
    lines = SheetLines(book, max_rows=1 << 21, max_columns=1 << 15)
    return any(line.is_filled for line in lines.read(archive, sheet.part))


class SheetLines:
    """Reads one sheet. After the last row `merged` holds the merged ranges (`A1:C1`).

    A filled cell below `max_rows` or right of `max_columns` raises `StrayCellError`;
    formatted but blank cells count nowhere.
    """

    def __init__(self, book: Book, *, max_rows: int, max_columns: int) -> None:
        self.book = book
        self.max_rows = max_rows
        self.max_columns = max_columns
        self.merged: list[str] = []
        self.done: list[Line] = []
        self.names = LocalNames()
        self.columns: dict[str, int] = {}
        self.row = self.column = 0
        self.cells: list[Cell | None] = []
        self.errors: dict[int, str] = {}
        self.formulas: list[int] = []
        self.in_cell = self.in_phonetic = self.has_formula = self.is_taken = False
        self.kind = self.style = ""
        self.text: list[str] = []

    def read(self, archive: ZipFile, part: str) -> Iterator[Line]:
        """The rows that stand in the sheet, blank ones included."""
        parser = strict_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
                yield from self._taken()
            parser.Parse(b"", True)
        yield from self._taken()

    def _taken(self) -> list[Line]:
        done, self.done = self.done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = self.names[tag]
        if tag == "c":
            self._open_cell(attributes)
        elif self.in_cell:
            if tag in ("v", "t"):
                self.is_taken = not self.in_phonetic
            elif tag == "f":
                self.has_formula = True
            elif tag == "rPh":
                self.in_phonetic = True
        elif tag == "row":
            number = int(attributes.get("r") or self.row + 1)
            if number <= self.row:
                raise NotXlsxError
            self.row, self.column = number, 0
        elif tag == "mergeCell" and len(self.merged) < MOST_MERGED:
            self.merged.append(attributes["ref"])

    def _end(self, tag: str) -> None:
        tag = self.names[tag]
        if tag == "c":
            self.in_cell = False
            if self.text or self.has_formula:
                self._close_cell()
        elif tag in ("v", "t"):
            self.is_taken = False
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "row":
            line = Line(self.row, self.cells, self.errors, tuple(self.formulas))
            self.done.append(line)
            self.cells, self.errors, self.formulas = [], {}, []

    def _characters(self, text: str) -> None:
        if self.is_taken:
            self.text.append(text)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        if reference := attributes.get("r"):
            letters = reference.rstrip("0123456789")
            column = self.columns.get(letters)
            if column is None:
                column = self.columns[letters] = column_number(letters)
            self.column = column
        else:
            self.column += 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.in_cell, self.has_formula, self.text = True, False, []

    def _close_cell(self) -> None:
        text = "".join(self.text)
        value = self._value(text)
        if value is None and not self.has_formula and self.kind != "e":
            return
        if self.row > self.max_rows or self.column > self.max_columns:
            raise StrayCellError(self.row, self.column)
        self.cells.extend([None] * (self.column - len(self.cells)))
        self.cells[self.column - 1] = value
        if self.has_formula:
            self.formulas.append(self.column)
        if self.kind == "e":
            self.errors[self.column] = text[:20]

    def _value(self, text: str) -> Cell | None:
        if not text or self.kind == "e":
            return None
        if self.kind == "s":
            return self.book.texts[int(text)] or None
        if self.kind in ("str", "inlineStr"):
            return unescaped(text)
        if self.kind == "b":
            return text == "1"
        if self.kind == "d":
            return datetime.fromisoformat(text)
        number = float(text)
        if self.style and int(self.style) in self.book.date_styles:
            return moment_of(number, counts_from_1904=self.book.counts_from_1904)
        return number


def moment_of(serial: float, *, counts_from_1904: bool = False) -> Cell:
    """The day, moment or time of day that Excel shows for a number; else the number."""
    if not 0 <= serial < AFTER_9999:
        return serial
    days, part = divmod(serial, 1)
    seconds = round(part * DAY_SECONDS, 3)
    if serial < 1:
        clock = datetime.min + timedelta(seconds=min(seconds, DAY_SECONDS - 1))
        return clock.time()
    zero = DAY_ZERO_1904 if counts_from_1904 else DAY_ZERO
    if days < LAST_WRONG_DAY and not counts_from_1904:
        days += 1
    try:
        day = zero + timedelta(days=days)
    except OverflowError:
        return serial
    if not seconds:
        return day
    return datetime.combine(day, time()) + timedelta(seconds=seconds)
