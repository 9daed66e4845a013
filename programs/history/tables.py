"""Columns of the agreements, on the page and in the CSV."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import html
from core.numbers import format_decimal
from core.tables import Column
from programs.history.queries import Agreement

# What a heading may sort by; the rows are computed, so no queryset field can.
KEYS: dict[str, Any] = {
    "area": lambda row: row.area.name,
    "surveyed_on": lambda row: row.survey.surveyed_on,
    "indicator": lambda row: row.indicator.code,
    "baseline": lambda row: row.comparison.left.baseline,
    "verified": lambda row: row.comparison.left.verified,
    "computed": lambda row: row.comparison.left.volume,
    "surveyed": lambda row: row.comparison.surveyed,
    "difference": lambda row: row.comparison.difference,
    "by_area": lambda row: row.comparison.left.by_area,
}


def same_chip(is_same: bool) -> SafeString:
    tone, icon = ("ok", "check") if is_same else ("warn", "warning")
    return html.chip(_same_word(is_same), tone, icon)


def _same_word(is_same: bool) -> str:
    return _("same") if is_same else _("different")


def _excess(row: Agreement) -> str:
    excess = row.comparison.left.excess
    if not excess:
        return ""
    return _("%(excess)s more than was there") % {
        "excess": format_decimal(excess, None)
    }


AGREEMENT_COLUMNS = (
    Column(
        gettext_lazy("Area"), "area.name", "area", link=True, note="area.regency.name"
    ),
    Column(gettext_lazy("Regency/city"), "area.regency.name", only="csv"),
    Column(
        gettext_lazy("Surveyed on"),
        "survey.surveyed_on",
        "surveyed_on",
        "date",
        link="survey.get_absolute_url",
    ),
    Column(
        gettext_lazy("Indicator"),
        lambda row: f"{row.indicator.code} {row.indicator.short_name}",
        "indicator",
        full=True,
        note="indicator.unit",
        export="indicator.code",
    ),
    Column(gettext_lazy("Unit"), "indicator.unit", only="csv"),
    Column(gettext_lazy("Rule set"), "survey.rules.code", only="csv"),
    Column(gettext_lazy("Baseline of"), "base.surveyed_on", kind="date", only="csv"),
    Column(
        gettext_lazy("Baseline volume"),
        "comparison.left.baseline",
        "baseline",
        "number",
    ),
    Column(
        gettext_lazy("Verified"),
        "comparison.left.verified",
        "verified",
        "number",
        note=_excess,
    ),
    Column(
        gettext_lazy("Verified beyond the baseline"),
        "comparison.left.excess",
        kind="number",
        only="csv",
    ),
    Column(
        gettext_lazy("Computed, per RT"),
        "comparison.left.volume",
        "computed",
        "number",
    ),
    Column(gettext_lazy("Surveyed"), "comparison.surveyed", "surveyed", "number"),
    Column(
        gettext_lazy("Difference"),
        "comparison.difference",
        "difference",
        "number",
    ),
    Column(
        gettext_lazy("Same per RT"),
        lambda row: same_chip(row.comparison.is_same),
        kind="html",
        export="comparison.is_same",
    ),
    Column(
        gettext_lazy("Computed, per area"),
        "comparison.left.by_area",
        "by_area",
        "number",
        note=lambda row: _same_word(row.comparison.is_same_by_area),
    ),
    Column(gettext_lazy("Same per area"), "comparison.is_same_by_area", only="csv"),
)
