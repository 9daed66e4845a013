"""Columns declared once: the rows of a page and of its files (core/exports.py: XLSX).

How the CSV is written, and why: fields are parted by semicolons, decimals have a
comma, and the file begins with a BOM, because that is what a spreadsheet set to
Indonesian opens by double click without taking `12,48` for text or a date. Nothing is
rounded: hectares have their 6 decimals, dates are ISO, there are no thousands marks.
`core.numbers.read_decimal` reads every number back exactly (a comma is never
ambiguous), so an exported file can be imported again. Programs use the API.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from itertools import islice
from typing import Any, Literal

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html, strip_tags
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import html
from core.fields import six_places
from core.numbers import format_input

Kind = Literal[
    "text", "hectares", "number", "percent", "date", "datetime", "rupiah", "html"
]
Getter = str | Callable[[Any], Any]
RIGHT_ALIGNED = frozenset({"hectares", "number", "percent", "rupiah"})
ROWS_PER_CHUNK = 200
# What a spreadsheet would run as a formula; the wide forms are folded to ASCII by some.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NEGATIVE_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list, on the page and in its files.

    `value`, `link`, `note` and `export` are an attribute's name or a function of the
    row. `order_by` names the queryset field that its heading sorts by. `link=True`
    leads to the row's own page. `note` is small print under the value (page only);
    `export` is the files' value where it differs. `full` gives the cell a line of its
    own on a phone; other widths go into `css` (`half`, `st-cell half`, `hide-s`).
    `name` is its key in totals. `only` keeps it to the `page` or (`csv`) to the files.
    """

    label: str | Promise
    value: Getter
    order_by: str | None = None
    kind: Kind = "text"
    link: Getter | bool | None = None
    full: bool = False
    css: str = ""
    unit: str = ""
    name: str = ""
    note: Getter | None = None
    export: Getter | None = None
    only: Literal["", "page", "csv"] = ""

    @property
    def is_number(self) -> bool:
        return self.kind in RIGHT_ALIGNED

    @property
    def is_right(self) -> bool:
        """Whether its cells, and so its heading, stand at the right."""
        return self.is_number or "num" in self.css.split()

    @property
    def heading(self) -> str:
        """The label with its unit, where there is no room for two lines."""
        return f"{self.label} ({self.unit})" if self.unit else str(self.label)


def pick_column(
    is_offered: Callable[[Any], bool], *, name: str, label: Callable[[Any], str]
) -> Column:
    """Boxes that choose rows for the form `verify-many` below the table.

    `name` is that of the boxes in the form, `label` what a box says of its row.
    """

    def box(row: Any) -> SafeString | None:
        if not is_offered(row):
            return None
        return format_html(
            '<label class="pick-line"><input class="form-check-input" type="checkbox"'
            ' name="{}" value="{}" form="verify-many" aria-label="{}"></label>',
            name,
            row.pk,
            label(row),
        )

    return Column(gettext_lazy("Choose"), box, kind="html", only="page", css="half")


def value_of(getter: Getter, row: Any) -> Any:
    """The row's value: by function, by key, or by (dotted) attribute."""
    if callable(getter):
        return getter(row)
    for name in getter.split("."):
        row = row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
        if callable(row):
            row = row()
    return row


# ---- the page ---------------------------------------------------------------

FORMATS: dict[str, Callable[[Any], str]] = {
    "hectares": html.figure,
    "number": lambda value: html.figure(value, None),
    "percent": html.percent,
    "date": html.day,
    "datetime": html.moment,
    "rupiah": html.rupiah,
    "html": conditional_escape,
}


def shown(kind: str, value: Any) -> SafeString:
    """A value of this kind as HTML; a dash where there is none."""
    if value is None or value == "":
        return html.NOTHING
    if isinstance(value, bool):
        return escape(_("yes") if value else _("no"))
    formatter = FORMATS.get(kind, str)
    return conditional_escape(formatter(value))


def on_page(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.only != "csv"]


def in_files(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.only != "page"]


def table_body(columns: Sequence[Column], rows: Iterable[Any]) -> SafeString:
    """The `<tr>`s. Built here and not in a template: this is a list page's hot loop."""
    plans = [_plan(column, first) for column, first in _with_first(columns)]
    lines: list[str] = []
    for row in rows:
        cells = [_cell(column, before, after, row) for column, before, after in plans]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return mark_safe("\n".join(lines))


