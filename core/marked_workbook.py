"""A refused spreadsheet given back: the same cells, what is wrong marked in its place.

Rows and columns stand where they stood, so that the sentences still fit. Formulas are
values now, and merged cells are apart. It can be uploaded again once it is corrected:
the reader leaves out the column `_error`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from core.sheet_files import Cell, Line, open_sheet
from core.sheet_problems import Problem
from core.spreadsheets import ERROR_HEADING, heading_key
from core.xlsx_guard import column_number

MARK = "#F8CBAD"
HEAD = "#DCEBF5"
WIDE = 80
NARROW = 14
FORMATS = {
    str: "@",
    bool: "General",
    float: "General",
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm:ss",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}


def can_be_marked(problems: Sequence[Problem]) -> bool:
    """Whether anything is wrong with a row: then the file could be read."""
    return any(problem.row for problem in problems)


def write_marked(
    source: BinaryIO,
    target: BinaryIO,
    problems: Sequence[Problem],
    *,
    max_bytes: int,
    max_rows: int,
) -> None:
    """Write the first sheet of `source` as XLSX with its problems marked, row by row.

    Raises `SpreadsheetError` where `source` cannot be read.
    """
    sheet = open_sheet(source, max_bytes=max_bytes, max_rows=max_rows)
    # Row by row to the disk: a sheet of 100,000 rows would not fit into memory.
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    try:
        name, title = sheet.name or _("Data"), _("Problems")
        writer = _MarkedSheet(book, name, problems)
        for line in sheet.lines:
            writer.write(line)
        is_taken = name.casefold() == title.casefold()
        _list_problems(book, f"{title} 2" if is_taken else title, problems)
    finally:
        book.close()


class _MarkedSheet:
    def __init__(self, book: Any, name: str, problems: Sequence[Problem]) -> None:
        self.sheet = book.add_worksheet(name)
        self.sheet.set_column(0, 0, NARROW)
        self.error_column = -1
        self.wrong: dict[int, list[Problem]] = defaultdict(list)
        for problem in problems:
            if problem.row:
                self.wrong[problem.row].append(problem)
        self.plain = {
            kind: book.add_format({"num_format": code})
            for kind, code in FORMATS.items()
        }
        self.marked = {
            kind: book.add_format({"num_format": code, "bg_color": MARK})
            for kind, code in FORMATS.items()
        }
        self.blank = book.add_format({"bg_color": MARK})
        self.head = book.add_format({"bold": True, "bg_color": HEAD, "bottom": 1})

    def write(self, line: Line) -> None:
        """The row, its wrong cells marked, and all its sentences behind it."""
        if self.error_column < 0 and line.is_filled:
            self._write_headings(line)
            return
        problems = self.wrong.get(line.number, [])
        sentences = self._sentences(problems)
        for column, cell in enumerate(line.cells):
            if column != self.error_column and cell is not None:
                formats = self.marked if column in sentences else self.plain
                self._write_cell(line.number - 1, column, cell, formats)
        self._mark(line, sentences)
        if problems:
            text = " ".join(
                f"{problem.column}: {problem.message}"
                if problem.column
                else problem.message
                for problem in problems
            )
            place = line.number - 1, self.error_column
            self.sheet.write_string(*place, text[:32_000], self.marked[str])

    def _write_headings(self, line: Line) -> None:
        keys = ["" if cell is None else heading_key(cell) for cell in line.cells]
        known = ERROR_HEADING in keys
        self.error_column = keys.index(ERROR_HEADING) if known else len(keys)
        row = line.number - 1
        for column, cell in enumerate(line.cells):
            if cell is not None:
                self.sheet.write_string(row, column, str(cell), self.head)
        self.sheet.write_string(row, self.error_column, ERROR_HEADING, self.head)
        self.sheet.set_column(self.error_column, self.error_column, WIDE)
        self.sheet.freeze_panes(line.number, 0)
        self._mark(line, self._sentences(self.wrong.get(line.number, [])))

    def _write_cell(
        self, row: int, column: int, cell: Cell, formats: Mapping[type, Any]
    ) -> None:
        form = formats[type(cell)]
        if isinstance(cell, str):
            self.sheet.write_string(row, column, cell, form)
        elif isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell, form)
        elif isinstance(cell, date | time | timedelta):
            self.sheet.write_datetime(row, column, cell, form)
        else:
            self.sheet.write_number(row, column, cell, form)

    def _mark(self, line: Line, sentences: Mapping[int, list[str]]) -> None:
        """Comments on the wrong cells, and colour where they are blank."""
        for column, texts in sentences.items():
            is_blank = column >= len(line.cells) or line.cells[column] is None
            if is_blank:
                self.sheet.write_blank(line.number - 1, column, None, self.blank)
            self.sheet.write_comment(
                line.number - 1, column, " ".join(texts), {"x_scale": 2, "y_scale": 1.5}
            )

    def _sentences(self, problems: Sequence[Problem]) -> dict[int, list[str]]:
        """What is wrong, by column from 0; what concerns no cell is left out."""
        found: dict[int, list[str]] = defaultdict(list)
        for problem in problems:
            if problem.letter:
                found[column_number(problem.letter) - 1].append(problem.message)
        return found


def _list_problems(book: Any, name: str, problems: Sequence[Problem]) -> None:
    """A second sheet with everything, what concerns the whole file as well."""
    sheet = book.add_worksheet(name)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 1})
    heads = ((_("Cell"), 10), (_("Column"), 26), (_("What is wrong"), 110))
    for column, (text, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, text, bold)
    for row, problem in enumerate(problems, start=1):
        place = problem.cell or (f"{problem.row}" if problem.row else "–")
        sheet.write_string(row, 0, place, wrap)
        sheet.write_string(row, 1, problem.column, wrap)
        sheet.write_string(row, 2, problem.message, wrap)
