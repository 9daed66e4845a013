"""The figures in hectares: the one place that computes them (design 4.7).

Page, list, map, CSV and API ask here. What one area has is defined once, in
`with_area_figures`; every sum is a sum over it. An area counts once, under the decree
line in force on `as_of`; entries count when effective by then (and, for "what did we
say then", recorded before `known_at`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractYear, Round
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.models import Assessment, DecreeLine, LedgerEntry, SlumArea
from areas.models.ledger import Outcome
from areas.rules import CENTRAL_FROM_HA, PROVINCE_FROM_HA, Authority, Severity
from core.fields import HectaresField

ZERO = Decimal(0)
NOT_ASSESSED = "none"
AreaQuerySet = QuerySet[SlumArea]
AnnotatedAreas = QuerySet[Any]  # SlumArea with the fields that are added below


# ---- one area ----------------------------------------------------------------


def with_area_figures(
    areas: AreaQuerySet, *, as_of: date, known_at: datetime | None = None
) -> AnnotatedAreas:
    """Add to each area what it has on `as_of`; takes the place of `with_severity()`.

    `line_id`, `decree_number`, `decreed`, `handled`, `unhandled` (hectares) and
    `authority` are None where no decree in force names the area; `severity`,
    `severity_total` and `assessed_on` where no survey up to then is verified.
    """
    in_force = DecreeLine.objects.all_in_force(as_of).order_by().values("pk")
    handled = (
        LedgerEntry.objects.known(as_of=as_of, known_at=known_at)
        .filter(decree_line=OuterRef("line__pk"), outcome=Outcome.HANDLED)
        .order_by()
        .values("decree_line")
        .annotate(sum=Sum("hectares"))
        .values("sum")
    )
    none_is_zero = Coalesce(Subquery(handled), ZERO, output_field=HectaresField())
    return areas.annotate(
        line=FilteredRelation(
            "decree_lines", condition=Q(decree_lines__pk__in=Subquery(in_force))
        ),
        line_id=F("line__pk"),
        decree_number=F("line__decree__number"),
        decreed=F("line__hectares"),
        handled=Case(When(line__pk__isnull=False, then=none_is_zero)),
        unhandled=F("decreed") - F("handled"),
        authority=authority_by("line__hectares"),
        **_latest_survey(as_of, known_at),
    )


def authority_by(path: str) -> Case:
    """`areas.rules.authority_of` in SQL, by hectares at `path`; None without any."""
    hectares = Round(F(path), precision=2)
    central = GreaterThanOrEqual(hectares, CENTRAL_FROM_HA)
    province = GreaterThanOrEqual(hectares, PROVINCE_FROM_HA)
    return Case(
        When(central, then=Value(Authority.CENTRAL.value)),
        When(province, then=Value(Authority.PROVINCE.value)),
        When(**{f"{path}__gt": 0}, then=Value(Authority.REGENCY.value)),
        output_field=CharField(),
    )


def _latest_survey(as_of: date, known_at: datetime | None) -> dict[str, Subquery]:
    """The latest survey up to then that is verified (or was so before `known_at`)."""
    surveys = (
        Assessment.objects.standing(known_at)
        .filter(area=OuterRef("pk"), surveyed_on__lte=as_of)
        .order_by("-surveyed_on", "-pk")
    )
    return {
        "severity": Subquery(surveys.values("severity")[:1]),
        "severity_total": Subquery(surveys.values("total")[:1]),
        "assessed_on": Subquery(surveys.values("surveyed_on")[:1]),
    }


# ---- sums --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sums:
    """Areas and hectares of a group; `unhandled` subtracts handled, nothing else."""

    areas: int = 0
    decreed: Decimal = ZERO
    handled: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.areas + other.areas,
            self.decreed + other.decreed,
            self.handled + other.handled,
        )

    @property
    def unhandled(self) -> Decimal:
        return self.decreed - self.handled

    @property
    def share(self) -> Decimal | None:
        """Handled in percent of the decreed hectares; None where there are none."""
        return percent_of(self.handled, self.decreed)


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest group that any figure asks for."""

    regency: str
    authority: str
    severity: str
    decree: str
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
    rows_url: str

    @property
    def share(self) -> Decimal | None:
        """Percent, where the figure is a part of something."""
        if self.numerator is None or self.denominator is None:
            return None
        return percent_of(self.numerator, self.denominator)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole * 100 if whole else None


