"""The rows of files with published results as values, each of them checked.

Row numbers and column letters are those that Excel shows; everything wrong is told at
once. Columns that the mapping does not name are not looked at.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from areas.published.mapping import Field, check_mapping, fields_of
from areas.published.sheet import Sheet, open_sheet, short
from areas.rules import Rules, Severity, severity_of
from areas.survey.rows import as_text, name_key, unit_key
from core.numbers import DecimalMark, NumberError, from_cell
from core.sheet_files import Cell
from core.sheet_problems import Problems, refused
from core.xlsx_guard import column_letter

CLASSES = {
    "kumuh berat": Severity.HEAVY,
    "berat": Severity.HEAVY,
    "kb": Severity.HEAVY,
    "kumuh sedang": Severity.MODERATE,
    "sedang": Severity.MODERATE,
    "ks": Severity.MODERATE,
    "kumuh ringan": Severity.LIGHT,
    "ringan": Severity.LIGHT,
    "kr": Severity.LIGHT,
    "tidak kumuh": Severity.NOT_SLUM,
    "bukan kumuh": Severity.NOT_SLUM,
    "tk": Severity.NOT_SLUM,
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row. None is a blank, or a cell that was refused."""

    number: int
    texts: Mapping[str, str]
    hectares: Decimal | None
    total: int | None
    severity: Severity | None
    scores: Mapping[str, int]
    needs: Mapping[str, str]

    @property
    def place(self) -> tuple[str, ...]:
        """What tells two RT apart; empty where the file does not name RT."""
        if not self.texts["rt_rw"]:
            return ()
        names = (self.texts["district_name"], self.texts["village_name"])
        return (*map(name_key, names), unit_key(self.texts["rt_rw"]))


