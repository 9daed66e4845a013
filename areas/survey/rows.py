"""Rows of the survey spreadsheet as values: everything that a row says by itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from areas.rules import Denominator, Denominators, check_volumes
from areas.survey.columns import (
    AREA,
    DATE,
    HEADING_OF,
    OPEN_SPACE,
    RECORDED,
    UNIT,
    VILLAGE,
    WHOLE_AREA,
    SurveyColumn,
    SurveySheet,
)
from core.decimal_marks import MarkWatch
from core.html import day
from core.numbers import (
    AmbiguousNumberError,
    DecimalMark,
    NumberError,
    from_cell,
    read_integer,
)
from core.spreadsheets import Cell, Problems, Row

FIRST_YEAR = 1990
AREA_LENGTH = 200  # SlumArea.name
UNIT_LENGTH = 30  # Neighbourhood.rt_rw
CELLS_SHOWN = 10
VILLAGE_CODE = re.compile(r"(\d\d)\.?(\d\d)\.?(\d\d)\.?(\d{4})")
ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
LOCAL_DATE = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})")
RT_THEN_RW = re.compile(
    r"(?:rt)?[\W_]*0*(?P<rt>\d+)(?:[\W_]+(?:rw)?|rw)[\W_]*0*(?P<rw>\d+)"
)
RW_THEN_RT = re.compile(r"rw[\W_]*0*(?P<rw>\d+)[\W_]*rt[\W_]*0*(?P<rt>\d+)")
LONE_RT = re.compile(r"(?:rt)?[\W_]*0*(?P<rt>\d+)(?P<rw>)")


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One RT as the spreadsheet has it. None is a blank, or a cell that was refused.

    A row of the area as a whole has no `rt_rw`.
    """

    number: int
    village_code: str
    area_name: str
    rt_rw: str
    surveyed_on: date | None
    hectares: Decimal | None
    buildings: int | None
    population: int | None
    households: int | None
    ideal_road_m: Decimal | None
    ideal_drainage_m: Decimal | None
    existing_road_m: Decimal | None
    open_space_m2: Decimal | None
    is_whole: bool
    volumes: Mapping[str, Decimal | None]

    @property
    def denominators(self) -> Denominators:
        """What the volumes are divided by; only of a row without problems."""
        return Denominators.of(self)


