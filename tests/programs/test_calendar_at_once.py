"""Two workers make the reports of a period at the same moment."""

from datetime import date

import pytest

from programs import services
from programs.models import ProgressReport, ReportLine
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import AgencyFactory, RegionFactory
from tests.factories_ledger import decreed_area
from tests.factories_programs import PeriodFactory, activity_in

ON = date(2022, 1, 1)


@pytest.fixture
def offices(django_db_blocker, committed_db):  # noqa: F811
    """Four offices, the first with one running activity, in a called period."""
    with django_db_blocker.unblock():
        RegionFactory(code="63.71")
        offices = AgencyFactory.create_batch(4, reports_progress=True)
        line = decreed_area("1.5", agency=offices[0])
        activity_in(line, agency=offices[0])
        PeriodFactory()
        yield offices


def test_four_workers_make_each_report_once(offices):
    results = at_once([lambda: services.open_due_reports(on=ON)] * 4)

    assert sorted(results) == [0, 0, 0, 4]
    assert ProgressReport.objects.count() == 4
    assert ReportLine.objects.count() == 1
