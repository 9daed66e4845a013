"""A real programme: what Kota Pekalongan did in 2021, from its rows to the ledger."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from areas.models import LedgerEntry
from core.errors import BusinessRuleError
from programs import services
from programs.models import Activity, ProgressReport, ReportLineUnit
from programs.sheet import sheet_of
from tests import pekalongan
from tests.data import requires_data
from tests.pekalongan_programme import (
    UNKNOWN,
    activity_rows,
    make_baseline,
    make_programme,
    report_lines,
)

pytestmark = [requires_data, pytest.mark.django_db]

YEAR = 2021
HECTARES = Decimal("170.189751")


@pytest.fixture
def city(db):
    """The city's office, its 13 areas and 179 RT under a decree, surveyed in 2019."""
    return make_baseline(pekalongan.make_city())


@pytest.fixture
def programme(city):
    return make_programme(city.office, YEAR, by=city.head)


@pytest.fixture
def rows(city):
    """The 319 rows of 2021."""
    return activity_rows(YEAR, city.rt)


@pytest.fixture
def activities(programme, rows, city):
    known = [row for row in rows if row["indicator"] != UNKNOWN]
    return services.create_activities(programme, rows=known, by=city.head)


@pytest.fixture
def submitted(city, activities):
    year = services.make_periods(YEAR)[-1]
    report = services.start_report(city.office, period=year, by=city.head)
    services.save_report_lines(report, lines=report_lines(activities), by=city.head)
    return services.submit_report(report, by=city.head)


def test_the_row_with_an_unknown_indicator_is_refused_by_name(programme, rows, city):
    with pytest.raises(BusinessRuleError) as refused:
        services.create_activities(programme, rows=rows, by=city.head)

    ((path, (sentence,)),) = refused.value.errors.items()
    assert (len(rows), path.partition(".indicator")[1]) == (319, ".indicator")
    assert UNKNOWN in sentence
    assert not Activity.objects.exists()


def test_the_report_of_2021_credits_each_rt_once(submitted, city):
    services.verify_report(submitted, method="desk", by=city.verifier)

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
