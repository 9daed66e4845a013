"""Who works where: agencies beside areas, what nobody does, what several do at once.

Running activities, pending commitments and hectares of the ledger of the areas in
sight. A fixed number of queries, whatever there is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Agency
from areas.area_figures import EntryScope, with_area_figures
from areas.models import LineSum, Neighbourhood, SlumArea
from areas.models.ledger import Outcome
from areas.severity import Severity
from coordination.models import Commitment, CommitmentArea
from programs.models import Activity, ActivityUnit, FundingLeg
from programs.sheet import rt_name

ZERO = Decimal(0)
STRESSED = 3  # agencies at work in the same RT


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: of which fund, of which year, by area instead of by district.

    The year is that of the programme, of the due day, of the entry in the ledger.
    """

    fund: str = ""
    year: int | None = None
    by_area: bool = False


@dataclass(slots=True)
class Cell:
    """What one agency has in one place: activities that run, commitments, hectares."""

    activities: int = 0
    commitments: int = 0
    hectares: Decimal = ZERO

    @property
    def count(self) -> int:
        return self.activities + self.commitments


@dataclass(slots=True)
class MapRow:
    """A place with what each agency has there, by the agency's key.

    `regency` is its code; `area` the area's key, None where the row is a district.
    """

    regency: str
    area: int | None
    name: str
    url: str
    cells: dict[int, Cell] = field(default_factory=lambda: defaultdict(Cell))

    @property
    def total(self) -> Cell:
        return summed(self.cells.values())


@dataclass(frozen=True, slots=True)
class Gap:
    """A heavy area without a running activity and without a pending commitment."""

    area: Any


@dataclass(frozen=True, slots=True)
class Collision:
    """An RT (or an area without RT) in which several agencies are at work."""

    area: Any
    unit: str
    works: Sequence[Activity]

    @property
    def agencies(self) -> list[Agency]:
        found = {work.agency_id: work.agency for work in self.works}
        return sorted(found.values(), key=lambda agency: agency.short_name)

    @property
    def is_stressed(self) -> bool:
        return len(self.agencies) >= STRESSED


@dataclass(slots=True)
class Map:
    """The answer: rows by name, agencies by name, and what to look at first."""

    rows: list[MapRow] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    collisions: list[Collision] = field(default_factory=list)


def summed(cells: Iterable[Cell]) -> Cell:
    total = Cell()
    for cell in cells:
        total.activities += cell.activities
        total.commitments += cell.commitments
        total.hectares += cell.hectares
    return total


def map_of(areas: QuerySet[SlumArea], user: Any, on: date, asked: Question) -> Map:
    """The map of these areas, as far as `user` sees works and commitments."""
    with_figures = with_area_figures(areas, as_of=on, at_once=True)
    found = {
        area.pk: area
        for area in with_figures.select_related("regency").defer("outline")
    }
    works = _running(user, list(found), asked)
    promises = _pending(user, list(found), asked)
    if not found:
        return Map()
    rows = _Rows(found, asked)
    for work in works:
        rows.cell(work.area_id, work.agency_id).activities += 1
    # In a district a commitment counts once, however many of its areas lie there.
    for area, agency, commitment in promises:
        rows.count_commitment(area, agency, commitment)
    for area, agency, hectares in _handled(found.values(), on, asked):
        rows.cell(area, agency).hectares += hectares
    return Map(
        rows=rows.sorted(),
        agencies=_agencies(rows),
        gaps=_gaps(found.values(), works, promises),
        collisions=_collisions(found, works),
    )


def district_url(code: str, asked: Question) -> str:
    """The same map of one district, area by area."""
    query = f"regency={code}&rows=area"
    if asked.fund:
        query += f"&fund={asked.fund}"
    if asked.year:
        query += f"&year={asked.year}"
    return f"{reverse('coordination:collaboration')}?{query}"


class _Rows:
    """The rows as they fill: one for each area, or one for each district."""

    def __init__(self, areas: dict[int, Any], asked: Question) -> None:
        self.areas, self.asked = areas, asked
        self.rows: dict[Any, MapRow] = {}
        self.seen: set[tuple[Any, int]] = set()
        if not asked.by_area:
            for key in areas:  # a district in which nobody works is a row as well
                self.row(key)

    def key(self, area: int) -> Any:
        return area if self.asked.by_area else self.areas[area].regency_id

    def row(self, area: int) -> MapRow:
        key = self.key(area)
        if key not in self.rows:
            place = self.areas[area]
            if self.asked.by_area:
                name, url = (
                    f"{place.name} ({place.regency.name})",
                    place.get_absolute_url(),
                )
                self.rows[key] = MapRow(place.regency_id, place.pk, name, url)
            else:
                url = district_url(key, self.asked)
                self.rows[key] = MapRow(key, None, place.regency.name, url)
        return self.rows[key]

    def cell(self, area: int, agency: int) -> Cell:
        return self.row(area).cells[agency]

    def count_commitment(self, area: int, agency: int, commitment: int) -> None:
        if (self.key(area), commitment) not in self.seen:
            self.seen.add((self.key(area), commitment))
            self.cell(area, agency).commitments += 1

    def sorted(self) -> list[MapRow]:
        return sorted(self.rows.values(), key=lambda row: row.name)


