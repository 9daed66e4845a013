"""Columns of the ledger, on the page and in the CSV, and of an area's RT."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import LedgerEntry
from areas.models.ledger import EntryKind
from areas.unit_ledger import AreaLedger, UnitBalance
from core import html
from core.numbers import format_decimal
from core.tables import Column

PAGE_PARTS = (
    "decree_line__area__regency",
    "decree_line__decree",
    "neighbourhood",
    "agency",
    "reversed_by",
    "assessment",
    "source",
)


def with_names(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """The entries with all that their rows name, in the same query."""
    return entries.select_related(*PAGE_PARTS)


def reversal_of(entry: LedgerEntry) -> LedgerEntry | None:
    """The entry that took this one back; None while it stands."""
    return getattr(entry, "reversed_by", None)


def unit_name(entry: LedgerEntry) -> str:
    return entry.neighbourhood.rt_rw if entry.neighbourhood else _("Whole area")


# What each kind does to the figures: credits add, the others take back or move.
KIND_TONES = {
    EntryKind.CREDIT: ("ok", "plus"),
    EntryKind.REVERSAL: ("warn", "return"),
    EntryKind.RELAPSE: ("late", "warning"),
    EntryKind.REBASELINE: ("info", "link"),
    EntryKind.AREA_CORRECTION: ("info", "edit"),
}


def entry_chip(entry: LedgerEntry) -> SafeString:
    """The kind of the entry by colour, drawing and word."""
    tone, icon = KIND_TONES[EntryKind(entry.kind)]
    return html.chip(entry.get_kind_display(), tone, icon)


def state_chip(entry: LedgerEntry) -> SafeString:
    """Whether a credit stands, or what its entry is instead."""
    if reversal_of(entry):
        return html.chip(_("reversed"), "off")
    if entry.kind not in (EntryKind.CREDIT, EntryKind.REBASELINE) or entry.reverses_id:
        return entry_chip(entry)
    if entry.relapses.filter(reversed_by=None).exists():
        return html.chip(_("slum again"), "late", "warning")
    return html.chip(_("stands"), "ok", "check")


def outcome_badge(entry: LedgerEntry) -> SafeString:
    """The outcome by colour and word."""
    return _badge(entry.outcome, entry.get_outcome_display())


def _badge(outcome: str, word: object) -> SafeString:
    return format_html('<span class="out is-{}">{}</span>', outcome, word)


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
    """What was done, or why an entry was undone, with the other entry and the survey.

    The keys are enough for the links: no query for what they name.
    """
    if linked := _linked(entry):
        url = reverse("areas:ledger-entry", args=[linked])
        why = entry.reason or entry.cause
        return format_html('<a href="{}">#{}</a>: {}', url, linked, why)
    if entry.kind == EntryKind.AREA_CORRECTION:
        return format_html("{} ({})", entry.reason, entry.document)
    if reversal := reversal_of(entry):
        return format_html(
            '{} <a href="{}">{}</a>',
            entry.cause,
            reversal.get_absolute_url(),
            html.chip(_("reversed by %(entry)s") % {"entry": reversal}, "off"),
        )
    if survey := entry.assessment:
        url = survey.get_absolute_url()
        return format_html('<a href="{}">{}</a>', url, entry.cause)
    return format_html("{}", entry.cause)


def _linked(entry: LedgerEntry) -> int | None:
    """The key of the entry that this one undoes, ends or takes over."""
    return entry.reverses_id or entry.relapse_of_id or entry.moved_from_id


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
KIND = Column(
    gettext_lazy("Kind"),
    entry_chip,
    "kind",
    "html",
    css="half st-cell",
    export="get_kind_display",
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
    Column(gettext_lazy("Programme"), "source.programme", "source__programme"),
    Column(
        gettext_lazy("Reported by"), "agency.short_name", "agency__name", css="half"
    ),
    Column(gettext_lazy("Established by"), "get_method_display", "method", css="half"),
    Column(
        gettext_lazy("Period"), "period", "effective_on", css="half", export="period"
    ),
)
CSV_ONLY = (
    Column(gettext_lazy("Reverses entry"), "reverses_id", only="csv"),
    Column(gettext_lazy("Slum again after entry"), "relapse_of_id", only="csv"),
    Column(gettext_lazy("Moved from entry"), "moved_from_id", only="csv"),
    Column(gettext_lazy("Assessment"), "assessment_id", only="csv"),
    Column(gettext_lazy("Activity"), "source.activity", only="csv"),
    Column(gettext_lazy("Source of funds"), "source.get_fund_display", only="csv"),
    Column(gettext_lazy("Document number"), "document", only="csv"),
    Column(gettext_lazy("Reason"), "reason", only="csv"),
    Column(gettext_lazy("Effective on"), "effective_on", kind="date", only="csv"),
    Column(gettext_lazy("Decree"), "decree_line.decree.number", only="csv"),
    Column(gettext_lazy("Regency/city"), "decree_line.area.regency.name", only="csv"),
    Column(gettext_lazy("Agency"), "agency.name", only="csv"),
)
SUM_COLUMNS = (
    Column(gettext_lazy("Decree"), "decree", full=True),
    Column(
        gettext_lazy("Outcome"),
        lambda row: _badge(row["outcome"], row["label"]),
        kind="html",
        css="half st-cell",
    ),
    Column(gettext_lazy("Year"), lambda row: str(row["year"]), css="half"),
    Column(gettext_lazy("Hectares"), "hectares", kind="hectares", unit="ha"),
)
LEDGER_COLUMNS = (ENTRY, OUTCOME, KIND, AREA, *REST, *CSV_ONLY)
AREA_LEDGER_COLUMNS = (ENTRY, OUTCOME, KIND, *REST)


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
        "corrected": _corrected(ledger),
    }


def _corrected(ledger: AreaLedger) -> str:
    """What area corrections make of the printed hectares; empty without one."""
    if ledger.line is None or not ledger.corrected:
        return ""
    return _("Area: printed %(printed)s ha, corrected by %(corrected)s ha.") % {
        "printed": format_decimal(ledger.line.hectares),
        "corrected": format_decimal(ledger.corrected),
    }
