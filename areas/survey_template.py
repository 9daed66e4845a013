"""The survey spreadsheet to fill in, as a workbook."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from areas.survey.columns import (
    AREA,
    DATE,
    HEADING_OF,
    UNIT,
    VILLAGE,
    SurveyColumn,
    SurveySheet,
)
from areas.survey.content import Row, TemplateContent
from areas.survey.guidance import GUIDANCE, Guidance

BLANK_ROWS = 1000  # below the rows that are filled in, with the same checks
WIDTHS = {VILLAGE: 16, AREA: 28, UNIT: 18, DATE: 15}
CENTURY = date(2000, 1, 1)
NO_GUIDANCE = Guidance("")


def survey_template(survey: SurveySheet, content: TemplateContent) -> bytes:
    """The workbook: the rows to complete, the explanation, the places to choose from.

    No sheet is hidden, and no cell holds a formula: the import would refuse both.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": _("Survey of slum areas")})
    places = _("Places")
    _Survey(book, survey, places, content).fill(content.rows)
    _fill_help(book, book.add_worksheet(_("Explanation")), survey)
    _fill_places(book, book.add_worksheet(places), content)
    book.close()
    return file.getvalue()


class _Survey:
    """The sheet to fill in, with checks that Excel makes while one types."""

    def __init__(
        self, book: Any, survey: SurveySheet, places: str, content: TemplateContent
    ) -> None:
        self.sheet = book.add_worksheet(_("Survey"))
        self.survey = survey
        self.places = places
        self.content = content
        self.last_row = len(content.rows) + BLANK_ROWS
        self.letters = {
            column.heading: xl_col_to_name(index)
            for index, column in enumerate(survey.columns)
        }
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#DCEBF5", "bottom": 1, "align": "center"}
        )
        self.formats = {
            "code": book.add_format({"num_format": "@"}),
            "text": book.add_format({"num_format": "@"}),
            "integer": book.add_format({"num_format": "0"}),
            "decimal": book.add_format({"num_format": "0.######"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }

    def fill(self, rows: Sequence[Row]) -> None:
        for index, column in enumerate(self.survey.columns):
            self._head(index, column)
        for number, row in enumerate(rows, start=1):
            for index, column in enumerate(self.survey.columns):
                self._write(number, index, row.get(column.heading))
        self.sheet.freeze_panes(1, 3)

    def _head(self, index: int, column: SurveyColumn) -> None:
        width = WIDTHS.get(column.heading, max(9, len(column.heading) + 2))
        self.sheet.set_column(index, index, width, self.formats[column.kind])
        self.sheet.write_string(0, index, column.heading, self.heading)
        self.sheet.write_comment(
            0, index, note_of(column), {"x_scale": 2, "y_scale": 1.2}
        )
        if check := self._check(column):
            options = {"error_title": column.heading, **check}
            self.sheet.data_validation(1, index, self.last_row, index, options)

    def _write(self, row: int, index: int, value: Any) -> None:
        if isinstance(value, str):
            self.sheet.write_string(row, index, value)
        elif isinstance(value, Decimal | int):
            self.sheet.write_number(row, index, float(value))

    def _check(self, column: SurveyColumn) -> dict[str, Any] | None:
        """What Excel itself refuses; the import checks everything again."""
        if column in self.survey.volumes:
            return self._volume_check(column.heading)
        if column.kind == "date":
            return {
                "validate": "date",
                "criteria": ">=",
                "value": CENTURY,
                "error_message": _("Write the date as 2025-03-31."),
            }
        if column.kind in ("integer", "decimal"):
            return {
                "validate": column.kind,
                "criteria": ">=",
                "value": 0,
                "error_message": _("Write a number, 0 or more."),
            }
        return self._list_check(column.heading)

    def _volume_check(self, code: str) -> dict[str, Any]:
        """From 0 to the cell of the same row that the volume is divided by."""
        heading = self.survey.denominator_heading(code)
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": f"=${self.letters[heading]}2",
            "error_message": _("Write a number from 0 to that of %(heading)s.")
            % {"heading": heading},
        }

    def _list_check(self, heading: str) -> dict[str, Any] | None:
        """The villages; and the areas, where another name is asked about only."""
        if heading == VILLAGE and self.content.villages:
            last = len(self.content.villages) + 1
            return {
                "validate": "list",
                "source": f"='{self.places}'!$A$2:$A${last}",
                "error_message": _("Choose a code of the sheet %(sheet)s.")
                % {"sheet": self.places},
            }
        if heading == AREA and self.content.areas:
            last = len(self.content.areas) + 1
            return {
                "validate": "list",
                "source": f"='{self.places}'!$E$2:$E${last}",
                "error_type": "warning",
                "error_message": _("This area is not recorded yet. Is it a new one?"),
            }
        return None


def note_of(column: SurveyColumn) -> str:
    """What hangs on the heading: name, unit, and what to write."""
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.name}{unit}. {column.help}"


def _fill_help(book: Any, sheet: Any, survey: SurveySheet) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    rules = survey.rules
    sheet.write_string(0, 0, _("Rule set"), bold)
    sheet.write_string(0, 1, f"{rules.title}: {rules.citation}")
    heads = (
        (_("Column"), 26),
        (_("Meaning"), 60),
        (_("Unit"), 16),
        (_("Divided by"), 26),
        (_("What to count"), 60),
        (_("Source"), 40),
        (_("Required"), 10),
        (_("What to write"), 60),
        (_("Example"), 18),
    )
    for index, (text, width) in enumerate(heads):
        sheet.set_column(index, index, width, wrapped)
        sheet.write_string(2, index, text, bold)
    for number, column in enumerate(survey.columns, start=3):
        for index, text in enumerate(_explanation(column, survey)):
            sheet.write_string(number, index, text)
    sheet.freeze_panes(3, 1)


def _explanation(column: SurveyColumn, survey: SurveySheet) -> tuple[str, ...]:
    name, divided_by, guidance, source = str(column.name), "", NO_GUIDANCE, ""
    if column in survey.volumes:
        row = survey.rules.by_code[column.heading]
        name = _("Volume of indicator %(code)s: %(name)s") % {
            "code": column.heading,
            "name": column.name,
        }
        divided_by = f"{row.denominator.label} ({HEADING_OF[row.denominator]})"
        guidance = GUIDANCE.get(row.measure, NO_GUIDANCE)
        source = ". ".join(filter(None, map(str, (guidance.source, row.source))))
        if not row.is_verified:
            source = _("%(source)s (not verified)") % {"source": source}
    return (
        column.heading,
        name,
        str(column.unit),
        divided_by,
        str(guidance.count),
        source,
        _("yes") if column.required else _("no"),
        str(column.help),
        column.example,
    )


def _fill_places(book: Any, sheet: Any, content: TemplateContent) -> None:
    """Villages on the left, areas on the right: what the lists in the cells offer."""
    bold = book.add_format({"bold": True, "bottom": 1})
    heads = (
        (_("Village code"), 18),
        (_("Village"), 30),
        (_("District"), 30),
        ("", 4),
        (_("Area name"), 36),
        (_("Regency/city"), 30),
    )
    for index, (text, width) in enumerate(heads):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, text, bold)
    for row, village in enumerate(content.villages, start=1):
        for index, text in enumerate(village):
            sheet.write_string(row, index, text)
    for row, area in enumerate(content.areas, start=1):
        for index, text in enumerate(area, start=4):
            sheet.write_string(row, index, text)
    sheet.freeze_panes(1, 0)
