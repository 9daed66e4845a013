"""What Kota Pekalongan did from 2020 to 2023, and its surveys, through the services.

The rows of the city's workbook as activities; a year is one report, verified at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from agencies.models import Agency, User
from areas import services as area_services
from areas.models import (
    Assessment,
    Decree,
    IndicatorValue,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from areas.survey.services import import_survey
from programs import services
from programs.models import Activity, Programme
from tests import pekalongan
from tests.data import read_rows
from tests.factories import MembershipFactory, UserFactory
from tests.factories_areas import rule_set
from tests.spreadsheets import csv_of

UNKNOWN = "4d"  # two rows name an indicator that Permen 14/2018 does not have
NOTHING = Decimal(0)  # one row has no volume
FIGURES = {
    "hectares": "luas_verifikasi_ha",
    "buildings": "jumlah_bangunan",
    "households": "jumlah_kk",
    "population": "jumlah_penduduk",
    "ideal_road_m": "panjang_jalan_ideal_m",
    "ideal_drainage_m": "panjang_drainase_ideal_m",
}
COUNTS = ("buildings", "households", "population")


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
    """The published years as verified surveys of the areas as a whole.

    The negative 4a of Podosugih is put right to 0. They are written in bulk up to
    "submitted", which is what makes 52 of them bearable; verification checks them.
    """
    areas = {area.name: area for area in SlumArea.objects.all()}
    facts = {row["id"]: row for row in read_rows("pekalongan/kawasan.csv")}
    wanted = {str(year) for year in years}
    rows = [
        row
        for row in read_rows("pekalongan/hasil_kawasan.csv")
        if row["tahun"] in wanted
    ]
    surveys = Assessment.objects.bulk_create(
        Assessment(
            area=areas[facts[row["kawasan_id"]]["kawasan"]],
            rule_set=rule_set(),
            basis=Assessment.Basis.AREA,
            surveyed_on=date(int(row["tahun"]), 12, 31),
            created_by=city.head,
        )
        for row in rows
    )
    units = SurveyedUnit.objects.bulk_create(
        SurveyedUnit(
            assessment=survey,
            surveyed_on=survey.surveyed_on,
            **_figures(facts[row["kawasan_id"]]),
        )
        for survey, row in zip(surveys, rows, strict=True)
    )
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            unit=unit, code=code, volume=max(exact(row[f"{code}_volume"]), Decimal(0))
        )
        for unit, row in zip(units, rows, strict=True)
        for code in pekalongan.CODES
    )
    later = Assessment.objects.filter(pk__in=[survey.pk for survey in surveys])
    later.update(
        status="submitted", submitted_by=city.head, submitted_at=timezone.now()
    )
    area_services.verify_assessments(later, by=city.verifier)


def _figures(fact: dict[str, str]) -> dict[str, Any]:
    return {
        name: int(fact[column]) if name in COUNTS else exact(fact[column])
        for name, column in FIGURES.items()
    }
