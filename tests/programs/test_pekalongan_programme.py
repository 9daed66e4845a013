"""A real programme: what Kota Pekalongan did in 2021, from its rows to the ledger."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db.models import Count, Sum

from agencies.models import Agency
from areas.models import (
    Assessment,
    DecreeLine,
    IndicatorValue,
    LedgerEntry,
    Neighbourhood,
    SlumArea,
    SurveyedUnit,
)
from core.errors import BusinessRuleError
from programs import services
from programs.models import Activity, ProgressReport, ReportLineUnit
from programs.sheet import sheet_of
from tests import pekalongan
from tests.data import read_rows, requires_data
from tests.factories import MembershipFactory, UserFactory

pytestmark = [requires_data, pytest.mark.django_db]

YEAR = 2021
HECTARES = Decimal("170.189751")
SIX_PLACES = Decimal("0.000001")


def exact(text):
    return Decimal(text).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)


@pytest.fixture
def office(db):
    """The city's office, with its 13 areas and 179 RT under a decree."""
    decree = pekalongan.make_city()
    office = Agency.objects.get()
    areas = {
        row["id"]: SlumArea(name=row["kawasan"], agency=office, regency=office.region)
        for row in read_rows("pekalongan/kawasan.csv")
    }
    SlumArea.objects.bulk_create(areas.values())
    DecreeLine.objects.bulk_create(
        DecreeLine(
            decree=decree,
            area=areas[row["id"]],
            hectares=exact(row["luas_sk_ha"]),
        )
        for row in read_rows("pekalongan/kawasan.csv")
    )
    codes = pekalongan.village_codes()
    Neighbourhood.objects.bulk_create(
        Neighbourhood(
            area=areas[row["kawasan_id"]],
            village_id=codes[pekalongan.plain(areas[row["kawasan_id"]].name)],
            rt_rw=row["rt_rw"],
            hectares=exact(row["luas_sk_ha"]),
            buildings=int(row["jumlah_bangunan"]),
            households=int(row["jumlah_kk"]),
            ideal_road_m=exact(row["panjang_jalan_ideal_m"]),
            ideal_drainage_m=exact(row["panjang_drainase_ideal_m"]),
        )
        for row in read_rows("pekalongan/rt.csv")
    )
    return office


@pytest.fixture
def rt(office):
    """The RT by the ids of the city's workbook."""
    stored = {(u.area.name, u.rt_rw): u for u in _all_rt()}
    names = {row["id"]: row["kawasan"] for row in read_rows("pekalongan/kawasan.csv")}
    return {
        row["id"]: stored[names[row["kawasan_id"]], row["rt_rw"]]
        for row in read_rows("pekalongan/rt.csv")
    }


def _all_rt():
    return Neighbourhood.objects.select_related("area__agency")


@pytest.fixture
def survey(rt):
    """The baseline of 2019, its dirty 4a cells put right, as verified assessments."""
    by = UserFactory()
    surveys = {
        area: Assessment(area=area, surveyed_on=pekalongan.SURVEYED_ON, created_by=by)
        for area in SlumArea.objects.all()
    }
    Assessment.objects.bulk_create(surveys.values())
    rows = {row["rt_id"]: row for row in read_rows("pekalongan/baseline_rt_2019.csv")}
    units = {
        key: SurveyedUnit(
            assessment=surveys[unit.area],
            neighbourhood=unit,
            surveyed_on=pekalongan.SURVEYED_ON,
            hectares=unit.hectares,
            buildings=unit.buildings,
            households=unit.households,
            ideal_road_m=unit.ideal_road_m,
            ideal_drainage_m=unit.ideal_drainage_m,
        )
        for key, unit in rt.items()
    }
    SurveyedUnit.objects.bulk_create(units.values())
    IndicatorValue.objects.bulk_create(
        IndicatorValue(unit=unit, code=code, volume=_volume(rows[key], code, unit))
        for key, unit in units.items()
        for code in pekalongan.CODES
    )
    stamps = {"submitted_by": by, "verified_by": by, "severity": "light", "total": 20}
    at = "2020-01-02T08:00+07:00"
    Assessment.objects.update(
        status="verified", submitted_at=at, verified_at=at, results={}, **stamps
    )