def table_foot(columns: Sequence[Column], totals: Mapping[str, Any]) -> SafeString:
    """The totals' row: `totals` maps a column's `name` to its sum."""
    cells: list[str] = []
    for column, first in _with_first(columns):
        if first:
            cells.append(
                format_html('<th scope="row" class="full">{}</th>', _("Total"))
            )
        elif column.name in totals:
            _tag, before, after = _plan(column, first)
            total = totals[column.name]
            # A figure under cells that are more than one (bar, share).
            is_plain = column.kind == "html" and isinstance(total, Decimal)
            kind = "hectares" if is_plain else column.kind
            cells.append(before + shown(kind, total) + after)
        else:
            cells.append('<td class="hide-s"></td>')
    return mark_safe(f"<tr>{''.join(cells)}</tr>")


def _with_first(columns: Sequence[Column]) -> list[tuple[Column, bool]]:
    return [(column, number == 0) for number, column in enumerate(columns)]


def _plan(column: Column, first: bool) -> tuple[Column, str, str]:
    """The column with the text before and after each of its cells."""
    names = ["num"] if column.is_number else []
    if column.full or (first and not column.css):
        names.append("full")
    if column.css:
        names.append(column.css)
    css = format_html(' class="{}"', " ".join(names)) if names else ""
    if first:
        return column, f'<th scope="row"{css}>', "</th>"
    label = format_html(' data-l="{}"', column.heading)
    return column, f"<td{css}{label}>", "</td>"


def _cell(column: Column, before: str, after: str, row: Any) -> str:
    text: str = shown(column.kind, value_of(column.value, row))
    if column.link and (url := _url(column.link, row)):
        text = f'<a href="{escape(url)}">{text}</a>'
    if column.note and (note := value_of(column.note, row)):
        text += f'<span class="pct">{conditional_escape(note)}</span>'
    return f"{before}{text}{after}"


def _url(link: Getter | bool, row: Any) -> str | None:
    if isinstance(link, bool):
        return row.get_absolute_url()
    return value_of(link, row)


# ---- files ------------------------------------------------------------------


def file_name(stem: str, ending: str) -> str:
    return f"{stem}-{timezone.localdate():%Y-%m-%d}.{ending}"


def file_value(column: Column, row: Any) -> Any:
    """What stands in a file: a number, a date, a local moment, a text, or None."""
    value = value_of(column.export or column.value, row)
    if column.kind == "hectares" and isinstance(value, Decimal | int | float):
        return six_places(Decimal(str(value)))
    return plain_value(value)


def plain_value(value: Any) -> Any:
    """The value as a file has it: no markup, no translation still to come."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return timezone.localtime(value)
    if value is None or isinstance(value, Decimal | int | float | date):
        return value
    if isinstance(value, SafeString):
        return unescape(strip_tags(value))
    return str(value)


# ---- the CSV ----------------------------------------------------------------


def csv_response(
    columns: Sequence[Column],
    rows: Iterable[Any],
    filename: str,
    meta: Mapping[str, str] | None = None,
) -> StreamingHttpResponse:
    """The rows as a streamed download, named after `filename` and the day.

    `meta` (decree, as-of date, filters) stands in extra columns, the same in every row:
    the first line stays the heading, so that the file can be sorted and read again.
    """
    name = file_name(filename, "csv")
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return StreamingHttpResponse(
        csv_chunks(columns, rows, meta or {}),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition or ""},
    )


def csv_chunks(
    columns: Sequence[Column], rows: Iterable[Any], meta: Mapping[str, str]
) -> Iterator[str]:
    """The file in pieces; texts are in the language of the page that asked."""
    language = translation.get_language()
    written = in_files(columns)
    head = [column.heading for column in written] + list(meta)
    tail = [_defused(text) for text in meta.values()]
    yield "\ufeff" + _csv_lines([[_defused(text) for text in head]])
    iterator = iter(rows)
    while batch := list(islice(iterator, ROWS_PER_CHUNK)):
        with translation.override(language):
            lines = [[_csv_cell(c, row) for c in written] + tail for row in batch]
        yield _csv_lines(lines)


def _csv_lines(lines: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(lines)
    return buffer.getvalue()


def _csv_cell(column: Column, row: Any) -> str:
    value = file_value(column, row)
    if value is None:
        return ""
    if isinstance(value, Decimal | int | float):
        if column.kind == "hectares":
            return f"{value:f}".replace(".", ",")
        return format_input(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _defused(value)


def _defused(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    bare = text.lstrip(" ")
    if bare.startswith(FORMULA_STARTS) and not NEGATIVE_NUMBER.fullmatch(text):
        return f"'{text}"
    return text
