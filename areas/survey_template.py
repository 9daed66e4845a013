"""The survey spreadsheet to fill in, as a workbook."""

import io
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from areas.survey.columns import DATE, SurveyColumn, SurveySheet

LAST_ROW = 5000
WIDTHS = {"kode_desa": 16, "kawasan": 28, "rt_rw": 18, DATE: 15}
CENTURY = date(2000, 1, 1)


def survey_template(survey: SurveySheet) -> bytes:
    """The workbook: the headings with notes and checks, and a sheet that explains."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": _("Survey of slum areas")})
    _fill_survey(book, book.add_worksheet(_("Survey")), survey)
    _fill_help(book, book.add_worksheet(_("Explanation")), survey)
    book.close()
    return file.getvalue()


def _fill_survey(book: Any, sheet: Any, survey: SurveySheet) -> None:
    heading = book.add_format(
        {"bold": True, "bg_color": "#DCEBF5", "bottom": 1, "align": "center"}
    )
    formats = {
        "code": book.add_format({"num_format": "@"}),
        "text": book.add_format({"num_format": "@"}),
        "integer": book.add_format({"num_format": "0"}),
        "decimal": book.add_format({"num_format": "0.######"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    for index, column in enumerate(survey.columns):
        width = WIDTHS.get(column.heading, max(9, len(column.heading) + 2))
        sheet.set_column(index, index, width, formats[column.kind])
        sheet.write_string(0, index, column.heading, heading)
        sheet.write_comment(0, index, note_of(column), {"x_scale": 2, "y_scale": 1.2})
        if check := _check_of(column):
            sheet.data_validation(1, index, LAST_ROW, index, check)
    sheet.freeze_panes(1, 3)


def note_of(column: SurveyColumn) -> str:
    """What hangs on the heading: name, unit, and what to write."""
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.name}{unit}. {column.help}"


def _check_of(column: SurveyColumn) -> dict[str, Any] | None:
    """What Excel itself refuses while typing; the import checks everything again."""
    if column.kind == "date":
        rule = {"validate": "date", "criteria": ">=", "value": CENTURY}
        message = _("Write the date as 2025-03-31.")
    elif column.kind in ("integer", "decimal"):
        rule = {"validate": column.kind, "criteria": ">=", "value": 0}
        message = _("Write a number, 0 or more.")
    else:
        return None
    return {**rule, "error_title": column.heading, "error_message": message}


def _fill_help(book: Any, sheet: Any, survey: SurveySheet) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    heads = (
        (_("Column"), 26),
        (_("Meaning"), 60),
        (_("Unit"), 16),
        (_("Required"), 10),
        (_("What to write"), 60),
        (_("Example"), 18),
    )
    for index, (text, width) in enumerate(heads):
        sheet.set_column(index, index, width, wrapped)
        sheet.write_string(0, index, text, bold)
    for number, column in enumerate(survey.columns, start=1):
        for index, text in enumerate(_explanation(column, survey)):
            sheet.write_string(number, index, text)
    sheet.freeze_panes(1, 1)


def _explanation(column: SurveyColumn, survey: SurveySheet) -> tuple[str, ...]:
    name = column.name
    if column in survey.volumes:
        name = _("Volume of indicator %(code)s: %(name)s") % {
            "code": column.heading,
            "name": column.name,
        }
    required = _("yes") if column.required else _("no")
    return (
        column.heading,
        str(name),
        str(column.unit),
        required,
        str(column.help),
        column.example,
    )
