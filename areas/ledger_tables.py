"""Columns of the ledger, on the page and in the CSV, and of an area's RT."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import LedgerEntry
from areas.unit_ledger import AreaLedger, UnitBalance
from core import html
from core.numbers import format_decimal
from core.tables import Column

PAGE_PARTS = (
    "decree_line__area__regency",
    "decree_line__decree",
    "neighbourhood",
    "agency",
    "reverses",
    "reversed_by",
)


def with_names(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """The entries with all that their rows name, in the same query."""
    return entries.select_related(*PAGE_PARTS)


def reversal_of(entry: LedgerEntry) -> LedgerEntry | None:
    """The entry that took this one back; None while it stands."""
    return getattr(entry, "reversed_by", None)


def unit_name(entry: LedgerEntry) -> str:
    return entry.neighbourhood.rt_rw if entry.neighbourhood else _("Whole area")


def outcome_badge(entry: LedgerEntry) -> SafeString:
    """The outcome by colour and word."""
    return format_html(
        '<span class="out is-{}">{}</span>',
        entry.outcome,
        entry.get_outcome_display(),
    )


def signed_hectares(entry: LedgerEntry) -> SafeString:
    """`+2,20`, struck through once reversed; `−2,20` for the reversal."""
    sign = "+" if entry.hectares > 0 else ""
    text = format_html(
        '<data value="{}">{}{}</data>',
        f"{entry.hectares:f}",
        sign,
        format_decimal(entry.hectares),
    )
    if reversal_of(entry):
        return format_html("<del>{}</del>", text)
    return format_html("<strong>{}</strong>", text)


def cause_text(entry: LedgerEntry) -> SafeString:
    """What was done, or why an entry was taken back, each linked to the other."""
    if original := entry.reverses:
        return format_html(
            '{} <a href="{}">{}</a>: {}',
            html.chip(_("reversal"), "warn", "return"),
            original.get_absolute_url(),
            original,
            entry.reason,
        )
    if reversal := reversal_of(entry):
        return format_html(
            '{} <a href="{}">{}</a>',
            entry.cause,
            reversal.get_absolute_url(),
            html.chip(_("reversed by %(entry)s") % {"entry": reversal}, "off"),
        )
    return format_html("{}", entry.cause)


def _area(entry: LedgerEntry) -> Any:
    return entry.decree_line.area


ENTRY = Column(gettext_lazy("Entry"), str, "pk", link=True, css="half", export="pk")
OUTCOME = Column(
    gettext_lazy("Outcome"),
    outcome_badge,
    "outcome",
    "html",
    css="half st-cell",
    export="get_outcome_display",
)
AREA = Column(
    gettext_lazy("Area"),
    "decree_line.area.name",
    "decree_line__area__name",
    link=lambda entry: _area(entry).get_absolute_url(),
    note="decree_line.area.regency.name",
    full=True,
)
REST = (
    Column(gettext_lazy("Recorded"), "recorded_at", "recorded_at", "date"),
    Column(gettext_lazy("Unit"), unit_name, "neighbourhood__rt_rw"),
    Column(
        gettext_lazy("Hectares"),
        signed_hectares,
        "hectares",
        "html",
        css="num",
        name="hectares",
        export="hectares",
    ),
    Column(gettext_lazy("Cause"), cause_text, kind="html", full=True, export="cause"),
    Column(
        gettext_lazy("Reported by"), "agency.short_name", "agency__name", css="half"
    ),
    Column(
        gettext_lazy("Period"), "period", "effective_on", css="half", export="period"
    ),
)
CSV_ONLY = (
    Column(gettext_lazy("Kind"), "get_kind_display", only="csv"),
    Column(gettext_lazy("Reverses entry"), "reverses_id", only="csv"),
    Column(gettext_lazy("Reason"), "reason", only="csv"),
    Column(gettext_lazy("Effective on"), "effective_on", kind="date", only="csv"),
    Column(gettext_lazy("Decree"), "decree_line.decree.number", only="csv"),
    Column(gettext_lazy("Regency/city"), "decree_line.area.regency.name", only="csv"),
    Column(gettext_lazy("Agency"), "agency.name", only="csv"),
)
LEDGER_COLUMNS = (ENTRY, OUTCOME, AREA, *REST, *CSV_ONLY)
AREA_LEDGER_COLUMNS = (ENTRY, OUTCOME, *REST)


def _handled(unit: UnitBalance) -> SafeString:
    return format_html(
        '<span class="cellbar is-handled">{}<span>{}</span></span>',
        html.bar(unit.share),
        html.figure(unit.handled),
    )


UNIT_COLUMNS = (
    Column(gettext_lazy("Unit"), "label", css="half"),
    Column(
        gettext_lazy("Size"),
        "hectares",
        kind="hectares",
        unit="ha",
        css="half st-cell",
        name="hectares",
    ),
    Column(
        gettext_lazy("Handled"),
        _handled,
        kind="html",
        unit="ha",
        css="num",
        name="handled",
    ),
    Column(
        gettext_lazy("Can still be credited"),
        "left",
        kind="hectares",
        unit=gettext_lazy("size − handled, ha"),  # type: ignore[arg-type]
        name="left",
    ),
)


def ledger_parts(ledger: AreaLedger) -> dict[str, Any]:
    """What `areas/_ledger.html` shows beside the ledger itself."""
    return {
        "unit_columns": UNIT_COLUMNS,
        "unit_totals": {
            "hectares": sum((unit.hectares for unit in ledger.units), Decimal(0)),
            "handled": html.figure(ledger.total.handled),
            "left": sum((unit.left for unit in ledger.units), Decimal(0)),
        },
        "entry_columns": AREA_LEDGER_COLUMNS,
    }
