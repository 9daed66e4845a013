"""What is wrong with a spreadsheet, told by row, heading and cell."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import BusinessRuleError
from core.numbers import format_decimal

MAX_PROBLEMS = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell, a row (no column) or the whole file (no row) is refused."""

    message: str
    row: int | None = None
    column: str = ""
    letter: str = ""

    @property
    def cell(self) -> str:
        """`H12` as Excel names it; empty when it is not about one cell."""
        return f"{self.letter}{self.row}" if self.letter and self.row else ""

    def __str__(self) -> str:
        if self.row is None:
            return self.message
        if not self.column:
            return _("Row %(row)s: %(message)s") % {
                "row": self.row,
                "message": self.message,
            }
        return _("Row %(row)s, column %(column)s (%(cell)s): %(message)s") % {
            "row": self.row,
            "column": self.column,
            "cell": self.cell or "–",
            "message": self.message,
        }


class SpreadsheetError(BusinessRuleError):
    """The file is refused. `problems` says why, in the order of its rows."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.row or 0, _position(p)))
        errors: dict[str, list[str]] = {}
        for problem in self.problems:
            place = problem.cell or (f"{problem.row}" if problem.row else "file")
            errors.setdefault(place, []).append(problem.message)
        super().__init__("\n".join(map(str, self.problems)), errors=errors)


class Problems(list[Problem]):
    """Collects problems; refuses at once where there are too many to be read."""

    def __init__(self, letters: dict[str, str]) -> None:
        super().__init__()
        self.letters = letters
        self.places: set[tuple[int, str]] = set()

    def add(self, row: int, column: str, message: str) -> None:
        """Note a problem of the cell under `column`, or of the row if that is empty."""
        self.places.add((row, column))
        self.append(Problem(message, row, column, self.letters.get(column, "")))
        if len(self) >= MAX_PROBLEMS:
            self.append(
                Problem(
                    _("More than %(count)s problems; the rest is not listed.")
                    % {"count": format_decimal(MAX_PROBLEMS, 0)}
                )
            )
            raise SpreadsheetError(self)

    @property
    def rows(self) -> set[int]:
        """The numbers of the rows with a problem."""
        return {problem.row for problem in self if problem.row}

    def has(self, row: int, column: str) -> bool:
        return (row, column) in self.places


def refused(message: str) -> SpreadsheetError:
    """The refusal of a whole file."""
    return SpreadsheetError([Problem(message)])


def _position(problem: Problem) -> tuple[int, str]:
    """Columns in the order of the sheet: Z before AA."""
    return len(problem.letter), problem.letter
