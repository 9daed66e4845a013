"""The minutes of a verification as PDF: A4, Indonesian, any number of lines."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from lokal import terbilang
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, Spacer, Table

from core.numbers import format_decimal
from core.pdf import (
    BLANK,
    CELL,
    FIGURE,
    HEADLINE,
    MIDDLE,
    OFFICE,
    STRONG,
    STRONG_FIGURE,
    WIDTH,
    document,
    register_fonts,
    ruled_table,
    text,
)
from programs.minutes import Minutes, MinutesRow

WIDTHS = [w * mm for w in (9, 47, 19, 21, 21, 37, 20)]


def minutes_pdf(minutes: Minutes, *, is_packed: bool = True) -> bytes:
    """The document; `is_packed` off leaves its text readable in the file."""
    register_fonts()
    with translation.override("id"):
        return document(
            _story(minutes),
            title=_("Verification minutes"),
            author=minutes.verifying_office,
            is_example=minutes.is_demo,
            is_packed=is_packed,
        )


def _story(minutes: Minutes) -> list[Flowable]:
    gap = Spacer(1, 4 * mm)
    return [
        *_head(minutes),
        gap,
        text(_opening(minutes)),
        Spacer(1, 2 * mm),
        *(text(sentence) for sentence in _facts(minutes)),
        gap,
        _table(minutes),
        gap,
        *(text(sentence) for sentence in _sums(minutes)),
        Spacer(1, 8 * mm),
        KeepTogether(_signatures(minutes)),
    ]


def _head(minutes: Minutes) -> list[Flowable]:
    """Who writes it, what it is, its number (a line to fill in where there is none)."""
    number = _("Number: %(number)s") % {"number": minutes.number or BLANK}
    office = minutes.verifying_office.upper()
    return [
        *([text(office, OFFICE)] if office else []),
        Spacer(1, 6 * mm),
        text(_("MINUTES OF THE VERIFICATION OF A PROGRESS REPORT"), HEADLINE),
        text(number, MIDDLE),
    ]


def _opening(minutes: Minutes) -> str:
    day = minutes.verified_on
    return _(
        "On %(weekday)s, the %(day)s of %(month)s of the year %(year)s (%(date)s), the"
        " progress report of %(office)s for %(period)s was verified with the result"
        " below."
    ) % {
        "weekday": date_format(day, "l"),
        "day": terbilang(day.day),
        "month": date_format(day, "F"),
        "year": terbilang(day.year),
        "date": _day(day),
        "office": minutes.office,
        "period": minutes.period,
    }


def _facts(minutes: Minutes) -> list[str]:
    """How it was verified, by whom, and under which decrees the hectares count."""
    if minutes.visited_on:
        how = _("Verified by a field visit on %(date)s.")
        found = [how % {"date": _day(minutes.visited_on)}]
    else:
        found = [_("Verified at the desk.")]
    if minutes.officers:
        found.append(_("Officers: %(names)s.") % {"names": minutes.officers})
    decrees = "; ".join(minutes.decrees) or "–"
    found.append(_("Decrees (baseline): %(decrees)s.") % {"decrees": decrees})
    if minutes.changed_on:
        days = ", ".join(_day(day) for day in minutes.changed_on)
        found.append(_("With the changes accepted on %(days)s.") % {"days": days})
    return found


def _table(minutes: Minutes) -> LongTable:
    """A row per unit; its head stands on every page."""
    head = (
        _("No."),
        _("Activity, area"),
        _("RT"),
        _("Reported (ha)"),
        _("Verified (ha)"),
        _("Reason of the difference"),
        _("Ledger entry"),
    )
    rows: list[list[Any]] = [[text(word, STRONG) for word in head]]
    seen = 0
    for row in minutes.rows:
        rows.append(_cells(row, is_first=row.number != seen))
        seen = row.number
    sums = [_figure(minutes.reported), _figure(minutes.verified)]
    total = [text(figure, STRONG_FIGURE) for figure in sums]
    rows.append(["", text(_("Total"), STRONG), "", *total, "", ""])
    return ruled_table(rows, WIDTHS)


def _cells(row: MinutesRow, *, is_first: bool) -> list[Any]:
    """A unit; the activity is named at the first one of its line."""
    name = f"{row.activity}\n{row.area}" if is_first else ""
    return [
        text(row.number if is_first else "", CELL),
        text(name, CELL),
        text(row.unit or "–", CELL),
        text(_figure(row.reported), FIGURE),
        text(_figure(row.verified), FIGURE),
        text(row.reason, CELL),
        text(row.entry or "–", CELL),
    ]


def _sums(minutes: Minutes) -> list[str]:
    found = [
        _("Reported %(reported)s ha, verified %(verified)s ha, difference %(off)s ha.")
        % {
            "reported": _figure(minutes.reported),
            "verified": _figure(minutes.verified),
            "off": _figure(minutes.reported - minutes.verified),
        }
    ]
    if minutes.counted:
        words = _("Of these, %(hectares)s ha had been counted by other work before.")
        found.append(words % {"hectares": _figure(minutes.counted)})
    return found


def _signatures(minutes: Minutes) -> list[Flowable]:
    """Two columns: who reported, who verified; the place is written by hand."""
    place = f"{'.' * 24}, {_day(minutes.verified_on)}"
    rows = [
        ["", text(place, MIDDLE)],
        [text(_("The reporter,"), MIDDLE), text(_("The verifier,"), MIDDLE)],
        [text(minutes.office, MIDDLE), text(minutes.verifying_office, MIDDLE)],
        [Spacer(1, 20 * mm), Spacer(1, 20 * mm)],
        [text(minutes.submitted_by, MIDDLE), text(minutes.verified_by, MIDDLE)],
    ]
    return [Table(rows, colWidths=[WIDTH / 2, WIDTH / 2])]


def _figure(value: Decimal | None) -> str:
    """Hectares with every decimal that they have, at least two."""
    if value is None:
        return "–"
    exact = format_decimal(value, None)
    return exact if len(exact.partition(",")[2]) > 2 else format_decimal(value, 2)


def _day(value: date) -> str:
    return date_format(value, "j F Y")
