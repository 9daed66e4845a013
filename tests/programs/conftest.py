"""The story that most tests here begin with: one activity, one report, four people."""

import pytest

from programs import services
from tests.factories_ledger import decreed_area
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled


@pytest.fixture
def decree_line(office):
    """The line of an area of two RT, 1.5 and 0.848808 ha, of the district office."""
    return decreed_area("1.5", "0.848808", agency=office, name="Mantuil Tepi Sungai")


@pytest.fixture
def area(decree_line):
    return decree_line.area


@pytest.fixture
def units(area):
    return list(area.neighbourhoods.order_by("pk"))


@pytest.fixture
def activity(decree_line, office):
    return activity_in(decree_line, agency=office, name="Drainase lingkungan")


@pytest.fixture
def period(db):
    return PeriodFactory(name="TW IV 2021")


@pytest.fixture
def draft(activity, office, operator, period):
    return drafted(office, by=operator, lines=[filled(activity)], period=period)


@pytest.fixture
def submitted(draft, head):
    return services.submit_report(draft, by=head)


@pytest.fixture
def returned(submitted, verifier):
    return services.return_report(submitted, reason="Foto belum ada.", by=verifier)


@pytest.fixture
def verified(submitted, verifier):
    return services.verify_report(submitted, method="desk", by=verifier)