@dataclass
class RowReader:
    """Reads rows under what holds for all of them; problems go to the list given."""

    sheet: SurveySheet
    problems: Problems
    decimal_mark: DecimalMark | None
    default_date: date | None
    today: date
    marks: MarkWatch = field(default_factory=MarkWatch)

    def read(self, row: Row) -> SurveyRow | None:
        """The values of a row. Each thing wrong with it is noted at its cell.

        None for a row that names no place at all, such as a note below the table.
        """
        if not any(row.cells.get(heading) for heading in (VILLAGE, AREA, UNIT)):
            self._refuse_stray(row)
            return None
        figures = {
            column.field: self._number(row, column) for column in self.sheet.figures
        }
        volumes = {
            column.field: self._number(row, column) for column in self.sheet.volumes
        }
        open_space = self._number(row, RECORDED)
        self._check(row, figures, volumes, open_space)
        rt_rw = self._text(row, UNIT, UNIT_LENGTH)
        is_whole = name_key(rt_rw) == name_key(WHOLE_AREA)
        return SurveyRow(
            number=row.number,
            village_code=self._village(row),
            area_name=self._text(row, AREA, AREA_LENGTH),
            rt_rw="" if is_whole else rt_rw,
            surveyed_on=self._date(row),
            open_space_m2=open_space,
            is_whole=is_whole,
            volumes=volumes,
            **figures,
        )

    def finish(self) -> None:
        """Note what only the whole file shows; after the last row."""
        if self.decimal_mark is None:
            self.marks.report(self.problems)

    def _refuse_stray(self, row: Row) -> None:
        cells = [f"{self.problems.letters[name]}{row.number}" for name in row.cells]
        message = _(
            "The row names no village, area and RT, but is filled in %(cells)s. Fill in"
            " all three, or clear the whole row."
        )
        shown = ", ".join(cells[:CELLS_SHOWN]) + " …" * (len(cells) > CELLS_SHOWN)
        self.problems.add(row.number, "", message % {"cells": shown})

    def _refuse(self, row: Row, heading: str, message: str) -> None:
        """Note a problem, unless the cell has one already (a formula's error)."""
        if not self.problems.has(row.number, heading):
            self.problems.add(row.number, heading, message)

    def _number(self, row: Row, column: SurveyColumn) -> Any:
        cell = row.cells.get(column.heading)
        if isinstance(cell, str):
            self.marks.note(column.heading, row.number, cell)
        try:
            if column.kind == "integer":
                return whole_number(cell, self.decimal_mark)
            return from_cell(cell, decimal_mark=self.decimal_mark)
        except AmbiguousNumberError as error:
            hint = _(
                "Or say what the decimal mark of the whole file is (on the page, or"
                " with --decimal-mark)."
            )
            self._refuse(row, column.heading, f"{error} {hint}")
        except NumberError as error:
            self._refuse(row, column.heading, str(error))
        return None

    def _check(
        self,
        row: Row,
        figures: Mapping[str, Any],
        volumes: Mapping[str, Decimal | None],
        open_space: Decimal | None,
    ) -> None:
        """Blanks and ranges, by the rule set."""
        for column in self.sheet.figures:
            if figures[column.field] is None and column.required:
                self._refuse(row, column.heading, blank_figure(column))
        if figures["hectares"] == 0:
            message = _("The area of an RT must be above 0 ha.")
            self._refuse(row, HEADING_OF["hectares"], message)
        if (figures["population"] or 0) < 0:
            message = _("A number of people cannot be negative.")
            self._refuse(row, HEADING_OF["population"], message)
        if open_space is not None and open_space < 0:
            self._refuse(row, OPEN_SPACE, _("Write 0 or more."))
        if not any(code in row.cells for code in volumes):
            message = _(
                "No volume is filled in. Fill in the volumes, or delete the row where"
                " it was not surveyed."
            )
            self.problems.add(row.number, "", message)
            return
        divisors = {kind.value: figures[kind.value] for kind in Denominator}
        for code, sentences in check_volumes(
            volumes, divisors, self.sheet.rules
        ).items():
            self._refuse(row, HEADING_OF.get(code, code), " ".join(sentences))

    def _village(self, row: Row) -> str:
        cell = row.cells.get(VILLAGE)
        if cell is None:
            self._refuse(row, VILLAGE, _("The cell is blank. Write the village code."))
            return ""
        text = as_text(cell)
        match = VILLAGE_CODE.fullmatch(text)
        return ".".join(match.groups()) if match else text

    def _text(self, row: Row, heading: str, longest: int) -> str:
        cell = row.cells.get(heading)
        if cell is None:
            self._refuse(row, heading, _("The cell is blank. Fill it in."))
            return ""
        if not isinstance(cell, str | int | float) or isinstance(cell, bool):
            message = _(
                "Excel has made “%(text)s” of what was typed. Format the column as text"
                " and type it again."
            )
            self._refuse(row, heading, message % {"text": cell})
            return ""
        text = " ".join(as_text(cell).split())
        if len(text) > longest:
            message = _("The text is longer than %(longest)s characters. Shorten it.")
            self._refuse(row, heading, message % {"longest": longest})
        return text[:longest]

    def _date(self, row: Row) -> date | None:
        cell = row.cells.get(DATE)
        if cell is None:
            if self.default_date is None:
                message = _(
                    "The survey date is blank. Write it as 2025-03-31, or give one date"
                    " for all rows at the import."
                )
                self._refuse(row, DATE, message)
            return self.default_date
        found = as_date(cell)
        if found is None:
            message = _("“%(text)s” is not a date. Write it as 2025-03-31.")
            self._refuse(row, DATE, message % {"text": str(cell)[:30]})
        elif problem := date_problem(found, self.today):
            self._refuse(row, DATE, problem)
        return found


def whole_number(cell: Cell | None, decimal_mark: DecimalMark | None) -> int | None:
    """A count; `1.234` can only mean 1234 unless the point is the decimal mark."""
    if isinstance(cell, str) and decimal_mark != ".":
        return read_integer(cell)
    value = from_cell(cell, decimal_mark=decimal_mark, max_digits=15, decimals=6)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise NumberError(
            _("“%(text)s” is not a whole number.") % {"text": str(cell)[:30]}
        )
    return int(value)


def as_text(cell: Cell) -> str:
    """What Excel shows: a cell of 1.0 is `1`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def as_date(cell: Cell) -> date | None:
    """A date cell, `2025-03-31`, or day first as written here: `31/03/2025`."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell if isinstance(cell, str) else ""
    match = ISO_DATE.fullmatch(text) or LOCAL_DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(*(int(match[part]) for part in ("year", "month", "day")))
    except ValueError:
        return None


def date_problem(found: date, today: date) -> str:
    """Why that cannot be the day of a survey; empty if it can."""
    if found > today:
        return _("The survey date %(date)s lies in the future.") % {"date": day(found)}
    if found.year < FIRST_YEAR:
        message = _("The survey date lies before %(year)s. Check the year.")
        return message % {"year": FIRST_YEAR}
    return ""


def blank_figure(column: SurveyColumn) -> str:
    if column.field == "hectares":
        return _("The cell is blank. Write the hectares of the RT.")
    return _("The cell is blank. Write the figure, or 0 when there is none.")


def unit_key(rt_rw: str) -> str:
    """The same for every way of writing an RT: `RT 001/RW 002`, `RT1-RW2`, `1/2`."""
    text = rt_rw.casefold()
    for pattern in (RT_THEN_RW, RW_THEN_RT, LONE_RT):
        if match := pattern.fullmatch(text):
            return f"{match['rt']}/{match['rw']}"
    return " ".join(text.split())


def name_key(name: str) -> str:
    """Area names are compared without regard to capitals and spaces."""
    return " ".join(name.casefold().split())
