"""Columns of the ledger's corrections, on the page and in the CSV."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from areas.ledger_tables import unit_name
from areas.models import LedgerChange
from core import html
from core.tables import Column

Kind, Status = LedgerChange.Kind, LedgerChange.Status
TONES: Mapping[str, tuple[str, str]] = {
    Status.PROPOSED: ("info", "send"),
    Status.APPROVED: ("ok", "check"),
    Status.REJECTED: ("off", "return"),
}
PARTS = (
    "decree_line__area__agency",
    "decree_line__area__regency",
    "decree_line__decree",
    "decree_line__sum",
    "entry__reversed_by",
    "entry__neighbourhood",
    "posted",
    "proposed_by",
    "decided_by",
)


def with_names(changes: QuerySet[LedgerChange]) -> QuerySet[LedgerChange]:
    """The corrections with all that their rows and steps ask, in the same query."""
    return changes.select_related(*PARTS)


def status_chip(change: LedgerChange) -> SafeString:
    tone, icon = TONES[change.status]
    return html.chip(change.get_status_display(), tone, icon)


def before_of(change: LedgerChange) -> Decimal:
    """The hectares that it corrects, as they were before it was approved."""
    if change.entry is not None:
        return change.entry.hectares
    if change.posted is not None and change.hectares is not None:
        return change.hectares - change.posted.hectares
    return change.decree_line.hectares_now


def after_of(change: LedgerChange) -> Decimal:
    """The hectares that are right; 0 where an entry is taken back."""
    return Decimal(0) if change.hectares is None else change.hectares


def subject_of(change: LedgerChange) -> str:
    """Which RT, or which decree line, it is about."""
    if change.entry is not None:
        return f"{unit_name(change.entry)} · #{change.entry_id}"
    return change.decree_line.decree.number


def before_and_after(change: LedgerChange) -> SafeString:
    """`2,00 → 0,50`."""
    return format_html(
        "{} → <strong>{}</strong>",
        html.figure(before_of(change)),
        html.figure(after_of(change)),
    )


CHANGE_COLUMNS = (
    Column(
        gettext_lazy("No."),
        str,
        "pk",
        link=True,
        css="half",
        export="pk",
    ),
    Column(
        gettext_lazy("Status"),
        status_chip,
        "status",
        "html",
        css="half st-cell",
        export="get_status_display",
    ),
    Column(
        gettext_lazy("Area"),
        "decree_line.area.name",
        "decree_line__area__name",
        link=lambda change: change.decree_line.area.get_absolute_url(),
        note="decree_line.area.regency.name",
        full=True,
    ),
    Column(gettext_lazy("Correction"), "get_kind_display", "kind", note=subject_of),
    Column(
        gettext_lazy("Before → after"),
        before_and_after,
        kind="html",
        unit="ha",
        css="num",
        only="page",
    ),
    Column(
        gettext_lazy("Hectares before"),
        before_of,
        kind="hectares",
        only="csv",
    ),
    Column(
        gettext_lazy("Hectares after"),
        after_of,
        kind="hectares",
        only="csv",
    ),
    Column(gettext_lazy("Reason"), "reason", full=True),
    Column(gettext_lazy("Document number"), "document", only="csv"),
    Column(
        gettext_lazy("Proposed"),
        "proposed_at",
        "proposed_at",
        "date",
        note="proposed_by",
        css="half",
    ),
    Column(gettext_lazy("Proposed by"), "proposed_by", only="csv"),
    Column(
        gettext_lazy("Decided"),
        "decided_at",
        "decided_at",
        "date",
        note="decided_by",
        css="half",
    ),
    Column(gettext_lazy("Decided by"), "decided_by", only="csv"),
    Column(gettext_lazy("Note"), "decision_note", only="csv"),
    Column(gettext_lazy("Entry"), "entry_id", only="csv"),
    Column(gettext_lazy("Posted entry"), "posted_id", only="csv"),
    Column(gettext_lazy("Decree"), "decree_line.decree.number", only="csv"),
)