@dataclass(frozen=True, eq=False)
class Figures:
    """All figures of a set of areas, from one grouped query (years from a second)."""

    areas: AnnotatedAreas
    as_of: date
    known_at: datetime | None
    cells: tuple[Cell, ...]
    without_decree: int
    filters: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def total(self) -> Sums:
        return sum((cell.sums for cell in self.cells), Sums())

    @property
    def baseline(self) -> tuple[str, ...]:
        """The numbers of the decrees that the figures stand on."""
        return tuple(sorted({cell.decree for cell in self.cells}))

    @property
    def by_regency(self) -> dict[str, Sums]:
        """By region code; a regency without areas has no key."""
        return self._grouped(lambda cell: cell.regency)

    @property
    def by_authority(self) -> dict[str, Sums]:
        return self._grouped(lambda cell: cell.authority, Authority.values)

    @property
    def by_severity(self) -> dict[str, Sums]:
        """By class; `NOT_ASSESSED` where no survey is verified."""
        return self._grouped(
            lambda cell: cell.severity, [*Severity.values, NOT_ASSESSED]
        )

    @property
    def by_regency_and_severity(self) -> dict[tuple[str, str], Sums]:
        return self._grouped(lambda cell: (cell.regency, cell.severity))

    @property
    def by_year(self) -> list[Year]:
        """Handled at the end of each year since the baseline's first day.

        Only lines in force on `as_of` count: the curve never crosses into an older
        decree, and its last point is the figure `handled`.
        """
        if not self.cells:
            return []
        until = {row["year"]: row["sum"] for row in self._years if not row["later"]}
        first = min([cell.since.year for cell in self.cells] + list(until))
        # A day far ahead does not draw years in which nothing can have happened yet.
        last = min(self.as_of.year, max([timezone.localdate().year, *until]))
        years, handled, decreed = [], ZERO, self.total.decreed
        for year in range(first, last + 1):
            handled += until.get(year, ZERO)
            years.append(Year(year, handled, decreed))
        return years

    @property
    def takes_effect_later(self) -> Decimal:
        """Handled hectares already recorded, effective only after `as_of`."""
        return sum((row["sum"] for row in self._years if row["later"]), ZERO)

    def rows_url(self, **filters: str) -> str:
        """The list of the areas behind a figure, under the same filters."""
        return f"{reverse('areas:area-list')}?{self.query(**filters)}"

    def query(self, **filters: str) -> str:
        """The query string of these filters, the day always in it; empty ones go."""
        query = {**self.filters, "as_of": self.as_of.isoformat(), **filters}
        return urlencode({key: value for key, value in query.items() if value})

    @cached_property
    def key_figures(self) -> dict[str, Figure]:
        """`decreed`, `handled`, `improved`, `cleared`, `unhandled`, in that order."""
        total = self.total
        return {
            figure.code: figure
            for figure in (
                self._figure("decreed", _("Area in decrees"), total.decreed),
                self._share("handled", _("Handled"), total.handled),
                self._figure("improved", _("Improved"), None),
                self._figure("cleared", _("Out of slum"), None),
                self._share(
                    "unhandled",
                    _("Not handled yet (decree − handled)"),
                    total.unhandled,
                ),
            )
        }

    def _figure(
        self, code: str, label: str | Promise, value: Decimal | None, **parts: Any
    ) -> Figure:
        return Figure(
            code=code,
            label=label,
            value=value,
            baseline=self.baseline,
            as_of=self.as_of,
            known_at=self.known_at,
            rows_url=self.rows_url(),
            **parts,
        )

    def _share(self, code: str, label: str | Promise, value: Decimal) -> Figure:
        return self._figure(
            code, label, value, numerator=value, denominator=self.total.decreed
        )

    def _grouped(
        self, key_of: Callable[[Cell], Any], keys: Iterable[Any] = ()
    ) -> dict[Any, Sums]:
        groups: dict[Any, Sums] = {key: Sums() for key in keys}
        for cell in self.cells:
            key = key_of(cell)
            groups[key] = groups.get(key, Sums()) + cell.sums
        return groups

    @cached_property
    def _years(self) -> list[Any]:
        lines = self.areas.exclude(line_id=None).order_by().values("line_id")
        entries = LedgerEntry.objects.known(as_of=date.max, known_at=self.known_at)
        later = Case(When(effective_on__gt=self.as_of, then=True), default=False)
        return list(
            entries.filter(
                outcome=Outcome.HANDLED,
                decree_line__in=lines.exclude(line_id=None)
                .order_by()
                .values("line_id"),
            )
            .order_by()
            .values(year=ExtractYear("effective_on"), later=later)
            .annotate(sum=Sum("hectares"))
        )


def figures(
    areas: AreaQuerySet,
    *,
    as_of: date,
    known_at: datetime | None = None,
    filters: Mapping[str, str] | None = None,
) -> Figures:
    """The figures of `areas`, already limited to what the person may see and asked for.

    `areas` may have been through `with_area_figures` (of the same day) and a filter
    that needs it. `filters`, the query behind them, goes into the links to the rows.
    """
    counted: AnnotatedAreas = areas
    if "handled" not in areas.query.annotations:
        counted = with_area_figures(areas, as_of=as_of, known_at=known_at)
    groups = (
        counted.order_by()
        .values(
            "regency_id",
            "authority",
            "severity",
            "decree_number",
            since=F("line__decree__in_force_from"),
        )
        .annotate(
            count=Count("pk"), sum_decreed=Sum("decreed"), sum_handled=Sum("handled")
        )
    )
    rows = list(groups)
    return Figures(
        areas=counted,
        as_of=as_of,
        known_at=known_at,
        cells=tuple(_cell(row) for row in rows if row["decree_number"]),
        without_decree=sum(row["count"] for row in rows if not row["decree_number"]),
        filters=filters or {},
    )


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(
        regency=row["regency_id"],
        authority=row["authority"],
        severity=row["severity"] or NOT_ASSESSED,
        decree=row["decree_number"],
        since=row["since"],
        sums=Sums(row["count"], row["sum_decreed"], row["sum_handled"]),
    )
