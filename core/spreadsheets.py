"""Spreadsheets in: XLSX and CSV files as rows under known headings.

Knows no record. Row numbers and column letters are those that Excel shows, blank rows
and holes included. What is wrong with the shape of a file is said all at once.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.numbers import BLANKS
from core.sheet_files import Cell, Line, Sheet, is_filled, open_sheet
from core.sheet_problems import Problem, Problems, SpreadsheetError, refused
from core.xlsx_guard import column_letter

__all__ = [
    "Cell",
    "Problem",
    "Problems",
    "Row",
    "SpreadsheetError",
    "Table",
    "TableReader",
    "column_letter",
    "heading_key",
    "open_table",
    "read_table",
]

MAX_BYTES = 50 << 20
MAX_ROWS = 200_000
ERROR_HEADING = "_error"  # the column of a file that was given back with its errors
NOWHERE = 1 << 20  # the index of a column that is not there
RANGE = re.compile(r"\$?([A-Z]+)\$?([0-9]+)(?::\$?([A-Z]+)\$?([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Row:
    """A filled row; `number` is Excel's. Blank cells are not in `cells`."""

    number: int
    cells: dict[str, Cell]


@dataclass
class Table:
    """The filled rows under the headings, and what is wrong with single cells."""

    rows: list[Row]
    letters: dict[str, str]
    problems: Problems = field(repr=False)


def read_table(
    file: BinaryIO,
    *,
    required: Sequence[str],
    optional: Collection[str] = (),
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
) -> Table:
    """All rows of a small file at once: see `open_table`."""
    reader = open_table(
        file,
        required=required,
        optional=optional,
        max_bytes=max_bytes,
        max_rows=max_rows,
    )
    return Table(list(reader.rows()), reader.letters, reader.problems)


def open_table(
    file: BinaryIO,
    *,
    required: Sequence[str],
    optional: Collection[str] = (),
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
) -> "TableReader":
    """An XLSX or CSV file whose first filled row holds the headings, in any order.

    A column `_error` is not read. Raises `SpreadsheetError` for a file that cannot be
    read, or wrong headings.
    """
    sheet = open_sheet(file, max_bytes=max_bytes, max_rows=max_rows)
    heading = next((line for line in sheet.lines if line.is_filled), None)
    if heading is None:
        raise refused(_("The file is empty. Fill in the template and upload that."))
    try:
        places, ignored = _read_headings(heading, required, optional)
    except SpreadsheetError as error:
        for _line in sheet.lines:  # the merged cells are told at the end of the sheet
            pass
        merged = _merged_problems(sheet, heading.number)
        raise SpreadsheetError([*merged, *error.problems]) from error
    return TableReader(sheet, heading.number, places, ignored)


class TableReader:
    """The filled rows under the headings, one after the other, to be read once.

    What is wrong with single cells goes to `problems`; the caller refuses the file with
    those and its own.
    """

    def __init__(
        self, sheet: Sheet, heading_row: int, places: dict[int, str], ignored: int
    ) -> None:
        self.sheet = sheet
        self.heading_row = heading_row
        self.places = places
        self.ignored = ignored
        self.letters = {name: column_letter(i + 1) for i, name in places.items()}
        self.problems = Problems(self.letters)

    def rows(self) -> Iterator[Row]:
        """The rows. Raises `SpreadsheetError` where there are none."""
        is_empty = True
        for line in self.sheet.lines:
            cells = [*line.cells]
            if len(cells) > self.ignored:
                cells[self.ignored] = None
            self._note_formulas(line)
            if is_filled(cells) and not self._repeats_headings(line.number, cells):
                is_empty = False
                yield self._row(line.number, cells)
        merged = _merged_problems(self.sheet, self.heading_row)
        if is_empty and not (merged or self.problems):
            raise refused(
                _(
                    "The file has headings but no rows. Write at least one row below"
                    " them."
                )
            )
        self.problems.extend(merged)

    def _note_formulas(self, line: Line) -> None:
        """A formula shows what Excel computed last, which may be old: it is refused."""
        for column in {*line.formulas, *line.errors}:
            name = self.places.get(column - 1)
            if name is None:
                continue
            if text := line.errors.get(column):
                message = _formula_error(text)
            else:
                message = _(
                    "The cell holds a formula. Copy the column and paste its values"
                    " (paste values), then upload the file again."
                )
            self.problems.add(line.number, name, message)

    def _repeats_headings(self, number: int, cells: Sequence[Cell | None]) -> bool:
        """Whether the row is the headings once more, which is noted as a problem."""
        texts = [cell for cell in cells if isinstance(cell, str)]
        names = [text for text in texts if heading_key(text) in self.letters]
        if len(names) < 2 or len(names) * 2 < len(texts):
            return False
        message = _("The row repeats the headings. Delete this row.")
        self.problems.add(number, "", message)
        return True

    def _row(self, number: int, cells: Sequence[Cell | None]) -> Row:
        held = {}
        for index, cell in enumerate(cells):
            if cell is None:
                continue
            if name := self.places.get(index):
                held[name] = cell
            else:
                letter = column_letter(index + 1)
                message = _(
                    "Cell %(cell)s is filled, but its column has no heading. In a CSV"
                    " file a number with a comma may have been split: put it in"
                    " quotation marks."
                ) % {"cell": f"{letter}{number}"}
                self.problems.add(number, "", message)
        return Row(number, held)


