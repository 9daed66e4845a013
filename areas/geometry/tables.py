"""The preview of an import of outlines, and the RT of an area, as tables."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.geometry.comparison import compare, difference_text
from areas.geometry.drawing import draw
from areas.geometry.plan import Effect, PlannedOutline
from areas.geometry.planning import area_of
from core.html import NOTHING, chip
from core.numbers import format_decimal
from core.tables import Column

SHOWN = 200  # rows of a preview on a page; the command prints them all
SMALL = 96  # pixels of a drawing in a table
NAMED = 5  # overlaps that a row names


def row_note(row: PlannedOutline) -> str:
    """`row 3`, and what the file calls it."""
    note = _("row %(number)s") % {"number": row.number}
    return f"{note} · {row.label}" if row.label not in ("–", row.name) else note


def map_url(row: PlannedOutline) -> str | None:
    if row.target is None:
        return None
    return reverse("areas:area-map", args=[area_of(row.target).pk])


def drawing_of(row: PlannedOutline) -> SafeString:
    """The outline as it is stored, or as it is refused, with the wrong place marked."""
    if not row.checked.shown:
        return NOTHING
    return picture(
        row.checked.shown,
        _("Outline of %(name)s, north is up") % {"name": row.name},
        mark=row.checked.mark,
    )


def picture(
    geometry: Any, label: str, *, mark: tuple[float, float] | None = None
) -> SafeString:
    """An outline as a small drawing."""
    drawn = draw(geometry, width=SMALL, mark=mark)
    point: SafeString | str = ""
    if drawn.mark:
        point = format_html(
            '<circle class="wrong" cx="{}" cy="{}" r="5"/>', *drawn.mark
        )
    return format_html(
        '<svg class="map map-small" viewBox="{}" role="img" aria-label="{}">'
        '<path class="outline" d="{}" fill-rule="evenodd"/>{}</svg>',
        drawn.view_box,
        label,
        drawn.path,
        point,
    )


def from_decree(row: PlannedOutline) -> SafeString:
    return difference_text(compare(row.hectares, row.decreed))


def from_survey(row: PlannedOutline) -> SafeString:
    return difference_text(compare(row.hectares, row.surveyed))


def overlaps_text(row: PlannedOutline) -> SafeString | str:
    """`Mantuil 1,20 ha`, one a line."""
    if not row.overlaps:
        return NOTHING
    found = sorted(row.overlaps, key=lambda pair: (-pair[1], pair[0]))
    texts = [f"{name} {format_decimal(ha)} ha" for name, ha in found[:NAMED]]
    if len(found) > NAMED:
        count = format_decimal(len(found) - NAMED, 0)
        texts.append(_("%(count)s more") % {"count": count})
    return listed(texts)


def becomes(row: PlannedOutline) -> SafeString:
    """The state of the row, with all that is wrong with it and what was done."""
    words = {
        Effect.NEW: (_("new"), "ok"),
        Effect.CHANGED: (_("replaces the one that is stored"), "info"),
        Effect.SAME: (_("stored already"), "off"),
        Effect.REFUSED: (_("refused"), "late"),
    }
    word, tone = words[row.effect]
    repaired = chip(_("repaired"), "warn") if row.checked.is_repaired else ""
    texts = [*row.problems, *row.remarks]
    return format_html("{} {} {}", chip(word, tone), repaired, listed(texts))


def listed(texts: list[str]) -> SafeString:
    if not texts:
        return SafeString()
    items = format_html_join("", "<li>{}</li>", ((text,) for text in texts))
    return format_html('<ul class="said">{}</ul>', items)


NAME = Column(
    gettext_lazy("Becomes the outline of"),
    "name",
    link=map_url,
    note=row_note,
    full=True,
)
DRAWING = Column(gettext_lazy("Drawing"), drawing_of, kind="html", css="half")
OUTLINE = Column(
    gettext_lazy("Outline"), "hectares", kind="hectares", unit="ha", css="half"
)
DECREED = Column(
    gettext_lazy("Decree"), "decreed", kind="hectares", unit="ha", css="half"
)
SURVEYED = Column(
    gettext_lazy("Survey"), "surveyed", kind="hectares", unit="ha", css="half"
)
OVERLAPS = Column(gettext_lazy("Overlaps with"), overlaps_text, kind="html", full=True)
STATE = Column(gettext_lazy("What happens"), becomes, kind="html", full=True)
AREA_COLUMNS = (
    NAME,
    DRAWING,
    OUTLINE,
    DECREED,
    Column(gettext_lazy("Outline − decree"), from_decree, kind="html", css="half"),
    SURVEYED,
    Column(gettext_lazy("Outline − survey"), from_survey, kind="html", css="half"),
    OVERLAPS,
    STATE,
)
UNIT_COLUMNS = (
    NAME,
    DRAWING,
    OUTLINE,
    SURVEYED,
    Column(gettext_lazy("Outline − survey"), from_survey, kind="html", css="half"),
    OVERLAPS,
    STATE,
)


def unit_difference(unit: Any) -> SafeString:
    return difference_text(compare(unit.outline_hectares, unit.hectares))


STORED_UNIT_COLUMNS = (
    Column(gettext_lazy("RT/RW"), "rt_rw", note="village.name"),
    Column(gettext_lazy("Survey"), "hectares", kind="hectares", unit="ha", css="half"),
    Column(
        gettext_lazy("Outline"),
        "outline_hectares",
        kind="hectares",
        unit="ha",
        css="half",
    ),
    Column(gettext_lazy("Outline − survey"), unit_difference, kind="html", css="half"),
    Column(gettext_lazy("Source"), "outline_source", full=True),
)
