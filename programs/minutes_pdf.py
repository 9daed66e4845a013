"""The minutes of a verification as PDF: A4, Indonesian, any number of lines."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from lokal import terbilang
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from core.numbers import format_decimal
from programs.minutes import Minutes, MinutesRow

REGULAR, BOLD = "Vera", "VeraBd"  # come with the library: letters beyond Latin-1
MARGIN = 18 * mm
WIDTHS = [w * mm for w in (9, 47, 19, 21, 21, 37, 20)]
LINE = colors.HexColor("#8a94a0")
HEAD = colors.HexColor("#e8ecf0")
BLANK = "." * 40
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def minutes_pdf(minutes: Minutes, *, is_packed: bool = True) -> bytes:
    """The document; `is_packed` off leaves its text readable in the file."""
    _register_fonts()
    out = BytesIO()
    with translation.override("id"):
        document = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=MARGIN,
            bottomMargin=MARGIN,
            title=_("Verification minutes"),
            author=minutes.verifying_office,
            pageCompression=int(is_packed),
        )
        mark = _("EXAMPLE DATA") if minutes.is_demo else ""
        document.build(_story(minutes), canvasmaker=_canvas_of(mark))
    return out.getvalue()


@cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, "Vera.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD)


def _style(name: str, size: float = 9, **more: Any) -> ParagraphStyle:
    more.setdefault("fontName", REGULAR)
    return ParagraphStyle(name, fontSize=size, leading=size * 1.3, **more)


TEXT = _style("text")
CELL = _style("cell", 7)
FIGURE = _style("figure", 7, alignment=TA_RIGHT)
STRONG = _style("strong", 7, fontName=BOLD)
STRONG_FIGURE = _style("strong figure", 7, fontName=BOLD, alignment=TA_RIGHT)
MIDDLE = _style("middle", alignment=TA_CENTER)
OFFICE = _style("office", 11, alignment=TA_CENTER, fontName=BOLD)
HEADLINE = _style("headline", 12, alignment=TA_CENTER, fontName=BOLD)


def _text(words: object, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of plain words: no markup in them counts, line breaks are kept."""
    clean = CONTROL.sub(" ", str(words).replace("\r\n", "\n"))
    return Paragraph(escape(clean).replace("\n", "<br/>"), style)


def _story(minutes: Minutes) -> list[Flowable]:
    gap = Spacer(1, 4 * mm)
    return [
        *_head(minutes),
        gap,
        _text(_opening(minutes)),
        Spacer(1, 2 * mm),
        *(_text(sentence) for sentence in _facts(minutes)),
        gap,
        _table(minutes),
        gap,
        *(_text(sentence) for sentence in _sums(minutes)),
        Spacer(1, 8 * mm),
        KeepTogether(_signatures(minutes)),
    ]


def _head(minutes: Minutes) -> list[Flowable]:
    """Who writes it, what it is, its number (a line to fill in where there is none)."""
    number = _("Number: %(number)s") % {"number": minutes.number or BLANK}
    office = minutes.verifying_office.upper()
    return [
        *([_text(office, OFFICE)] if office else []),
        Spacer(1, 6 * mm),
        _text(_("MINUTES OF THE VERIFICATION OF A PROGRESS REPORT"), HEADLINE),
        _text(number, MIDDLE),
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


def _table(minutes: Minutes) -> Table:
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
    rows: list[list[Any]] = [[_text(word, STRONG) for word in head]]
    seen = 0
    for row in minutes.rows:
        rows.append(_cells(row, is_first=row.number != seen))
        seen = row.number
    sums = [_figure(minutes.reported), _figure(minutes.verified)]
    total = [_text(figure, STRONG_FIGURE) for figure in sums]
    rows.append(["", _text(_("Total"), STRONG), "", *total, "", ""])
    look = [
        ("GRID", (0, 0), (-1, -1), 0.4, LINE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *((side, (0, 0), (-1, -1), 3) for side in ("LEFTPADDING", "RIGHTPADDING")),
    ]
    return LongTable(rows, colWidths=WIDTHS, repeatRows=1, style=TableStyle(look))


def _cells(row: MinutesRow, *, is_first: bool) -> list[Any]:
    """A unit; the activity is named at the first one of its line."""
    name = f"{row.activity}\n{row.area}" if is_first else ""
    return [
        _text(row.number if is_first else "", CELL),
        _text(name, CELL),
        _text(row.unit or "–", CELL),
        _text(_figure(row.reported), FIGURE),
        _text(_figure(row.verified), FIGURE),
        _text(row.reason, CELL),
        _text(row.entry or "–", CELL),
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
        text = _("Of these, %(hectares)s ha had been counted by other work before.")
        found.append(text % {"hectares": _figure(minutes.counted)})
    return found


def _signatures(minutes: Minutes) -> list[Flowable]:
    """Two columns: who reported, who verified; the place is written by hand."""
    place = f"{'.' * 24}, {_day(minutes.verified_on)}"
    rows = [
        ["", _text(place, MIDDLE)],
        [_text(_("The reporter,"), MIDDLE), _text(_("The verifier,"), MIDDLE)],
        [_text(minutes.office, MIDDLE), _text(minutes.verifying_office, MIDDLE)],
        [Spacer(1, 20 * mm), Spacer(1, 20 * mm)],
        [_text(minutes.submitted_by, MIDDLE), _text(minutes.verified_by, MIDDLE)],
    ]
    half = (A4[0] - 2 * MARGIN) / 2
    return [Table(rows, colWidths=[half, half])]


def _figure(value: Decimal | None) -> str:
    """Hectares with every decimal that they have, at least two."""
    if value is None:
        return "–"
    exact = format_decimal(value, None)
    return exact if len(exact.partition(",")[2]) > 2 else format_decimal(value, 2)


def _day(value: date) -> str:
    return date_format(value, "j F Y")


def _canvas_of(mark: str) -> type[Canvas]:
    """Pages are drawn when all are known: each then says how many there are."""

    class NumberedCanvas(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for page in self._pages:
                self.__dict__.update(page)
                _foot(self, len(self._pages), mark)
                super().showPage()
            super().save()

    return NumberedCanvas


def _foot(canvas: Canvas, count: int, mark: str) -> None:
    """`Halaman 2 dari 7`, and across the page that the data are an example."""
    words = {"number": canvas.getPageNumber(), "count": count}
    canvas.setFont(REGULAR, 7)
    foot = _("Page %(number)s of %(count)s") % words
    canvas.drawCentredString(A4[0] / 2, 10 * mm, foot)
    if not mark:
        return
    canvas.saveState()
    canvas.setFont(BOLD, 64)
    canvas.setFillColor(colors.Color(0.75, 0.1, 0.1, alpha=0.16))
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    canvas.drawCentredString(0, 0, mark)
    canvas.restoreState()
