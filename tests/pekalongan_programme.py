"""What Kota Pekalongan did from 2020 to 2023, and its surveys, through the services.

The rows of the city's workbook as activities; a year is one report, verified at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agencies.models import Agency, User
from areas import services as area_services
from areas.models import (
    Assessment,
    Decree,
    Neighbourhood,
)
from areas.survey.services import import_survey
from programs import services
from programs.models import Activity, Programme
from tests import pekalongan
from tests.data import read_rows
from tests.factories import MembershipFactory, UserFactory
from tests.spreadsheets import csv_of

UNKNOWN = "4d"  # two rows name an indicator that Permen 14/2018 does not have
NOTHING = Decimal(0)  # one row has no volume


@dataclass(frozen=True)
class City:
    """The office with the people who report and verify, and its RT by workbook id."""

    office: Agency
    head: User
    verifier: User
    rt: dict[str, Neighbourhood]


def exact(text: str) -> Decimal:
    return Decimal(text).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)


def make_baseline(decree: Decree) -> City:
    """The corrected survey of 2019 imported and verified: 13 areas, 179 RT."""
    import_survey(
        csv_of(pekalongan.survey_rows(corrected=True)),
        decree=decree,
        by=UserFactory(),
        create_areas=True,
        check_rights=False,
    )
    office = Agency.objects.get()
    city = City(
        office=office,
        head=MembershipFactory(agency=office, role="district_head").user,
        verifier=MembershipFactory(
            agency__region_id=pekalongan.PROVINCE,
            agency__level="province",
            role="province_verifier",
        ).user,
        rt=rt_by_id(),
    )
    area_services.verify_assessments(Assessment.objects.all(), by=city.verifier)
    return city


def rt_by_id() -> dict[str, Neighbourhood]:
    """The stored RT by the ids of the city's workbook."""
    units = Neighbourhood.objects.select_related("area__agency")
    stored = {(unit.area.name, unit.rt_rw): unit for unit in units}
    names = {row["id"]: row["kawasan"] for row in read_rows("pekalongan/kawasan.csv")}
    return {
        row["id"]: stored[names[row["kawasan_id"]], row["rt_rw"]]
        for row in read_rows("pekalongan/rt.csv")
    }


def activity_rows(year: int, rt: dict[str, Neighbourhood]) -> list[dict[str, Any]]:
    """The rows of a year as activities, as they are found.

    Five name an RT that their area does not have: they cover the whole area.
    """
    names = {row["id"]: row["kawasan"] for row in read_rows("pekalongan/kawasan.csv")}
    areas = {unit.area.name: unit.area for unit in rt.values()}
    return [
        {
            "name": row["kegiatan"],
            "area": areas[names[row["kawasan_id"]]],
            "neighbourhoods": [rt[row["rt_id"]]] if row["rt_id"] in rt else [],
            "indicator": row["kriteria"],
            "volume": Decimal(row["volume"]),
            "budget": Decimal(row["anggaran_rp"]) if row["anggaran_rp"] else None,
        }
        for row in read_rows("pekalongan/investasi.csv")
        if row["tahun"] == str(year)
    ]


def make_programme(office: Agency, year: int, *, by: User) -> Programme:
    return services.create_programme(
        agency=office,
        by=by,
        code="1.04.03.2.01",
        name="Peningkatan kualitas permukiman kumuh",
        year=year,
        fund="apbd_regency",
    )


def report_lines(activities: Iterable[Activity]) -> list[dict[str, Any]]:
    """Each activity done as planned, in all of its RT."""
    keys = [activity.pk for activity in activities]
    rows = Activity.objects.filter(pk__in=keys).prefetch_related("neighbourhoods")
    return [
        {
            "activity": activity.pk,
            "physical_percent": Decimal(100),
            "spent": activity.budget or Decimal(0),
            "volume": activity.volume,
            "units": [
                {"neighbourhood": unit.pk, "hectares": unit.hectares}
                for unit in activity.neighbourhoods.all()
            ],
        }
        for activity in rows
    ]


def report_year(city: City, year: int) -> int:
    """The year's rows that are taken as activities in one verified report; how many."""
    programme = make_programme(city.office, year, by=city.head)
    rows = activity_rows(year, city.rt)
    known: Any = [
        row for row in rows if row["indicator"] != UNKNOWN and row["volume"] != NOTHING
    ]
    activities = services.create_activities(programme, rows=known, by=city.head)
    period = services.make_periods(year)[-1]
    report = services.start_report(city.office, period=period, by=city.head)
    services.save_report_lines(report, lines=report_lines(activities), by=city.head)
    services.submit_report(report, by=city.head)
    services.verify_report(report, method="desk", by=city.verifier)
    Activity.objects.update(is_closed=True)  # not offered to the next year's report
    return len(activities)


def survey_later(city: City, years: Iterable[int]) -> None:
    """The published years, imported as surveys of the areas as a whole and verified.

    The negative 4a of Podosugih in 2020 is put right to 0.
    """
    decree = Decree.objects.get()
    for year in years:
        rows = pekalongan.later_rows(year, corrected=True)
        import_survey(csv_of(rows), decree=decree, by=city.head, check_rights=False)
    later = Assessment.objects.filter(status=Assessment.Status.SUBMITTED)
    area_services.verify_assessments(later, by=city.verifier)
