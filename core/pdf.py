"""What documents as PDF share: letters, plain words, page numbers, the example's mark.

A4, Indonesian. Two runs over the same content give the same bytes: nothing of the
moment goes into the file.
"""

import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils import translation
from django.utils.translation import gettext as _
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
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    TableStyle,
)

REGULAR, BOLD = "Vera", "VeraBd"  # come with the library: letters beyond Latin-1
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN  # of what is written
LINE = colors.HexColor("#8a94a0")
HEAD = colors.HexColor("#e8ecf0")
BLANK = "." * 40
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@cache
def register_fonts() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, "Vera.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD)


def style(name: str, size: float = 9, **more: Any) -> ParagraphStyle:
    """A style of paragraphs in the documents' letters, `size` in points."""
    more.setdefault("fontName", REGULAR)
    return ParagraphStyle(name, fontSize=size, leading=size * 1.3, **more)


TEXT = style("text")
CELL = style("cell", 7)
FIGURE = style("figure", 7, alignment=TA_RIGHT)
STRONG = style("strong", 7, fontName=BOLD)
STRONG_FIGURE = style("strong figure", 7, fontName=BOLD, alignment=TA_RIGHT)
MIDDLE = style("middle", alignment=TA_CENTER)
OFFICE = style("office", 11, alignment=TA_CENTER, fontName=BOLD)
HEADLINE = style("headline", 12, alignment=TA_CENTER, fontName=BOLD)


def text(words: object, look: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of plain words: no markup in them counts, line breaks are kept."""
    clean = CONTROL.sub(" ", str(words).replace("\r\n", "\n"))
    return Paragraph(escape(clean).replace("\n", "<br/>"), look)


def ruled_table(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> LongTable:
    """A table with lines; its first row is the head and stands on every page."""
    look = [
        ("GRID", (0, 0), (-1, -1), 0.4, LINE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *((side, (0, 0), (-1, -1), 3) for side in ("LEFTPADDING", "RIGHTPADDING")),
    ]
    return LongTable(
        rows,
        colWidths=widths,
        repeatRows=1,
        splitInRow=1,  # a cell longer than a page goes on, on the next one
        style=TableStyle(look),
    )


def document(
    story: list[Flowable],
    *,
    title: str,
    author: str,
    is_example: bool = False,
    mark: str = "",
    is_packed: bool = True,
) -> bytes:
    """The file; `mark` stands across its pages, such as that it is a draft.

    `is_packed` off leaves its text readable in it.
    """
    register_fonts()
    out = BytesIO()
    with translation.override("id"):
        made = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=MARGIN,
            bottomMargin=MARGIN,
            title=title,
            author=author,
            pageCompression=int(is_packed),
            invariant=1,
        )
        marks = [mark, _("EXAMPLE DATA") if is_example else ""]
        made.build(story, canvasmaker=_canvas_of(" · ".join(filter(None, marks))))
    return out.getvalue()


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
    """`Halaman 2 dari 7`, and the mark across the page."""
    words = {"number": canvas.getPageNumber(), "count": count}
    canvas.setFont(REGULAR, 7)
    foot = _("Page %(number)s of %(count)s") % words
    canvas.drawCentredString(A4[0] / 2, 10 * mm, foot)
    if not mark:
        return
    canvas.saveState()
    canvas.setFont(BOLD, min(64, 46_000 / canvas.stringWidth(mark, BOLD, 64)))
    canvas.setFillColor(colors.Color(0.75, 0.1, 0.1, alpha=0.16))
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    canvas.drawCentredString(0, 0, mark)
    canvas.restoreState()
