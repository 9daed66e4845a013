"""The minutes of a meeting as PDF: A4, Indonesian, any number of lines."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    LongTable,
    PageBreak,
    Spacer,
    Table,
)

from coordination.minutes import Content
from coordination.minutes_parts import (
    Grid,
    Look,
    NewPage,
    Part,
    Signatures,
    Signer,
    Words,
    parts_of,
)
from core.pdf import (
    BOLD,
    CELL,
    HEADLINE,
    MIDDLE,
    OFFICE,
    STRONG,
    WIDTH,
    document,
    register_fonts,
    ruled_table,
    style,
    text,
)

LOOKS: dict[Look, ParagraphStyle] = {
    "office": OFFICE,
    "headline": HEADLINE,
    "middle": MIDDLE,
    "heading": style("heading", 10, fontName=BOLD, spaceBefore=10, spaceAfter=4),
    "strong": style("item", fontName=BOLD, spaceBefore=5, spaceAfter=1),
    "text": style("sentence", spaceAfter=3),
    "small": style("small", 7, spaceBefore=8),
}


def minutes_pdf(
    content: Content, *, is_draft: bool = False, is_packed: bool = True
) -> bytes:
    """The document; a draft says so across every page.

    `is_packed` off leaves its text readable in the file.
    """
    register_fonts()
    with translation.override("id"):
        return document(
            [flowable for part in parts_of(content) for flowable in _drawn(part)],
            title=content["title"],
            author=content["host"],
            is_example=content["is_example"],
            mark=_("DRAFT") if is_draft else "",
            is_packed=is_packed,
        )


def _drawn(part: Part) -> Iterator[Flowable]:
    match part:
        case Words():
            if part.look == "headline":
                yield Spacer(1, 4 * mm)
            yield text(part.text, LOOKS[part.look])
            if part.look == "middle":
                yield Spacer(1, 2 * mm)
        case Grid():
            yield _grid(part)
            yield Spacer(1, 4 * mm)
        case Signatures():
            yield Spacer(1, 6 * mm)
            yield KeepTogether(_signed(part))
            yield Spacer(1, 6 * mm)
            yield _grid(part.offices, height=9 * mm)
        case NewPage():
            yield PageBreak()


def _grid(grid: Grid, height: float = 0) -> LongTable:
    """The table; `height` keeps room to write in every row."""
    head = [text(word, STRONG) for word in grid.head]
    body = [[text(cell, CELL) for cell in row] for row in grid.rows]
    if height:
        for row in body:
            row[-1] = Spacer(1, height)
    widths = [share * WIDTH / sum(grid.widths) for share in grid.widths]
    return ruled_table([head, *body], widths)


def _signed(part: Signatures) -> list[Flowable]:
    """Two columns: the chair and the secretary."""
    cells = [_signer(signer) for signer in part.signers]
    rows = [["", text(part.place_and_day, MIDDLE)], *zip(*cells, strict=True)]
    return [Table(rows, colWidths=[WIDTH / 2, WIDTH / 2])]


def _signer(signer: Signer) -> list[Flowable]:
    name = signer.name or "." * 40
    return [
        text(signer.role, MIDDLE),
        Spacer(1, 18 * mm),
        text(name, MIDDLE),
        text(signer.position, MIDDLE),
    ]
