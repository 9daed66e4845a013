"""Rows and columns of the home page's tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Region
from areas.figures import NOT_ASSESSED, Figures, Sums
from areas.rules import Authority, Severity
from areas.tables import REMAINING
from core import html
from core.html import Part
from core.tables import Column
from dashboard.map import NOT_ASSESSED_LETTER, measure_of

HOW_BIG = {
    Authority.REGENCY: "< 10 ha",
    Authority.PROVINCE: "10 – < 15 ha",
    Authority.CENTRAL: "≥ 15 ha",
}
MOST_AREAS = 10


@dataclass(frozen=True, slots=True)
class Row:
    """A group with its sums and where its rows are; `sums=None`: there is none."""

    label: str | Promise
    sums: Sums | None
    url: str
    note: str = ""
    page: str = ""

    @property
    def areas(self) -> SafeString:
        """How many, linked; on a phone, where the heading is hidden, with the word."""
        if self.sums is None:
            return html.NOTHING
        return format_html(
            '<a href="{}">{}</a><span class="unit-s src"> {}</span>',
            self.url,
            html.figure(self.sums.areas, 0),
            _("areas"),
        )

    @property
    def decreed(self) -> Decimal | None:
        return self.sums.decreed if self.sums else None

    @property
    def handled(self) -> SafeString:
        """Hectares with bar and share, the hectares linked to their rows."""
        if self.sums is None:
            return html.NOTHING
        return format_html(
            '<span class="cellbar is-handled">{}<span><a href="{}">{}</a>'
            '<span class="pct">{}</span></span></span>',
            html.bar(self.sums.share),
            self.url,
            html.figure(self.sums.handled),
            html.percent(self.sums.share),
        )

    @property
    def unhandled(self) -> Decimal | None:
        return self.sums.unhandled if self.sums else None


@dataclass(frozen=True, slots=True)
class ClassShare:
    """A class of severity in the legend under the bar."""

    letter: str
    label: str | Promise
    sums: Sums
    share: str
    url: str


def _to_rows(row: Row) -> str:
    return row.url if row.sums else ""


def _columns(first: Column, handled: str) -> tuple[Column, ...]:
    return (
        first,
        Column(
            gettext_lazy("Areas"),
            "areas",
            kind="html",
            css="half num st-cell",
            name="areas",
        ),
        Column(
            gettext_lazy("Decreed"),
            "decreed",
            kind="hectares",
            unit="ha",
            link=_to_rows,
            name="decreed",
        ),
        Column(
            gettext_lazy("Handled"),
            "handled",
            kind="html",
            unit=handled,
            css="num",
            name="handled",
        ),
        Column(
            gettext_lazy("Not handled"),
            "unhandled",
            kind="hectares",
            unit=_("decree − handled, ha"),
            link=_to_rows,
            name="unhandled",
        ),
    )


def regency_columns(figures: Figures) -> list[Column]:
    """Made per request, because a unit under a heading is plain text."""
    first = Column(
        gettext_lazy("Regency/city"), "label", link="page", note="note", css="half"
    )
    return _computed(_columns(first, _("ha, % of decreed")), figures)


def authority_columns(figures: Figures) -> list[Column]:
    first = Column(gettext_lazy("Authority"), "label", note="note", css="half")
    return _computed(_columns(first, _("ha, % of decreed")), figures)


def area_columns(figures: Figures) -> list[Column]:
    return _computed(AREA_COLUMNS, figures)


def _computed(columns: Sequence[Column], figures: Figures) -> list[Column]:
    """Without what remains, where only some entries are asked for."""
    if figures.entries.is_all:
        return list(columns)
    return [column for column in columns if column.name not in REMAINING]


def regency_rows(figures: Figures, regencies: Sequence[Region]) -> list[Row]:
    """Every regency, the best share first; those without areas at the end."""
    found = figures.by_regency
    rows = [
        Row(
            region.name,
            found.get(region.code),
            figures.rows_url(regency=region.code),
            note="" if region.code in found else _("no area in a decree in force"),
            page=f"{reverse('dashboard:home')}?{figures.query(regency=region.code)}",
        )
        for region in regencies
    ]
    return sorted(rows, key=_by_share)


def _by_share(row: Row) -> tuple[bool, Decimal, str]:
    share = row.sums.share if row.sums else None
    return (share is None, -(share or Decimal(0)), str(row.label))


def authority_rows(figures: Figures) -> list[Row]:
    return [
        Row(
            Authority(code).label,
            sums,
            figures.rows_url(authority=code),
            note=HOW_BIG[Authority(code)],
        )
        for code, sums in figures.by_authority.items()
    ]


def totals_of(figures: Figures) -> dict[str, Any]:
    """The foot of both tables."""
    row = Row("", figures.total, figures.rows_url())
    return {
        "areas": row.areas,
        "decreed": row.decreed,
        "handled": row.handled,
        "unhandled": row.unhandled,
    }


def class_shares(figures: Figures) -> list[ClassShare]:
    """Each class with its share of the decreed hectares; unassessed only if any."""
    return [
        ClassShare(
            letter=_letter(code),
            label=_label(code),
            sums=sums,
            share=html.percent(_share(sums, figures.total)),
            url=figures.rows_url(severity=code),
        )
        for code, sums in figures.by_severity.items()
        if code != NOT_ASSESSED or sums.areas
    ]


def class_parts(shares: Sequence[ClassShare]) -> list[Part]:
    """The same for the bar."""
    return [Part(s.letter, str(s.label), s.sums.decreed) for s in shares]


def _letter(code: str) -> str:
    return NOT_ASSESSED_LETTER if code == NOT_ASSESSED else Severity(code).letter


def _label(code: str) -> str | Promise:
    return _("Not assessed") if code == NOT_ASSESSED else Severity(code).label


def _share(sums: Sums, total: Sums) -> Decimal | None:
    return sums.decreed / total.decreed * 100 if total.decreed else None


# ---- the areas of one regency ------------------------------------------------


def _area_handled(area: Any) -> SafeString:
    share = area.handled / area.decreed * 100
    return format_html(
        '<span class="cellbar is-handled">{}<span>{}<span class="pct">{}</span></span>'
        "</span>",
        html.bar(share),
        html.figure(area.handled),
        html.percent(share),
    )


def _area_class(area: Any) -> SafeString:
    if not area.severity:
        return html.badge(NOT_ASSESSED_LETTER, _("Not assessed"))
    severity = Severity(area.severity)
    return html.badge(severity.letter, severity.label)


AREA_COLUMNS: tuple[Column, ...] = (
    Column(gettext_lazy("Area"), "name", link=True, css="half"),
    Column(gettext_lazy("Severity"), _area_class, kind="html", css="half st-cell"),
    Column(gettext_lazy("Decreed"), "decreed", kind="hectares", unit="ha"),
    Column(gettext_lazy("Handled"), _area_handled, kind="html", unit="ha", css="num"),
    Column(
        gettext_lazy("Not handled"),
        "unhandled",
        kind="hectares",
        unit="ha",
        name="unhandled",
    ),
)


def largest_areas(figures: Figures) -> list[Any]:
    """The areas with most hectares not handled, or else in decrees."""
    areas = figures.areas.exclude(line_id=None).defer("outline")
    measure = measure_of(figures)
    return list(areas.order_by(f"-{measure}", "name", "pk")[:MOST_AREAS])
