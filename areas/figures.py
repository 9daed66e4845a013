"""The figures in hectares: the one place that computes them (design 4.7).

Page, list, map, files and API ask here. What one area has is defined once, in
`areas.area_figures`; every sum is a sum over it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, QuerySet, Sum, When
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Region
from areas.area_figures import (
    ALL_ENTRIES,
    NOT_GIVEN,
    OUTCOMES,
    ZERO,
    AnnotatedAreas,
    AreaQuerySet,
    EntryScope,
    with_area_figures,
)
from areas.figure_values import Cell, Figure, Group, Sums, Year, percent_of
from areas.models import LedgerEntry, LedgerSource, LineSum, SlumArea
from areas.models.ledger import EntryMethod, Fund, Outcome
from areas.rules import Authority, Severity

__all__ = [
    "ALL_ENTRIES",
    "NOT_ASSESSED",
    "NOT_GIVEN",
    "EntryScope",
    "Figure",
    "Figures",
    "Group",
    "Sums",
    "figures",
    "percent_of",
    "with_area_figures",
]

NOT_ASSESSED = "none"


@dataclass(frozen=True, eq=False)
class Figures:
    """All figures of a set of areas, from one grouped query; groups of entries and
    years cost one more each."""

    areas: AnnotatedAreas
    as_of: date
    known_at: datetime | None
    entries: EntryScope
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
        every = self.all_figures
        codes = ("decreed", *(outcome.value for outcome in OUTCOMES), "unhandled")
        return {code: every[code] for code in codes if code in every}

    @cached_property
    def all_figures(self) -> dict[str, Figure]:
        """Every figure by its code, one query more than `key_figures`' sums.

        What remains is left out where only some entries are asked for: it would
        subtract one agency's hectares from everybody's.
        """
        found = list(self._figures_of(self.total, self.total.decreed, {}))
        return {figure.code: figure for figure in found + [self._rpjmd()]}

    def figures_by(self, dimension: str) -> list[tuple[Group, list[Figure]]]:
        """The figures of every group of `GROUPED_BY`."""
        name = FILTER_OF.get(dimension, dimension)
        return [
            (group, list(self._figures_of(group.sums, group.base, {name: group.key})))
            for group in self.groups_by(dimension)
        ]

    def groups_by(self, dimension: str) -> list[Group]:
        """The sums by one of `GROUPED_BY`; together they are the whole."""
        if dimension in OF_AREAS:
            found = self._grouped(OF_AREAS[dimension])
            labels = self._area_labels(dimension, found)
            return [
                Group(key, labels.get(key, key), sums, sums.decreed)
                for key, sums in sorted(found.items())
            ]
        return _entry_groups(self, dimension)

    def _area_labels(self, dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
        if dimension == "region":
            regions = Region.objects.filter(pk__in=list(keys))
            return dict(regions.values_list("code", "name"))
        choices: Mapping[str, Iterable[tuple[str, Any]]] = {
            "authority": Authority.choices,
            "severity": [*Severity.choices, (NOT_ASSESSED, _("Not assessed"))],
            "typology": [*SlumArea.Typology.choices, (NOT_GIVEN, _("not given"))],
            "decree": {(str(cell.decree_id), cell.decree) for cell in self.cells},
        }
        return {key: str(label) for key, label in choices[dimension]}

    def _figures_of(
        self, sums: Sums, base: Decimal, filters: Mapping[str, str]
    ) -> Iterable[Figure]:
        query = self.query(**filters)

        def figure(code: str, value: Decimal, *, of: Decimal | None = base) -> Figure:
            return self._figure(code, value, of, query)

        if sums.areas:
            yield figure("decreed", sums.decreed, of=None)
            yield figure("verified", sums.verified, of=None)
        yield figure("handled", sums.handled)
        yield figure("improved", sums.improved)
        yield figure("cleared", sums.cleared)
        if sums.areas and self.entries.is_all:
            yield figure("unhandled", sums.unhandled)
            yield figure("uncleared", sums.uncleared)

    def _rpjmd(self) -> Figure:
        """Handled hectares of areas of 10 to below 15 ha, in percent of all of those.

        The province's RPJMD indicator (Permendagri 18/2020; docs/glossary.md).
        """
        mine = self.by_authority[Authority.PROVINCE]
        code = "handled_share_10_15"
        share = percent_of(mine.handled, mine.decreed)
        return Figure(
            code=code,
            label=LABELS[code],
            value=share,
            numerator=mine.handled,
            denominator=mine.decreed,
            baseline=self.baseline,
            as_of=self.as_of,
            known_at=self.known_at,
            query=self.query(authority=Authority.PROVINCE),
            unit="%",
        )

    def _figure(
        self, code: str, value: Decimal, base: Decimal | None, query: str
    ) -> Figure:
        return Figure(
            code=code,
            label=LABELS[code],
            value=value,
            numerator=value,
            denominator=base,
            baseline=self.baseline,
            as_of=self.as_of,
            known_at=self.known_at,
            query=query,
        )

    def _grouped(
        self, key_of: Callable[[Cell], Any], keys: Iterable[Any] = ()
    ) -> dict[Any, Sums]:
        groups: dict[Any, Sums] = {key: Sums() for key in keys}
        for cell in self.cells:
            key = key_of(cell)
            groups[key] = groups.get(key, Sums()) + cell.sums
        return groups

    @property
    def lines(self) -> QuerySet[Any]:
        """The keys of the decree lines under which the areas count."""
        lines = self.areas.exclude(line_id=None).order_by()
        return lines.values("line_id")

    @cached_property
    def _years(self) -> list[Any]:
        later = Case(When(effective_on__gt=self.as_of, then=True), default=False)
        return list(
            entry_rows(self, as_of=date.max)
            .filter(outcome=Outcome.HANDLED)
            .values(year=ExtractYear("effective_on"), later=later)
            .annotate(sum=Sum("hectares"))
        )


def entry_rows(found: Figures, *, as_of: date | None = None) -> QuerySet[Any]:
    """What the outcomes are sums over: sums by day, or entries where `known_at`."""
    day = as_of or found.as_of
    rows: QuerySet[Any] = (
        LineSum.objects.filter(effective_on__lte=day)
        if found.known_at is None
        else LedgerEntry.objects.known(as_of=day, known_at=found.known_at)
    )
    rows = rows.filter(found.entries.condition, decree_line__in=found.lines)
    return rows.order_by()


OF_AREAS: Mapping[str, Callable[[Cell], str]] = {
    "region": lambda cell: cell.regency,
    "authority": lambda cell: cell.authority,
    "severity": lambda cell: cell.severity,
    "typology": lambda cell: cell.typology,
    "decree": lambda cell: str(cell.decree_id),
}
OF_ENTRIES: Mapping[str, Any] = {
    "agency": F("agency"),
    "fund": F("source__fund"),
    "programme": F("source__programme_key"),
    "year": ExtractYear("effective_on"),
    "method": F("method"),
}
GROUPED_BY = (*OF_AREAS, *OF_ENTRIES)
FILTER_OF = {"region": "regency"}
LABELS: Mapping[str, Promise] = {
    "decreed": _("Area in decrees"),
    "verified": _("Area by verified surveys"),
    "handled": _("Handled"),
    "improved": _("Improved"),
    "cleared": _("Out of slum"),
    "unhandled": _("Not handled yet (decree − handled)"),
    "uncleared": _("Not out of slum yet (decree − out of slum)"),
    "handled_share_10_15": _("Handled share of areas of 10 – < 15 ha (RPJMD)"),
}


def _entry_groups(found: Figures, dimension: str) -> list[Group]:
    rows = (
        entry_rows(found)
        .exclude(outcome=Outcome.DECREED)
        .values("outcome", group=OF_ENTRIES[dimension])
        .annotate(sum=Sum("hectares"))
    )
    groups: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        key = NOT_GIVEN if row["group"] in (None, "") else str(row["group"])
        groups.setdefault(key, {})[row["outcome"]] = row["sum"]
    labels = _entry_labels(dimension, groups)
    base = found.total.decreed
    return [
        Group(key, labels.get(key, key), _sums_of(groups[key]), base)
        for key in sorted(groups)
    ]


def _sums_of(outcomes: Mapping[str, Decimal]) -> Sums:
    return Sums(
        handled=outcomes.get(Outcome.HANDLED, ZERO),
        improved=outcomes.get(Outcome.IMPROVED, ZERO),
        cleared=outcomes.get(Outcome.CLEARED, ZERO),
    )


def _entry_labels(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    named = [key for key in keys if key != NOT_GIVEN]
    labels: dict[str, str] = {NOT_GIVEN: str(_("not given"))}
    if dimension == "agency":
        rows = Agency.objects.filter(pk__in=named).values_list("pk", "name")
        labels |= {str(key): name for key, name in rows}
    elif dimension == "programme":
        sources = LedgerSource.objects.filter(programme_key__in=named).order_by("pk")
        labels |= dict(sources.values_list("programme_key", "programme"))
    elif dimension == "fund":
        labels |= {key: str(label) for key, label in Fund.choices}
    elif dimension == "method":
        labels |= {key: str(label) for key, label in EntryMethod.choices}
    return labels


def figures(
    areas: AreaQuerySet,
    *,
    as_of: date,
    known_at: datetime | None = None,
    entries: EntryScope = ALL_ENTRIES,
    filters: Mapping[str, str] | None = None,
) -> Figures:
    """The figures of `areas`, already limited to what the person may see and asked for.

    `areas` may have been through `with_area_figures` (with the same `as_of`, `known_at`
    and `entries`) and a filter that needs it. `filters`, the query behind them, goes
    into the links to the rows.
    """
    counted: AnnotatedAreas = areas
    if "handled" not in areas.query.annotations:
        counted = with_area_figures(
            areas, as_of=as_of, known_at=known_at, entries=entries, at_once=True
        )
    groups = (
        counted.order_by()
        .values(
            "regency_id",
            "authority",
            "severity",
            "typology",
            "decree_number",
            "line__decree_id",
            since=F("line__decree__in_force_from"),
        )
        .annotate(count=Count("pk"), **{f"sum_{n}": Sum(n) for n in SUMMED})
    )
    rows = list(groups)
    return Figures(
        areas=counted,
        as_of=as_of,
        known_at=known_at,
        entries=entries,
        cells=tuple(_cell(row) for row in rows if row["decree_number"]),
        without_decree=sum(row["count"] for row in rows if not row["decree_number"]),
        filters=filters or {},
    )


SUMMED = ("decreed", "handled", "improved", "cleared", "verified")


def _cell(row: Mapping[str, Any]) -> Cell:
    sums = {name: row[f"sum_{name}"] or ZERO for name in SUMMED}
    return Cell(
        regency=row["regency_id"],
        authority=row["authority"],
        severity=row["severity"] or NOT_ASSESSED,
        typology=row["typology"] or NOT_GIVEN,
        decree=row["decree_number"],
        decree_id=row["line__decree_id"],
        since=row["since"],
        sums=Sums(areas=row["count"], **sums),
    )