def _volume(row, code, unit):
    volume = exact(row[f"{code}_volume"])
    return min(max(volume, Decimal(0)), unit.hectares) if code == "4a" else volume


@pytest.fixture
def head(office):
    return MembershipFactory(agency=office, role="district_head").user


@pytest.fixture
def verifier(office):
    return MembershipFactory(
        agency__region_id=pekalongan.PROVINCE,
        agency__level="province",
        role="province_verifier",
    ).user


@pytest.fixture
def programme(office, head):
    return services.create_programme(
        agency=office,
        by=head,
        code="1.04.03.2.01",
        name="Peningkatan kualitas permukiman kumuh",
        year=YEAR,
        fund="apbd_regency",
    )


@pytest.fixture
def rows(rt):
    """The 319 rows of 2021 as activities, as they are found."""
    return [
        {
            "name": row["kegiatan"],
            "area": rt[row["rt_id"]].area,
            "neighbourhoods": [rt[row["rt_id"]]],
            "indicator": row["kriteria"],
            "volume": Decimal(row["volume"]),
            "budget": Decimal(row["anggaran_rp"]) if row["anggaran_rp"] else None,
        }
        for row in read_rows("pekalongan/investasi.csv")
        if row["tahun"] == str(YEAR)
    ]


@pytest.fixture
def activities(programme, rows, head):
    known = [row for row in rows if row["indicator"] != "4d"]
    return services.create_activities(programme, rows=known, by=head)


@pytest.fixture
def submitted(survey, office, activities, head):
    year = services.make_periods(YEAR)[-1]
    report = services.start_report(office, period=year, by=head)
    services.save_report_lines(
        report, lines=[_line(activity) for activity in _with_rt(activities)], by=head
    )
    return services.submit_report(report, by=head)


def _with_rt(activities):
    keys = [activity.pk for activity in activities]
    return Activity.objects.filter(pk__in=keys).prefetch_related("neighbourhoods")


def _line(activity):
    return {
        "activity": activity.pk,
        "physical_percent": Decimal(100),
        "spent": activity.budget or Decimal(0),
        "volume": activity.volume,
        "units": [
            {"neighbourhood": unit.pk, "hectares": unit.hectares}
            for unit in activity.neighbourhoods.all()
        ],
    }


def test_the_row_with_an_unknown_indicator_is_refused_by_name(programme, rows, head):
    with pytest.raises(BusinessRuleError) as refused:
        services.create_activities(programme, rows=rows, by=head)

    ((path, (sentence,)),) = refused.value.errors.items()
    assert (len(rows), path.partition(".indicator")[1]) == (319, ".indicator")
    assert "4d" in sentence
    assert not Activity.objects.exists()


def test_the_report_of_2021_credits_each_rt_once(submitted, verifier):
    services.verify_report(submitted, method="desk", by=verifier)

    figures = LedgerEntry.objects.aggregate(
        hectares=Sum("hectares"), rt=Count("neighbourhood", distinct=True)
    )
    assert figures == {"hectares": HECTARES, "rt": 138}
    assert LedgerEntry.objects.count() == 138
    assert set(LedgerEntry.objects.values_list("effective_on", flat=True)) == {
        date(2021, 12, 31)
    }
    units = ReportLineUnit.objects.aggregate(
        lines=Count("line"), repeated=Count("counted_in"), verified=Sum("verified")
    )
    assert units == {"lines": 318, "repeated": 180, "verified": HECTARES}


def test_104_rows_above_the_baseline_are_accepted_with_a_warning(submitted, activities):
    report = ProgressReport.objects.select_related("agency", "period").get()
    sheet = sheet_of(report)

    warned = [line for line in sheet.lines if line.warnings]

    assert (len(activities), len(sheet.lines), len(warned)) == (318, 318, 104)
    assert all(len(line.warnings) == 1 for line in warned)
    assert all(line.limits.volume > line.limits.baseline for line in warned)
    assert report.status == "submitted"