def heading_key(text: object) -> str:
    """How a heading is compared: `Luas Ha ` is `luas_ha`."""
    return "_".join(str(text).strip(BLANKS).lower().split())


def _read_headings(
    line: Line, required: Sequence[str], optional: Collection[str]
) -> tuple[dict[int, str], int]:
    """Which column (from 0) holds which heading, and which one is `_error`.

    Refuses all wrong headings at once.
    """
    number, cells = line.number, line.cells
    known = [*required, *optional]
    found = {i: heading_key(cell) for i, cell in enumerate(cells) if cell is not None}
    if not set(found.values()) & set(known):
        raise refused(
            _(
                "Row %(row)s must hold the headings of the template, but it has none of"
                " them. Expected: %(names)s."
            )
            % {"row": number, "names": ", ".join(required)}
        )
    ignored = next((i for i, name in found.items() if name == ERROR_HEADING), NOWHERE)
    found.pop(ignored, None)
    places: dict[int, str] = {}
    problems = []
    for index, name in found.items():
        letter = column_letter(index + 1)
        if name not in known:
            problems.append(_unknown_heading(number, letter, str(cells[index]), known))
        elif name in places.values():
            problems.append(_second_heading(number, letter, name, places))
        else:
            places[index] = name
    missing = [name for name in required if name not in places.values()]
    if missing:
        text = _("Columns are missing: %(names)s. Add them, as in the template.")
        problems.append(Problem(text % {"names": ", ".join(missing)}))
    if problems:
        raise SpreadsheetError(problems)
    return places, ignored


def _unknown_heading(
    number: int, letter: str, text: str, known: Sequence[str]
) -> Problem:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    near = get_close_matches(heading_key(shown), known, n=1)
    message = (
        _("The column “%(name)s” is not in the template. Did you mean %(near)s?")
        if near
        else _("The column “%(name)s” is not in the template. Delete it.")
    ) % {"name": shown, "near": near[0] if near else ""}
    return Problem(message, number, shown, letter)


def _second_heading(
    number: int, letter: str, name: str, places: dict[int, str]
) -> Problem:
    first = next(index for index, held in places.items() if held == name)
    message = _(
        "The column %(name)s is there twice: %(first)s and %(second)s. Keep one."
    ) % {"name": name, "first": column_letter(first + 1), "second": letter}
    return Problem(message, number, name, letter)


def _merged_problems(sheet: Sheet, heading_row: int) -> list[Problem]:
    """Merged cells from the headings on: all but the first of them are blank."""
    problems = []
    for place in sheet.merged:
        match = RANGE.fullmatch(place)
        if match is None or int(match[4] or match[2]) < heading_row:
            continue
        row, letter = int(match[2]), match[1]
        message = (
            _("The headings %(range)s are merged. Unmerge them: one cell per heading.")
            if row <= heading_row
            else _("The cells %(range)s are merged. Unmerge them and fill in each.")
        ) % {"range": place}
        problems.append(Problem(message, row, "", letter))
    return problems


def _formula_error(text: str) -> str:
    message = _("The formula ends in an error (%(text)s). Write the value.")
    return message % {"text": text}
