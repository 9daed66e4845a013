"""A key figure with everything it must be shown with (design 4.7)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import html


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One card: label, value, share, how computed, baseline and as-of date.

    `value=None` says that it cannot be computed yet ("belum dihitung"), which is not
    zero; `how` then says what is missing. `url` leads to the rows of the figure, `why`
    to the page that takes it apart.
    `share` is a percentage of 0–100; `tone` is `handled`, `improved`, `cleared`,
    `late` or empty.
    """

    label: str
    value: Decimal | int | None
    unit: str = "ha"
    url: str = ""
    why: str = ""
    share: Decimal | None = None
    how: str = ""
    source: str = ""
    as_of: date | None = None
    tone: str = ""
    places: int = 2

    @property
    def text(self) -> str:
        """The value to read, with the exact one behind it."""
        return html.figure(self.value, self.places)

    @property
    def bar(self) -> str:
        return html.bar(self.share)
