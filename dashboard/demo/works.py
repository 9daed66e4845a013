"""The example programmes with their activities, year by year."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random
from typing import NamedTuple

from areas.models import Neighbourhood
from dashboard.demo.money import contract_in, share_costs, write_budget
from dashboard.demo.people import Cast, acting
from dashboard.demo.places import Site
from dashboard.demo.plan import (
    BANJARMASIN,
    HULU_SUNGAI_UTARA,
    PROVINCE,
    REPORTING,
    VERIFIED,
)
from programs.models import Activity, Fund, Programme
from programs.services import ActivityValues, create_activities, create_programme

# Activities a year; who is not here does two.
A_YEAR = {BANJARMASIN: 3, HULU_SUNGAI_UTARA: 3}
WORKS = (
    ("2b", "perbaikan jalan titian", 1_450_000),
    ("4b", "pembangunan drainase lingkungan", 950_000),
    ("3a", "sambungan rumah air minum", 3_500_000),
    ("5b", "tangki septik komunal", 9_000_000),
    ("6a", "sarana persampahan", 1_100_000),
    ("1c", "perbaikan rumah tidak layak huni", 20_000_000),
    ("4c", "perbaikan drainase lingkungan", 700_000),
    ("7b", "alat pemadam api lingkungan", 1_500_000),
)
# First and last quarter of the work, in turn.
QUARTERS = ((1, 2), (2, 3), (1, 4), (1, 3), (2, 4), (3, 4))


@dataclass(slots=True)
class Job:
    """An activity with its RT and the quarters (of its year) in which work goes on."""

    activity: Activity
    units: list[Neighbourhood]
    year: int
    first_quarter: int
    last_quarter: int
    reported: Decimal = Decimal(0)

    def progress(self, year: int, quarter: int) -> Decimal:
        """Share done at the end of that quarter, 0 to 1."""
        if year > self.year:
            return Decimal(1)
        length = self.last_quarter - self.first_quarter + 1
        passed = min(max(quarter - self.first_quarter + 1, 0), length)
        return Decimal(passed) / length


class Lot(NamedTuple):
    """What an activity takes on: its number in the example, its area and RT there."""

    number: int
    site: Site
    units: list[Neighbourhood]


@dataclass(slots=True)
class Works:
    """Everything planned so far; RT are taken in turn, each office from its own."""

    cast: Cast
    chance: Random
    waiting: dict[str, list[tuple[Site, list[Neighbourhood]]]]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def at(cls, sites: list[Site], cast: Cast, chance: Random) -> "Works":
        waiting = {
            code: _in_turn([s for s in sites if s.plan.regency == code], chance)
            for code in REPORTING
        }
        # Further work on RT that are counted already: verified with 0 ha.
        first = waiting[BANJARMASIN]
        first.insert(4, first[1])
        return cls(cast, chance, waiting)

    def begin_year(self, code: str, year: int, *, size: int | None = None) -> list[Job]:
        """The office's programme of the year, with its activities."""
        by, office = self.cast.operators[code], self.cast.offices[code]
        lots = [self._take(code) for _lot in range(size or A_YEAR.get(code, 2))]
        rows = [self._values(lot, year) for lot in lots]
        with acting(by):
            programme = create_programme(
                agency=office,
                by=by,
                code="CONTOH 1.04.03.2.03",
                name=f"CONTOH Peningkatan kualitas permukiman kumuh {year}",
                year=year,
                budget=_rounded_up(rows),
                fund=Fund.APBD_REGENCY,
            )
            activities = create_activities(programme, rows=rows, by=by)
            write_budget(programme, [lot.units for lot in lots], by=by)
            share_costs(activities, by=by)
            _mark(programme)
        return self._jobs(activities, lots, year)

    def begin_provincial(self, year: int) -> dict[str, list[Job]]:
        """The province's programme, carried out by two district offices."""
        by = self.cast.editor
        codes = (BANJARMASIN, HULU_SUNGAI_UTARA)
        lots = [self._take(code) for code in codes]
        rows: list[ActivityValues] = [
            {**self._values(lot, year), "agency": self.cast.offices[code]}
            for code, lot in zip(codes, lots, strict=True)
        ]
        with acting(by):
            programme = create_programme(
                agency=self.cast.offices[PROVINCE],
                by=by,
                code="CONTOH 1.04.03.1.02",
                name=f"CONTOH Peningkatan kualitas permukiman kumuh 10–15 ha {year}",
                year=year,
                budget=_rounded_up(rows),
                fund=Fund.APBD_PROVINCE,
            )
            activities = create_activities(programme, rows=rows, by=by)
            write_budget(programme, [lot.units for lot in lots], by=by)
            _mark(programme)
        jobs = self._jobs(activities, lots, year)
        return {code: [job] for code, job in zip(codes, jobs, strict=True)}

    def _take(self, code: str) -> Lot:
        return Lot(next(self.numbers), *self.waiting[code].pop(0))

    def _values(self, lot: Lot, year: int) -> ActivityValues:
        """An activity that does part of what the survey found lacking in these RT."""
        number, site, units = lot
        for shift in range(len(WORKS)):
            code, what, price = WORKS[(number + shift) % len(WORKS)]
            lacking = sum((site.volumes[unit.pk][code] for unit in units), Decimal(0))
            if lacking >= 5:
                break
        volume = max(Decimal(1), round(lacking * self._share(0.7, 1.0), 0))
        places = ", ".join(unit.rt_rw for unit in units)
        return {
            "name": f"CONTOH {what}, {site.plan.flower} RT {places}",
            "area": site.area,
            "neighbourhoods": units,
            **contract_in(number, year, QUARTERS[number % len(QUARTERS)]),
            "contract_value": volume * price,
            "indicator": code,
            "volume": volume,
            "pattern": site.pattern,
            "budget": volume * price,
        }

    def _jobs(
        self, activities: list[Activity], lots: list[Lot], year: int
    ) -> list[Job]:
        return [
            Job(activity, lot.units, year, *QUARTERS[lot.number % len(QUARTERS)])
            for activity, lot in zip(activities, lots, strict=True)
        ]

    def _share(self, low: float, high: float) -> Decimal:
        return Decimal(str(round(self.chance.uniform(low, high), 4)))


def _in_turn(
    sites: list[Site], chance: Random
) -> list[tuple[Site, list[Neighbourhood]]]:
    """Lots of one or two RT, area after area; those that were surveyed again first."""
    surveyed = [site for site in sites if site.plan.survey == VERIFIED]
    lots = []
    for site in sorted(surveyed, key=lambda site: site.plan.severity_now is None):
        units = list(site.units)
        while units:
            size = chance.choice((1, 2))
            lots.append((site, units[:size]))
            units = units[size:]
    return lots


def _mark(programme: Programme) -> None:
    Programme.objects.filter(pk=programme.pk).update(is_demo=True)
    programme.is_demo = True


def _rounded_up(rows: list[ActivityValues]) -> Decimal:
    """The programme's budget: its activities', up to the next ten million."""
    total = sum((row["budget"] or Decimal(0) for row in rows), Decimal(0))
    return (total // 10_000_000 + 1) * 10_000_000
