"""Two people press at the same moment, each over a connection of their own."""

from decimal import Decimal

import pytest

from agencies.models import User
from areas.models import LedgerEntry
from core.errors import WrongStateError
from programs import services
from programs.models import ProgressReport, ReportLineUnit
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import AgencyFactory, MembershipFactory, RegionFactory
from tests.factories_ledger import decreed_area
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled


@pytest.fixture
def office(django_db_blocker, committed_db):  # noqa: F811
    with django_db_blocker.unblock():
        yield AgencyFactory(region=RegionFactory(code="63.71"))


@pytest.fixture
def line(office):
    return decreed_area("1.5", "0.848808", agency=office)


def submitted_by(office, line):
    """A report of `office` on all RT of the area, ready to be verified."""
    head = MembershipFactory(agency=office, role="district_head").user
    activity = activity_in(line, agency=office)
    report = drafted(office, by=head, lines=[filled(activity)], period=PeriodFactory())
    return services.submit_report(report, by=head)


def verifiers(count):
    """The keys of people of the province, who are then fetched in their own thread."""
    return [
        MembershipFactory(
            agency__region=RegionFactory(code="63"),
            agency__level="province",
            role="province_verifier",
        ).user_id
        for _number in range(count)
    ]


def verify(report_key, user_key):
    report = ProgressReport.objects.get(pk=report_key)
    user = User.objects.get(pk=user_key)
    return services.verify_report(report, method="desk", by=user)


def test_two_verifications_of_one_report_post_once(line):
    report = submitted_by(line.area.agency, line)
    people = verifiers(4)

    results = at_once([lambda key=key: verify(report.pk, key) for key in people])

    assert [type(r) for r in results].count(ProgressReport) == 1
    assert [type(r) for r in results].count(WrongStateError) == 3
    assert LedgerEntry.objects.count() == 2


@pytest.mark.drill
def test_fifty_verifications_of_one_rt_post_one_entry(office):
    line = decreed_area("1.5", agency=office)
    reports = [submitted_by(one, line) for one in AgencyFactory.create_batch(50)]
    (person,) = verifiers(1)

    results = at_once([lambda key=r.pk: verify(key, person) for r in reports])

    assert {type(r) for r in results} == {ProgressReport}
    entry = LedgerEntry.objects.get()
    units = ReportLineUnit.objects.all()
    assert units.filter(entry=entry, verified=Decimal("1.5")).count() == 1
    assert units.filter(counted_in=entry, verified=0).count() == 49


def test_reports_of_several_offices_credit_an_rt_once(line):
    offices = [line.area.agency, *AgencyFactory.create_batch(3)]
    reports = [submitted_by(office, line) for office in offices]
    (person,) = verifiers(1)

    results = at_once([lambda key=r.pk: verify(key, person) for r in reports])

    assert {type(r) for r in results} == {ProgressReport}
    assert sum(e.hectares for e in LedgerEntry.objects.all()) == Decimal("2.348808")
    units = ReportLineUnit.objects.all()
    assert units.filter(entry__isnull=False).count() == 2
    assert units.filter(counted_in__isnull=False, verified=0).count() == 6
