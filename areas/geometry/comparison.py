"""Hectares of an outline beside those of decree and survey: compared, never merged."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.html import NOTHING, chip
from core.numbers import format_decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """Outline minus another figure, in hectares and in percent of that figure."""

    hectares: Decimal
    percent: Decimal

    @property
    def is_large(self) -> bool:
        return abs(self.percent) > Decimal(settings.OUTLINE_DIFFERENCE_PERCENT)


def compare(outline: Decimal | None, other: Decimal | None) -> Difference | None:
    """The difference; None where one of the two is missing or the other is 0."""
    if outline is None or not other:
        return None
    hectares = outline - other
    return Difference(hectares, hectares / other * 100)


def difference_text(found: Difference | None) -> SafeString:
    """`+1,20 ha (3,40 %)`, marked where it is large."""
    if found is None:
        return NOTHING
    sign = "+" if found.hectares > 0 else ""
    mark = chip(_("large difference"), "warn") if found.is_large else ""
    return format_html(
        '<span class="nowrap"><data value="{}">{}{}</data> ha ({}{} %)</span> {}',
        f"{found.hectares:f}",
        sign,
        format_decimal(found.hectares),
        sign,
        format_decimal(found.percent),
        mark,
    )