def _running(user: Any, areas: list[int], asked: Question) -> list[Activity]:
    """Activities at work in these areas: of no draft, and not finished."""
    rows = Activity.objects.visible_to(user).filter(
        area__in=areas, is_closed=False, programme__is_draft=False
    )
    if asked.year:
        rows = rows.filter(programme__year=asked.year)
    if asked.fund:
        legs = FundingLeg.objects.filter(activity=OuterRef("pk"))
        of_fund = Exists(legs.filter(fund=asked.fund))
        rows = rows.filter(of_fund | Q(~Exists(legs), programme__fund=asked.fund))
    return list(rows.select_related("agency", "programme").order_by("name", "pk"))


def _pending(
    user: Any, areas: list[int], asked: Question
) -> list[tuple[int, int, int]]:
    """Area, agency and key of the commitments that are pending there."""
    seen = Commitment.objects.visible_to(user).pending()
    if asked.year:
        seen = seen.filter(due_on__year=asked.year)
    if asked.fund:
        seen = seen.filter(fund=asked.fund)
    rows = CommitmentArea.objects.filter(
        area__in=areas, commitment__in=seen.order_by().values("pk")
    )
    return list(
        rows.order_by("commitment", "area").values_list(
            "area", "commitment__agency", "commitment"
        )
    )


def _handled(
    areas: Iterable[Any], on: date, asked: Question
) -> list[tuple[int, int, Decimal]]:
    """Handled hectares of the ledger under the decree in force, by area and agency."""
    lines = [area.line_id for area in areas if area.line_id]
    sums = LineSum.objects.filter(
        EntryScope(fund=asked.fund, year=asked.year).condition,
        decree_line__in=lines,
        outcome=Outcome.HANDLED,
        effective_on__lte=on,
    ).order_by()
    grouped = sums.values_list("decree_line__area", "agency")
    found = grouped.annotate(total=Sum("hectares"))
    return [(area, agency, total) for area, agency, total in found if total]


def _agencies(rows: _Rows) -> list[Agency]:
    keys = {key for row in rows.rows.values() for key in row.cells}
    return list(Agency.objects.filter(pk__in=keys).order_by("short_name", "pk"))


def _gaps(
    areas: Iterable[Any], works: Iterable[Activity], promises: Iterable[tuple[int, ...]]
) -> list[Gap]:
    """Heavy by the standing survey, and nobody is at work or has promised."""
    busy = {work.area_id for work in works} | {area for area, *_rest in promises}
    found = [
        area
        for area in areas
        if area.severity == Severity.HEAVY and area.pk not in busy
    ]
    return [Gap(area) for area in sorted(found, key=lambda a: (a.regency.name, a.name))]


def _collisions(areas: dict[int, Any], works: Sequence[Activity]) -> list[Collision]:
    """The RT in which two agencies or more are at work, the fullest first.

    An activity that names no RT covers all of its area.
    """
    offices: dict[int, set[int]] = defaultdict(set)
    for work in works:
        offices[work.area_id].add(work.agency_id)
    shared = [work for work in works if len(offices[work.area_id]) > 1]
    named = _named_units(shared)
    units = _units({work.area_id for work in shared})
    at: dict[tuple[int, int | None], list[Activity]] = defaultdict(list)
    for work in shared:
        everywhere = units[work.area_id] or [None]
        for unit in named.get(work.pk) or everywhere:
            at[work.area_id, unit].append(work)
    labels = {key: rt_name(name) for key, name in units.names.items()}
    found = [
        Collision(areas[area], labels.get(unit, _("whole area")), rows)
        for (area, unit), rows in at.items()
        if len({row.agency_id for row in rows}) > 1
    ]
    return sorted(found, key=lambda row: (-len(row.agencies), row.area.name, row.unit))


class _Units(dict[int, list[int | None]]):
    """The keys of the RT by area; `names` has the name of each."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[int | None, str] = {}

    def __missing__(self, area: int) -> list[int | None]:
        return []


def _units(areas: set[int]) -> _Units:
    found = _Units()
    rows = Neighbourhood.every.filter(area__in=areas).order_by("rt_rw", "pk")
    for area, key, name, retired_on in rows.values_list(
        "area", "pk", "rt_rw", "retired_on"
    ):
        found.names[key] = name
        if retired_on is None:
            found.setdefault(area, []).append(key)
    return found


def _named_units(works: Iterable[Activity]) -> dict[int, list[int | None]]:
    named: dict[int, list[int | None]] = defaultdict(list)
    rows = ActivityUnit.objects.filter(activity__in=[work.pk for work in works])
    for activity, unit in rows.order_by("pk").values_list("activity", "neighbourhood"):
        named[activity].append(unit)
    return named


def ties_of(found: Map) -> Counter[tuple[int, int]]:
    """How much ties agency and place, by their positions: what the picture draws."""
    places = {agency.pk: position for position, agency in enumerate(found.agencies)}
    return Counter(
        {
            (places[key], position): cell.count
            for position, row in enumerate(found.rows)
            for key, cell in row.cells.items()
            if cell.count
        }
    )
