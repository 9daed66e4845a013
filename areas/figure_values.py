"""The values that figures are made of: sums, groups, years, and a figure itself."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise

from areas.area_figures import ZERO


@dataclass(frozen=True, slots=True)
class Sums:
    """Areas with a decree in force, and what they have together, in hectares.

    `verified` are the hectares of the latest verified surveys. Handled, improved and
    cleared are never added to each other.
    """

    areas: int = 0
    decreed: Decimal = ZERO
    handled: Decimal = ZERO
    improved: Decimal = ZERO
    cleared: Decimal = ZERO
    verified: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.areas + other.areas,
            self.decreed + other.decreed,
            self.handled + other.handled,
            self.improved + other.improved,
            self.cleared + other.cleared,
            self.verified + other.verified,
        )

    @property
    def unhandled(self) -> Decimal:
        """Decreed less handled; says nothing about slum."""
        return self.decreed - self.handled

    @property
    def uncleared(self) -> Decimal:
        """Decreed less out of slum."""
        return self.decreed - self.cleared

    @property
    def share(self) -> Decimal | None:
        """Handled in percent of the decreed hectares; None where there are none."""
        return percent_of(self.handled, self.decreed)


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of one region, agency, year …; `base` is what its shares are of.

    A group of areas has a base of its own. A group of entries (agency, fund, programme,
    year, method) has the whole base, and neither areas nor hectares in decrees.
    """

    key: str
    label: str
    sums: Sums
    base: Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest group of areas that any figure asks for."""

    regency: str
    authority: str
    severity: str
    typology: str
    decree: str
    decree_id: int
    since: date
    sums: Sums


@dataclass(frozen=True, slots=True)
class Year:
    """Handled under the present baseline until the end of `year` (or `as_of`)."""

    year: int
    handled: Decimal
    decreed: Decimal

    @property
    def share(self) -> Decimal | None:
        return percent_of(self.handled, self.decreed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure with all it may never be shown without (design 4.7).

    `value=None` says that it is not computed yet, which is not zero.
    """

    code: str
    label: str | Promise
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    baseline: tuple[str, ...]
    as_of: date
    known_at: datetime | None
    query: str
    unit: str = "ha"

    @property
    def rows_url(self) -> str:
        """The page of the areas behind the figure; the API has the same query."""
        return f"{reverse('areas:area-list')}?{self.query}"

    @property
    def share(self) -> Decimal | None:
        """Percent, where the figure is a part of something."""
        if self.numerator is None or self.denominator is None:
            return None
        return percent_of(self.numerator, self.denominator)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole * 100 if whole else None
