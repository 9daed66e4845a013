"""Columns of published sources and rows, and of what is told about them."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import PublishedResult
from areas.published.summary import DistrictRow, VillageAuthority
from areas.rules import Severity
from areas.tables import severity_badge, severity_word
from core import html
from core.numbers import format_decimal
from core.tables import Column


def not_recomputable_chip() -> SafeString:
    """The mark that every page of these rows bears; `_published_mark` says why."""
    return html.chip(_("cannot be re-computed"), "warn", "lock")


def result_url(result: PublishedResult) -> str:
    return reverse("areas:published-result", args=[result.pk])


def place_of(result: PublishedResult) -> str:
    """`ANYAR RT001-RW001`."""
    return f"{result.village_name} {result.rt_rw}".strip()


def where(result: PublishedResult) -> str:
    """What lies around the place: kampung, kecamatan, kawasan."""
    parts = (result.hamlet_name, result.district_name, result.area_name)
    return " · ".join(part for part in parts if part)


def _agrees(row: VillageAuthority) -> SafeString:
    if not row.agrees:
        return html.chip(_("differs"), "late", "warning")
    if row.unrounded != row.computed:
        return html.chip(_("agrees by rounding to 2 decimals"), "info", "info")
    return html.chip(_("agrees"), "ok", "check")


SOURCE_COLUMNS = (
    Column(gettext_lazy("Source"), "title", "title", link=True, note="region_name"),
    Column(gettext_lazy("Published by"), "publisher", "publisher"),
    Column(
        gettext_lazy("Published on"), "published_on", "published_on", "date", css="half"
    ),
    Column(gettext_lazy("Rule set"), "rule_set.title", css="half"),
    Column(gettext_lazy("RT"), "row_count", "row_count", "number", css="half"),
    Column(
        gettext_lazy("Size"), "hectares", "hectares", "hectares", unit="ha", css="half"
    ),
    Column(gettext_lazy("Address on the web"), "url", only="csv"),
)

RESULT_COLUMNS = (
    Column(
        gettext_lazy("Place"),
        place_of,
        "village_name",
        link=result_url,
        note=where,
        only="page",
    ),
    Column(gettext_lazy("Row in the file"), "row", only="csv"),
    Column(gettext_lazy("District (kecamatan)"), "district_name", only="csv"),
    Column(gettext_lazy("Village (kelurahan/desa)"), "village_name", only="csv"),
    Column(gettext_lazy("Hamlet (kampung)"), "hamlet_name", only="csv"),
    Column(gettext_lazy("RT/RW"), "rt_rw", only="csv"),
    Column(gettext_lazy("Slum area"), "area_name", only="csv"),
    Column(
        gettext_lazy("Size"),
        "hectares",
        "hectares",
        "hectares",
        unit="ha",
        name="hectares",
        css="half",
    ),
    Column(gettext_lazy("Published total"), "total", "total", "number", css="half"),
    Column(
        gettext_lazy("Published severity"),
        lambda row: severity_badge(row.severity),
        "total",
        "html",
        css="half",
        export=lambda row: severity_word(row.severity),
    ),
    Column(
        gettext_lazy("Authority as published"), "authority", "authority", css="half"
    ),
)


def code_columns(codes: tuple[str, ...]) -> list[Column]:
    """The scores, then the needs, one by one, for the CSV."""
    return [*map(_score_column, codes), *map(_need_column, codes)]


def _score_column(code: str) -> Column:
    return Column(
        gettext_lazy("Score"),
        lambda row: row.scores.get(code),
        kind="number",
        unit=code,
        only="csv",
    )


def _need_column(code: str) -> Column:
    return Column(
        gettext_lazy("Need as published"),
        lambda row: row.needs.get(code),
        unit=code,
        only="csv",
    )


COLUMN_COLUMNS = (
    Column(gettext_lazy("Column"), "letter"),
    Column(gettext_lazy("Heading"), "heading", full=True),
    Column(gettext_lazy("First rows"), "sample", full=True),
)

# ---- recap and comparison -----------------------------------------------------


def _class_column(severity: Severity, source_url: str) -> Column:
    return Column(
        severity.label,
        lambda row: row.by_class[severity.value],
        kind="hectares",
        unit="ha",
        name=severity.value,
        css="half",
        link=lambda row: _rows_url(source_url, row, severity=severity.value),
    )


def recap_columns(source_url: str) -> list[Column]:
    """Kecamatan by class; each figure leads to its rows."""
    return [
        Column(
            gettext_lazy("District (kecamatan)"),
            lambda row: row.name or _("not named"),
            link=lambda row: _rows_url(source_url, row),
        ),
        Column(gettext_lazy("RT"), "rows", kind="number", name="rows", css="half"),
        *(_class_column(severity, source_url) for severity in Severity),
        Column(
            gettext_lazy("Total"),
            "hectares",
            kind="hectares",
            unit="ha",
            name="hectares",
            css="half",
        ),
    ]


def _rows_url(source_url: str, row: DistrictRow, **filters: str) -> str | None:
    """The rows behind a figure; none for rows whose kecamatan is not named."""
    if not row.name or (filters and row.by_class[filters["severity"]] is None):
        return None
    return f"{source_url}?{urlencode({'district_name': row.name, **filters})}"


AUTHORITY_COLUMNS = (
    Column(gettext_lazy("Village"), "name", note="district"),
    # every decimal, because a village may be listed for the third one
    Column(gettext_lazy("Sum of its RT"), "hectares", kind="number", unit="ha"),
    Column(gettext_lazy("As published"), "published.label", css="half"),
    Column(gettext_lazy("By its hectares"), "computed.label", css="half"),
    Column(gettext_lazy("Comparison"), _agrees, kind="html", full=True),
)


def count_of(part: int, whole: int) -> SafeString:
    """`602 of 602`, with a mark when not all are."""
    text = _("%(part)s of %(whole)s") % {
        "part": format_decimal(part, 0),
        "whole": format_decimal(whole, 0),
    }
    if part == whole:
        return format_html("{} {}", text, html.icon("check"))
    return format_html("{} {}", text, html.icon("warning"))