@dataclass
class Reading:
    """The rows of a file under a mapping, and what is wrong with them."""

    rules: Rules
    mapping: Mapping[str, str]
    problems: Problems
    rows: list[FileRow] = field(default_factory=list)

    @property
    def sums_equal(self) -> int:
        """Rows whose scores add up to their published total."""
        return sum(self._is_sum(row) for row in self.rows)

    @property
    def classes_equal(self) -> int:
        """Rows whose published class is that of their published total."""
        return sum(
            row.total is not None and row.severity == severity_of(row.total, self.rules)
            for row in self.rows
        )

    @property
    def hectares(self) -> Decimal:
        return sum((row.hectares or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def without_hectares(self) -> int:
        return sum(row.hectares is None for row in self.rows)

    def _is_sum(self, row: FileRow) -> bool:
        is_whole = len(row.scores) == len(self.rules.codes)
        return is_whole and row.total == sum(row.scores.values())

    def repeated(self) -> list[tuple[str, list[int]]]:
        """Places that stand in more than one row: as written, with their rows."""
        found: dict[tuple[str, ...], list[FileRow]] = defaultdict(list)
        for row in self.rows:
            if row.place:
                found[row.place].append(row)
        return [
            (
                f"{rows[0].texts['village_name']} {rows[0].texts['rt_rw']}",
                [row.number for row in rows],
            )
            for rows in found.values()
            if len(rows) > 1
        ]


def read_results(
    file: BinaryIO,
    mapping: Mapping[str, str],
    rules: Rules,
    decimal_mark: DecimalMark | None = None,
) -> Reading:
    """Every row, checked; what is wrong with rows is in `problems` of the answer.

    Raises `SpreadsheetError` for a file that cannot be read or has no rows, and
    BusinessRuleError, by field, for a mapping that does not fit.
    """
    sheet = open_sheet(file)
    headings = list(sheet.headings.values())
    mapping = check_mapping(mapping, headings, rules)
    places = {heading: index for index, heading in sheet.headings.items()}
    columns = {key: places[heading] for key, heading in mapping.items()}
    letters = {mapping[key]: column_letter(i + 1) for key, i in columns.items()}
    reading = Reading(rules, mapping, Problems(letters))
    reader = RowReader(reading, columns, decimal_mark)
    lines = list(sheet.lines)
    _note_formula_errors(sheet, reading)
    for number, cells in lines:
        _refuse_stray(number, cells, sheet.headings, reading.problems)
        reading.rows.append(reader.read(number, cells))
    if not reading.rows:
        raise refused(
            _("The file has headings but no rows. Write at least one row below them.")
        )
    return reading


@dataclass
class RowReader:
    """Reads rows under one mapping; problems go to those of the reading."""

    reading: Reading
    columns: Mapping[str, int]
    decimal_mark: DecimalMark | None

    def __post_init__(self) -> None:
        rules = self.reading.rules
        self.by_kind: dict[str, list[Field]] = defaultdict(list)
        for one in fields_of(rules):
            self.by_kind[one.kind].append(one)
        self.allowed = sorted({0, *(score for _low, score in rules.bands)})

    def read(self, number: int, cells: Sequence[Cell | None]) -> FileRow:
        """The values of a row. Each thing wrong with it is noted at its cell."""
        held = {
            key: cells[index] if index < len(cells) else None
            for key, index in self.columns.items()
        }
        row = FileRow(
            number=number,
            texts={f.key: self._text(number, f, held) for f in self.by_kind["text"]},
            hectares=self._hectares(number, held),
            total=self._whole(number, "total", held),
            severity=self._severity(number, held),
            scores=self._scores(number, held),
            needs={
                f.code: text
                for f in self.by_kind["need"]
                if (text := self._text(number, f, held))
            },
        )
        self._compare(row)
        return row

    def _refuse(self, number: int, key: str, message: str) -> None:
        """Note a problem, unless the cell has one already (a formula's error)."""
        heading = self.reading.mapping[key]
        if not self.reading.problems.has(number, heading):
            self.reading.problems.add(number, heading, message)

    def _text(self, number: int, wanted: Field, held: Mapping[str, Cell | None]) -> str:
        cell = held.get(wanted.key)
        if cell is None:
            if wanted.is_required:
                self._refuse(number, wanted.key, _("The cell is blank. Fill it in."))
            return ""
        if not isinstance(cell, str | int | float) or isinstance(cell, bool):
            message = _(
                "Excel has made “%(text)s” of what was typed. Format the column as text"
                " and type it again."
            )
            self._refuse(number, wanted.key, message % {"text": cell})
            return ""
        text = " ".join(as_text(cell).split())
        if len(text) > wanted.longest:
            message = _("The text is longer than %(longest)s characters. Shorten it.")
            self._refuse(number, wanted.key, message % {"longest": wanted.longest})
        return text

    def _number(
        self, number: int, key: str, held: Mapping[str, Cell | None]
    ) -> Decimal | None:
        try:
            return from_cell(held.get(key), decimal_mark=self.decimal_mark)
        except NumberError as error:
            self._refuse(number, key, str(error))
            return None

    def _hectares(self, number: int, held: Mapping[str, Cell | None]) -> Decimal | None:
        value = self._number(number, "hectares", held)
        if value is not None and value < 0:
            self._refuse(number, "hectares", _("Hectares cannot be negative."))
            return None
        return value

    def _whole(
        self, number: int, key: str, held: Mapping[str, Cell | None]
    ) -> int | None:
        """A whole number that must be there."""
        if held.get(key) is None:
            message = _("The cell is blank. Write the figure, or 0 when there is none.")
            self._refuse(number, key, message)
            return None
        value = self._number(number, key, held)
        if value is None:
            return None
        if value != value.to_integral_value():
            message = _("“%(text)s” is not a whole number.")
            self._refuse(number, key, message % {"text": short(held[key])})
            return None
        return int(value)

    def _scores(self, number: int, held: Mapping[str, Cell | None]) -> dict[str, int]:
        """The scores that can stand, by code."""
        found: dict[str, int] = {}
        for wanted in self.by_kind["score"]:
            value = self._whole(number, wanted.key, held)
            if value is None:
                continue
            if value not in self.allowed:
                message = _("“%(text)s” is no score of %(rules)s: write %(allowed)s.")
                words = {
                    "text": short(held[wanted.key]),
                    "rules": self.reading.rules.title,
                    "allowed": ", ".join(map(str, self.allowed)),
                }
                self._refuse(number, wanted.key, message % words)
                continue
            found[wanted.code] = value
        return found

    def _severity(
        self, number: int, held: Mapping[str, Cell | None]
    ) -> Severity | None:
        cell = held.get("severity")
        if cell is None:
            self._refuse(number, "severity", _("The cell is blank. Fill it in."))
            return None
        found = CLASSES.get(name_key(str(cell)))
        if found is None:
            message = _(
                "“%(text)s” is no class. Write KUMUH BERAT, KUMUH SEDANG, KUMUH RINGAN"
                " or TIDAK KUMUH (KB, KS, KR, TK)."
            )
            self._refuse(number, "severity", message % {"text": short(cell)})
        return found

    def _compare(self, row: FileRow) -> None:
        """The total against the scores, the class against the total."""
        if row.total is None:
            return
        rules = self.reading.rules
        found = sum(row.scores.values())
        if len(row.scores) == len(rules.codes) and found != row.total:
            message = _("The total is %(total)s, but the scores add up to %(sum)s.")
            self._refuse(
                row.number, "total", message % {"total": row.total, "sum": found}
            )
        expected = severity_of(row.total, rules)
        if row.severity is not None and row.severity != expected:
            message = _(
                "The class is “%(class)s”, but a total of %(total)s is “%(expected)s”"
                " under %(rules)s."
            )
            words = {
                "class": row.severity.label,
                "total": row.total,
                "expected": expected.label,
                "rules": rules.title,
            }
            self._refuse(row.number, "severity", message % words)


def _refuse_stray(
    number: int,
    cells: Sequence[Cell | None],
    heads: Mapping[int, str],
    problems: Problems,
) -> None:
    """A filled cell without heading: the row has shifted, or the file is another."""
    for index, cell in enumerate(cells):
        if cell is not None and index not in heads:
            message = _(
                "Cell %(cell)s is filled, but its column has no heading. In a CSV file"
                " a number with a comma may have been split: put it in quotation marks."
            ) % {"cell": f"{column_letter(index + 1)}{number}"}
            problems.add(number, "", message)


def _note_formula_errors(sheet: Sheet, reading: Reading) -> None:
    """Cells of mapped columns whose formula ends in an error."""
    mapped = set(reading.mapping.values())
    for (row, column), text in sheet.errors.items():
        heading = sheet.headings.get(column - 1, "")
        if row > sheet.heading_row and heading in mapped:
            message = _("The formula ends in an error (%(text)s). Write the value.")
            reading.problems.add(row, heading, message % {"text": text})
