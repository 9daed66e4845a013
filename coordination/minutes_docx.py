"""The minutes of a meeting as DOCX, to be gone on with in a word processor.

The same content gives the same bytes: parts of the package in order, no clock.
"""

import re
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from coordination.minutes import Content
from coordination.minutes_parts import (
    Grid,
    Look,
    NewPage,
    Part,
    Signatures,
    Words,
    parts_of,
)

# What XML does not know.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP knows
MARGIN = Cm(1.8)
WIDTH = Cm(21) - 2 * MARGIN
CENTRED: frozenset[Look] = frozenset({"office", "headline", "middle"})
BOLD: frozenset[Look] = frozenset({"office", "headline", "strong"})
SIZES: dict[Look, int] = {"office": 12, "headline": 13, "small": 8}


def minutes_docx(content: Content, *, is_draft: bool = False) -> bytes:
    """The document; a draft and example data say so at the top of every page."""
    with translation.override("id"):
        made = Document()
        _set_up(made, content)
        _mark(made, content, is_draft=is_draft)
        for part in parts_of(content):
            _write(made, part)
    out = BytesIO()
    made.save(out)
    return _settled(out.getvalue())


def _set_up(made: Any, content: Content) -> None:
    """Paper, letters, and the properties that would else tell of the moment."""
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    moment = datetime.fromisoformat(content.get("closed_at", content["ends_at"]))
    about = made.core_properties
    about.title = _clean(content["title"])[:255]
    about.author = about.last_modified_by = _clean(content["host"])[:255]
    about.comments, about.language, about.revision = "", "id-ID", 1
    about.created = about.modified = moment.replace(tzinfo=None)


def _mark(made: Any, content: Content, *, is_draft: bool) -> None:
    marks = [
        *([_("DRAFT")] if is_draft else []),
        *([_("EXAMPLE DATA")] if content["is_example"] else []),
    ]
    if marks:
        line = made.sections[0].header.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(" · ".join(marks)).bold = True


def _write(made: Any, part: Part) -> None:
    match part:
        case Words():
            _paragraph(made, part)
        case Grid():
            _table(made, part)
        case Signatures():
            _signatures(made, part)
        case NewPage():
            made.add_page_break()


def _paragraph(made: Any, words: Words) -> None:
    if words.look == "heading":
        made.add_heading(_clean(words.text), level=2)
        return
    line = made.add_paragraph()
    run = line.add_run(_clean(words.text))
    run.bold = words.look in BOLD or None
    if size := SIZES.get(words.look):
        run.font.size = Pt(size)
    if words.look in CENTRED:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(made: Any, grid: Grid) -> None:
    """Rows with lines; the head stands on every page."""
    table = made.add_table(rows=1 + len(grid.rows), cols=len(grid.head))
    table.style, table.autofit = "Table Grid", False
    widths = [WIDTH * share // sum(grid.widths) for share in grid.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    # Cells by row: asking the table for each would take the square of their number.
    for row, texts in zip(table.rows, [grid.head, *grid.rows], strict=True):
        for cell, words, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(_clean(words))
            run.font.size = Pt(8)
            run.bold = texts is grid.head or None
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    made.add_paragraph()


def _signatures(made: Any, part: Signatures) -> None:
    """Two columns without lines, then the offices with room to sign."""
    table = made.add_table(rows=2, cols=2)
    table.rows[0].cells[1].text = _clean(part.place_and_day)
    for cell, signer in zip(table.rows[1].cells, part.signers, strict=True):
        name = signer.name or "." * 40
        cell.text = _clean(f"{signer.role}\n\n\n\n{name}\n{signer.position}")
    for row in table.rows:
        for cell in row.cells:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph()
    _table(made, part.offices)


def _clean(words: str) -> str:
    return UNWRITABLE.sub(" ", words.replace("\r\n", "\n"))


def _settled(package: bytes) -> bytes:
    """The same package with every part dated alike and in the order of its names."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(package)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled,
    ):
        for name in sorted(made.namelist()):
            part = zipfile.ZipInfo(name, LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            settled.writestr(part, made.read(name))
    return out.getvalue()
