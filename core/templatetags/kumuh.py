"""Template tags and filters of all pages; load with `{% load kumuh %}`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import html
from core.tables import Column, on_page, table_body, table_foot

register = template.Library()

register.filter("ha", html.figure)
register.filter("pct", html.percent)
register.filter("rp", html.rupiah)
register.filter("tgl", html.day)
register.filter("waktu", html.moment)
register.simple_tag(html.icon, name="icon")
register.simple_tag(html.chip, name="chip")
register.simple_tag(html.badge, name="severity")
register.simple_tag(html.bar, name="bar")
register.simple_tag(html.stacked_bar, name="stackbar")

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, ""),
    (forms.RadioSelect, ""),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.HiddenInput, ""),
    (forms.Widget, "form-control"),
)


@register.filter
def num(value: html.Number | None, places: int | None = None) -> SafeString:
    """`1.234,5`: every decimal there is, or exactly `places`."""
    return html.figure(value, places)


@register.filter
def widget_class(field: BoundField) -> str:
    """The stylesheet's class for a field's widget; also tells check boxes apart."""
    widget = field.field.widget
    return next(css for kind, css in CLASSES if isinstance(widget, kind))


@register.simple_tag
def widget(field: BoundField, **attrs: Any) -> SafeString:
    """The input alone, with the stylesheet's classes and its error marked.

    A placeholder that only repeats the label goes: it looks like something filled in.
    """
    if field.field.widget.attrs.get("placeholder") == field.label:
        attrs.setdefault("placeholder", "")
    names = [field.field.widget.attrs.get("class", ""), widget_class(field)]
    if field.errors:
        names.append("is-invalid-k")
    given = {key.replace("_", "-"): value for key, value in attrs.items()}
    css = " ".join(name for name in names if name)
    return field.as_widget(attrs=given | ({"class": css} if css else {}))


@register.simple_tag(takes_context=True)
def is_current_page(context: Context, url: str) -> str:
    """`aria-current="page"` for a tab whose address is this page's."""
    request = context.get("request")
    if request is not None and request.path == url.partition("?")[0]:
        return SafeString('aria-current="page"')
    return ""


@register.inclusion_tag("_components/table.html", takes_context=True)
def data_table(
    context: Context,
    columns: Sequence[Column],
    rows: Iterable[Any],
    caption: str = "",
    totals: Mapping[str, Any] | None = None,
    css: str = "",
) -> dict[str, Any]:
    """A responsive table of `rows`; headings sort, keeping the filters.

    `totals` (column name → sum) adds a foot. Sorting needs `order` in the context, as
    `FilteredListView` puts it there; without it the headings are plain text.
    """
    shown = on_page(columns)
    return {
        "heads": [_heading(column, context) for column in shown],
        "body": table_body(shown, rows),
        "foot": table_foot(shown, totals) if totals else "",
        "caption": caption,
        "css": css,
    }


@register.simple_tag(takes_context=True)
def sort_choices(context: Context, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """What the sort box of a phone offers: each sortable column, both ways."""
    order = context.get("order", "")
    ways = (("", _("ascending")), ("-", _("descending")))
    return [
        {
            "value": f"{sign}{column.order_by}",
            "label": f"{column.label}, {word}",
            "selected": order == f"{sign}{column.order_by}",
        }
        for column in on_page(columns)
        if column.order_by
        for sign, word in ways
    ]


def _heading(column: Column, context: Context) -> dict[str, Any]:
    """A heading: its label, where it sorts to, and how the rows are sorted now."""
    head: dict[str, Any] = {"column": column, "url": "", "aria": "", "mark": ""}
    request = context.get("request")
    order = context.get("order")
    if not column.order_by or request is None or order is None:
        return head
    up, down = column.order_by, f"-{column.order_by}"
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = down if order == up else up
    head["url"] = f"?{query.urlencode()}"
    if order in (up, down):
        head["aria"] = "ascending" if order == up else "descending"
        head["mark"] = "▴" if order == up else "▾"
    return head
