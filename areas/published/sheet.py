"""The file behind published results: its headings, its filled rows, its first cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from core.numbers import format_input
from core.sheet_files import Cell, is_filled, open_cells
from core.sheet_problems import refused
from core.xlsx_guard import column_letter

MAX_ROWS = 20_000
SAMPLE_ROWS = 3

Line = tuple[int, Sequence[Cell | None]]


@dataclass(frozen=True)
class Sheet:
    """Headings by column (from 0), and the filled rows below with Excel's numbers.

    `errors` are the cells whose formula ends in an error, by (row, column from 1).
    """

    heading_row: int
    headings: Mapping[int, str]
    lines: Iterator[Line]
    errors: Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file: its letter, its heading, and the first of its cells."""

    letter: str
    heading: str
    samples: tuple[str, ...]

    @property
    def sample(self) -> str:
        return " · ".join(self.samples)


def open_sheet(file: BinaryIO) -> Sheet:
    """The sheet; its first filled row must name the columns.

    Raises `SpreadsheetError` for what is no spreadsheet, or has no headings.
    """
    grid, errors = open_cells(
        file, max_bytes=settings.SURVEY_MAX_BYTES, max_rows=MAX_ROWS
    )
    lines = ((number, cells) for number, cells in grid if is_filled(cells))
    number, cells = next(lines, (0, ()))
    headings = {
        index: " ".join(str(cell).split())
        for index, cell in enumerate(cells)
        if cell is not None
    }
    if len(headings) < 2:
        raise refused(
            _(
                "The file has no row of headings. The first filled row must name the"
                " columns."
            )
        )
    return Sheet(number, headings, lines, errors)


def read_columns(file: BinaryIO) -> list[FileColumn]:
    """The columns of the file with their first cells; raises as `open_sheet`."""
    sheet = open_sheet(file)
    rows = [cells for _number, cells in islice(sheet.lines, SAMPLE_ROWS)]
    return [
        FileColumn(
            column_letter(index + 1),
            heading,
            tuple(_sample(cells, index) for cells in rows),
        )
        for index, heading in sheet.headings.items()
    ]


def short(cell: Cell | None) -> str:
    """A cell as people here write it, cut where it is long."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = format_input(cell)
    else:
        text = str(cell)
    return text if len(text) <= 30 else f"{text[:30]}…"


def _sample(cells: Sequence[Cell | None], index: int) -> str:
    cell = cells[index] if index < len(cells) else None
    return "–" if cell is None else short(cell)
