"""Small pieces of HTML that tables, tags and views share, each returned as safe text.

A browser rule (Content-Security-Policy) forbids `style="…"`, so every drawn length
is an SVG attribute.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.numbers import format_decimal

Number = Decimal | int | float
NOTHING = mark_safe('<span class="none">–</span>')
NBSP = "\u00a0"


class Part(NamedTuple):
    """A part of a stacked bar: `letter` is one of B, S, R, T (see `badge`)."""

    letter: str
    word: str
    value: Decimal


def icon(name: str) -> SafeString:
    """The drawing `name` of static/img/icons.svg, for the eye only."""
    sprite = static("img/icons.svg")
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name
    )


def chip(word: object, tone: str = "", icon_name: str = "") -> SafeString:
    """A state: word, colour (`ok`, `warn`, `late`, `info`, `off`) and icon in one."""
    drawing = format_html("{} ", icon(icon_name)) if icon_name else ""
    css = f"st st-{tone}" if tone else "st"
    return format_html('<span class="{}">{}{}</span>', css, drawing, word)


def badge(letter: str, word: object, *, large: bool = False) -> SafeString:
    """A class by letter, colour and word: B red, S orange, R yellow, T green."""
    css = f"sev sev-{letter.lower()}{' sev-lg' if large else ''}"
    return format_html('<span class="{}" data-k="{}">{}</span>', css, letter, word)


def figure(value: Number | None, places: int | None = 2) -> SafeString:
    """A number to read, with the exact one in `<data value>`; a dash where none is."""
    if value is None:
        return NOTHING
    exact = f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return mark_safe(
        f'<data value="{exact}">{escape(format_decimal(value, places))}</data>'
    )


def percent(value: Number | None) -> str:
    """`45,63 %`, from a value on a scale of 0 to 100."""
    return "–" if value is None else f"{format_decimal(value)}{NBSP}%"


def rupiah(value: Number | None) -> SafeString:
    """`Rp 1.234.567`, whole rupiah, the exact amount in `<data value>`."""
    if value is None:
        return NOTHING
    return format_html("Rp{}{}", NBSP, figure(value, 0))


def day(value: date | datetime | None) -> str:
    """`8 Jan 2026`; a moment counts on the day it had in the office's zone."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_format(value, "j M Y")


def moment(value: datetime | None) -> str:
    """`8 Jan 2026 10.12 WITA`."""
    if value is None:
        return "–"
    return f"{date_format(timezone.localtime(value), 'j M Y H.i')} WITA"


def bar(share: Number | None, label: str = "") -> SafeString:
    """A bar of `share` percent; more than 100 fills it, less than 0 leaves it empty."""
    width = min(max(Decimal(str(share or 0)), Decimal(0)), Decimal(100))
    return format_html(
        '<svg class="bar" role="img" aria-label="{}">'
        '<rect width="{}%" height="100%" rx="4"/></svg>',
        label or percent(share),
        f"{width:.2f}",
    )


def stacked_bar(parts: Iterable[Part], unit: str = "ha") -> SafeString:
    """Shares of a whole by class, each with pattern and letter, told in one sentence.

    The page includes `_components/severity_patterns.html` once.
    """
    shown = [part for part in parts if part.value > 0]
    total = sum((part.value for part in shown), Decimal(0))
    said = [f"{p.word} {format_decimal(p.value)} {unit}" for p in shown]
    drawn, left = [], Decimal(0)
    for part in shown:
        width = part.value / total * 100
        drawn.append(_segment(part, left, width))
        left += width
    return format_html(
        '<svg class="stackbar" role="img" aria-label="{}">{}</svg>',
        _("%(parts)s of %(total)s %(unit)s")
        % {"parts": ", ".join(said), "total": format_decimal(total), "unit": unit},
        mark_safe("".join(drawn)),
    )


def _segment(part: Part, left: Decimal, width: Decimal) -> SafeString:
    """One part: ground, pattern over it, and its letter where there is room."""
    key = part.letter.lower()
    letter = ""
    if width >= 4:
        letter = format_html(
            '<circle class="sev-dot" cx="{x}%" cy="50%" r="11"/>'
            '<text class="sev-letter" x="{x}%" y="50%" dy=".36em">{letter}</text>',
            x=f"{left + width / 2:.2f}",
            letter=part.letter,
        )
    return format_html(
        '<g><title>{word}</title><rect class="m-{key}" x="{x}%" width="{w}%" '
        'height="100%"/><rect class="pat-{key}" x="{x}%" width="{w}%" height="100%" '
        'fill="url(#pt-{key})"/>{letter}</g>',
        word=f"{part.word} {format_decimal(part.value)}",
        key=key,
        x=f"{left:.2f}",
        w=f"{width:.2f}",
        letter=letter,
    )
