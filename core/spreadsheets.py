"""Spreadsheets in: XLSX and CSV files as rows under known headings.

Knows no record. Row numbers and column letters are those that Excel shows, blank rows
and holes included. What is wrong with the shape of a file is said all at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.numbers import BLANKS
from core.sheet_files import Cell, is_filled, open_cells
from core.sheet_problems import Problem, Problems, SpreadsheetError, refused
from core.xlsx_guard import column_letter

__all__ = [
    "Cell",
    "Problem",
    "Problems",
    "Row",
    "SpreadsheetError",
    "Table",
    "column_letter",
    "heading_key",
    "read_table",
]

MAX_BYTES = 20 << 20
MAX_ROWS = 20_000


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
    """The rows of an XLSX or CSV file whose first filled row holds the headings.

    The columns may come in any order. Raises `SpreadsheetError` for a file that cannot
    be read, wrong headings, or no rows. A cell with a formula's error, or outside the
    headings, is in the table's `problems` and the caller refuses it with its own.
    """
    grid, errors = open_cells(file, max_bytes=max_bytes, max_rows=max_rows)
    filled = ((number, cells) for number, cells in grid if is_filled(cells))
    heading_row, heading = next(filled, (0, ()))
    if not heading_row:
        raise refused(_("The file is empty. Fill in the template and upload that."))
    places = _read_headings(heading_row, heading, required, optional)
    letters = {name: column_letter(index + 1) for index, name in places.items()}
    table = Table([], letters, Problems(letters))
    for number, cells in filled:
        table.rows.append(_row(number, cells, places, table.problems))
    for (row, column), text in errors.items():
        if row > heading_row and (name := places.get(column - 1)):
            table.problems.add(row, name, _formula_error(text))
    if not table.rows:
        raise refused(
            _("The file has headings but no rows. Write at least one row below them.")
        )
    return table


def heading_key(text: object) -> str:
    """How a heading is compared: `Luas Ha ` is `luas_ha`."""
    return "_".join(str(text).strip(BLANKS).lower().split())


def _read_headings(
    number: int,
    cells: Sequence[Cell | None],
    required: Sequence[str],
    optional: Collection[str],
) -> dict[int, str]:
    """Which column (from 0) holds which heading; refuses all wrong headings at once."""
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
    return places


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


def _row(
    number: int,
    cells: Sequence[Cell | None],
    places: dict[int, str],
    problems: Problems,
) -> Row:
    held = {}
    for index, cell in enumerate(cells):
        if cell is None:
            continue
        if name := places.get(index):
            held[name] = cell
        else:
            letter = column_letter(index + 1)
            message = _(
                "Cell %(cell)s is filled, but its column has no heading. In a CSV file"
                " a number with a comma may have been split: put it in quotation marks."
            ) % {"cell": f"{letter}{number}"}
            problems.add(number, "", message)
    return Row(number, held)


def _formula_error(text: str) -> str:
    message = _("The formula ends in an error (%(text)s). Write the value.")
    return message % {"text": text}
