"""Chips and columns of decrees and of their comparison, on pages and in CSV files."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.decree_comparison import ComparedLine, Comparison, KindTotal
from areas.models import Decree
from areas.models.succession import LineChange
from core import html
from core.numbers import format_decimal
from core.tables import Column

KIND_TONES: Mapping[str, str] = {
    LineChange.SAME: "",
    LineChange.CORRECTED: "info",
    LineChange.SPLIT: "info",
    LineChange.MERGED: "info",
    LineChange.REMOVED: "warn",
    LineChange.NEW: "ok",
}


def in_force_chip(decree: Decree) -> SafeString:
    """Whether the decree holds today."""
    today = timezone.localdate()
    if decree.is_draft:
        return html.chip(_("Draft"), "", "edit")
    if decree.is_in_force(today):
        return html.chip(_("In force"), "ok", "check")
    if today < decree.in_force_from:
        return html.chip(_("Not yet in force"), "info", "clock")
    return html.chip(_("No longer in force"), "off")


def review_text(decree: Decree) -> str:
    """By when it must be looked at again; empty unless it holds today."""
    if not decree.is_in_force(timezone.localdate()):
        return ""
    words = {"date": html.day(decree.review_due_on)}
    if is_review_due(decree):
        return _("Due for review since %(date)s") % words
    return _("To be reviewed by %(date)s") % words


def is_review_due(decree: Decree) -> bool:
    """As `Decree.objects.review_due(today)` finds it."""
    today = timezone.localdate()
    return decree.is_in_force(today) and decree.review_due_on <= today


def review_chip(decree: Decree) -> SafeString:
    """The review clock; empty where the decree does not hold."""
    if not (text := review_text(decree)):
        return SafeString("")
    return (
        html.chip(text, "warn", "warning") if is_review_due(decree) else html.chip(text)
    )


def corrected_note(printed: Decimal | None, now: Decimal | None) -> str:
    """`printed 3,84 ha, corrected to 4,00 ha`; empty where nothing was corrected."""
    if printed is None or now is None or printed == now:
        return ""
    return _("printed %(printed)s ha, corrected to %(now)s ha") % {
        "printed": format_decimal(printed),
        "now": format_decimal(now),
    }


def _status_note(decree: Any) -> str:
    return review_text(decree) if is_review_due(decree) else ""


def _superseded_url(decree: Decree) -> str | None:
    return decree.supersedes.get_absolute_url() if decree.supersedes else None


def _file_url(decree: Decree) -> str | None:
    return reverse("areas:decree-file", args=[decree.pk]) if decree.file else None


DECREE_COLUMNS = (
    Column(gettext_lazy("Decree"), "number", "number", link=True, note="title"),
    Column(gettext_lazy("Issued by"), "get_level_display", "level"),
    Column(gettext_lazy("Region"), "region.name", "region__name"),
    Column(gettext_lazy("Date"), "issued_on", "issued_on", "date"),
    Column(
        gettext_lazy("Status"),
        in_force_chip,
        "status",
        kind="html",
        note=_status_note,
        export="get_status_display",
    ),
    Column(gettext_lazy("In force from"), "in_force_from", kind="date", only="csv"),
    Column(gettext_lazy("In force until"), "in_force_until", kind="date", only="csv"),
    Column(gettext_lazy("Review by"), "review_due_on", kind="date", only="csv"),
    Column(gettext_lazy("About areas under"), "get_scope_display", only="csv"),
    Column(
        gettext_lazy("Authority is counted"), "get_counting_unit_display", only="csv"
    ),
    Column(
        gettext_lazy("Supersedes"),
        "supersedes.number",
        link=_superseded_url,
        css="half",
    ),
    Column(
        gettext_lazy("File"),
        lambda decree: _("PDF") if decree.file else None,
        link=_file_url,
        css="half",
        export="file_name",
    ),
    Column(gettext_lazy("Areas"), "area_count", "area_count", "number"),
    Column(
        gettext_lazy("Decreed"),
        "hectares",
        "hectares",
        "hectares",
        unit="ha",
        note=lambda decree: corrected_note(decree.printed_hectares, decree.hectares),
    ),
)


# ---- comparison ----------------------------------------------------------------------


def kind_chip(kind: str) -> SafeString:
    return html.chip(LineChange(kind).label, KIND_TONES[kind])


def _area(line: Any) -> str | None:
    return line.area.name if line else None


def _printed_note(line: Any, counted: Decimal | None) -> str:
    """What was printed, in the row that has the hectares of the line."""
    if line is None or counted is None:
        return ""
    return corrected_note(line.hectares, line.hectares_now)


def _named_old(row: ComparedLine) -> str:
    """The heading of the row: its old area, or that there was none."""
    return _area(row.old) or f"({LineChange.NEW.label})"


def _first_line(row: ComparedLine) -> Any:
    return row.lines[0]


COMPARISON_COLUMNS = (
    Column(
        gettext_lazy("Area of the old decree"),
        _named_old,
        link=lambda row: row.old.area.get_absolute_url() if row.old else None,
        export=lambda row: _area(row.old),
    ),
    Column(
        gettext_lazy("Old"),
        "old_hectares",
        kind="hectares",
        unit="ha",
        name="old",
        css="half",
        note=lambda row: _printed_note(row.old, row.old_hectares),
    ),
    Column(
        gettext_lazy("Area of the new decree"),
        lambda row: _area(row.new),
        link=lambda row: row.new.area.get_absolute_url() if row.new else None,
        full=True,
    ),
    Column(
        gettext_lazy("New"),
        "new_hectares",
        kind="hectares",
        unit="ha",
        name="new",
        css="half",
        note=lambda row: _printed_note(row.new, row.new_hectares),
    ),
    Column(
        gettext_lazy("What changed"),
        lambda row: kind_chip(row.kind),
        kind="html",
        css="half",
        note="note",
        export=lambda row: row.kind.label,
    ),
    Column(
        gettext_lazy("Difference"),
        "difference",
        kind="hectares",
        unit="ha",
        name="difference",
        css="half",
    ),
    Column(
        gettext_lazy("Regency/city"),
        lambda row: _first_line(row).area.regency.name,
        css="half",
    ),
    Column(gettext_lazy("Note"), "note", only="csv"),
)


def comparison_totals(rows: list[ComparedLine]) -> dict[str, Decimal]:
    """The foot of the table: the sums of the rows shown."""
    zero = Decimal(0)
    return {
        "old": sum((row.old_hectares or zero for row in rows), zero),
        "new": sum((row.new_hectares or zero for row in rows), zero),
        "difference": sum((row.difference or zero for row in rows), zero),
    }


def waterfall(comparison: Comparison) -> list[dict[str, Any]]:
    """From the old total by each kind of change to the new one, with drawn bars."""
    ends = [total.end for total in comparison.kinds]
    most = max([comparison.old_hectares, *ends, Decimal(1)])
    old, new = comparison.old_hectares, comparison.new_hectares
    return [
        _step(comparison.old.number, comparison.old_count, old, (Decimal(0), old), most)
        | {"is_total": True},
        *(_kind_step(total, most) for total in comparison.kinds),
        _step(comparison.new.number, comparison.new_count, new, (Decimal(0), new), most)
        | {"is_total": True},
    ]


def _kind_step(total: KindTotal, most: Decimal) -> dict[str, Any]:
    lines = max(total.old_lines, total.new_lines)
    return _step(
        str(total.kind.label).capitalize(),
        lines,
        total.difference,
        (total.start, total.end),
        most,
    ) | {
        "is_total": False,
        "old_lines": total.old_lines,
        "new_lines": total.new_lines,
        "sum": total.end,
    }


def _step(
    label: str,
    lines: int,
    hectares: Decimal,
    ends: tuple[Decimal, Decimal],
    most: Decimal,
) -> dict[str, Any]:
    return {
        "label": label,
        "lines": lines,
        "hectares": hectares,
        "bar": _fall_bar(*ends, most),
    }


def _fall_bar(start: Decimal, end: Decimal, most: Decimal) -> SafeString:
    """A bar from one total to the next, beside a table that says the same."""
    left, right = min(start, end), max(start, end)
    tone = "fall-up" if end >= start else "fall-down"
    return format_html(
        '<svg class="bar bar-fall {}" aria-hidden="true">'
        '<rect x="{}%" width="{}%" height="100%"/></svg>',
        tone if start else "fall-total",
        f"{left / most * 100:.2f}",
        f"{(right - left) / most * 100:.2f}",
    )
