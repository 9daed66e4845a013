"""Programmes and activities: who may make them, and what is refused, all at once."""

from decimal import Decimal

import pytest

from areas.models import ActingAgency, Neighbourhood
from core.errors import BusinessRuleError, NotAllowedError
from programs import services
from programs.models import Activity, Programme
from tests.factories_ledger import decreed_area
from tests.factories_programs import ActivityFactory, ProgrammeFactory, drafted, filled

VALUES = {
    "code": "1.04.03.2.01",
    "name": "  Penataan  kawasan ",
    "year": 2026,
    "budget": Decimal("3200000000"),
    "fund": "dak",
}


@pytest.fixture
def programme(office):
    return ProgrammeFactory(agency=office)


@pytest.fixture
def work(area):
    """What a new activity takes."""
    return {"name": "Drainase", "area": area, "indicator": "4b", "volume": Decimal(5)}


def test_create_programme(office, operator):
    programme = services.create_programme(agency=office, by=operator, **VALUES)

    assert (programme.name, programme.is_demo) == ("Penataan kawasan", False)


def test_a_stranger_may_not_make_a_programme(office, stranger):
    with pytest.raises(NotAllowedError):
        services.create_programme(agency=office, by=stranger, **VALUES)


def test_a_programme_tells_every_problem(office, operator):
    wrong = VALUES | {"year": 1999, "budget": Decimal(-1), "fund": "emas", "code": ""}

    with pytest.raises(BusinessRuleError) as refused:
        services.create_programme(agency=office, by=operator, **wrong)

    assert {"code", "fund"} <= set(refused.value.errors)
    assert not Programme.objects.exists()


def test_the_same_code_and_fund_twice_a_year_is_refused(office, operator):
    services.create_programme(agency=office, by=operator, **VALUES)

    with pytest.raises(BusinessRuleError, match="sudah punya kode"):
        services.create_programme(agency=office, by=operator, **VALUES)


def test_update_programme(programme, operator):
    services.update_programme(programme, by=operator, name="Baru")

    programme.refresh_from_db()
    assert programme.name == "Baru"


def test_create_activity_in_named_rt(programme, operator, work, units):
    activity = services.create_activity(
        programme, by=operator, neighbourhoods=units[:1], **work
    )

    assert list(activity.neighbourhoods.all()) == units[:1]
    assert (activity.agency, activity.unit) == (programme.agency, "m")


def test_who_carries_out_an_activity_acts_in_its_area(
    programme, area, head, work, ministry
):
    services.create_activity(programme, by=head, agency=ministry, **work)
    services.create_activity(programme, by=head, agency=ministry, **work)

    assert ActingAgency.objects.filter(area=area, agency=ministry).count() == 1


def test_only_the_areas_own_office_names_another_agency(
    programme, operator, other_office, ministry, work
):
    """The programme's office acts there, but does not keep the area."""
    place = decreed_area("1", agency=other_office).area
    ActingAgency.objects.create(area=place, agency=programme.agency)

    with pytest.raises(BusinessRuleError) as refused:
        services.create_activity(
            programme, by=operator, agency=ministry, **work | {"area": place}
        )

    assert list(refused.value.errors) == ["agency"]


def test_an_area_out_of_sight_cannot_be_chosen(programme, operator, other_office, work):
    place = decreed_area("1", agency=other_office, regency=other_office.region).area

    with pytest.raises(BusinessRuleError) as refused:
        services.create_activity(programme, by=operator, **work | {"area": place})

    assert list(refused.value.errors) == ["area"]


def test_rt_of_another_area_are_refused(programme, operator, work):
    strange = list(Neighbourhood.objects.filter(area=decreed_area("1").area))

    with pytest.raises(BusinessRuleError) as refused:
        services.create_activity(programme, by=operator, neighbourhoods=strange, **work)

    assert list(refused.value.errors) == ["neighbourhoods"]


def test_many_activities_are_stored_all_or_none(programme, operator, work):
    rows = [work, work | {"indicator": "4d"}, work | {"volume": Decimal(0), "name": ""}]

    with pytest.raises(BusinessRuleError) as refused:
        services.create_activities(programme, rows=rows, by=operator)

    assert set(refused.value.errors) == {
        "rows.1.indicator",
        "rows.2.volume",
        "rows.2.name",
    }
    assert not Activity.objects.exists()


def test_many_activities_cost_no_more_queries(
    programme, operator, work, units, queries_of
):
    def create(count):
        rows = [work | {"neighbourhoods": units}] * count
        services.create_activities(programme, rows=rows, by=operator)

    create(1)  # fetches the operator's memberships
    few = queries_of(create, 2)

    assert queries_of(create, 12) == few


def test_update_activity_changes_what_is_named(activity, operator, units):
    services.update_activity(
        activity, by=operator, volume=Decimal(120), neighbourhoods=units[1:]
    )

    activity.refresh_from_db()
    assert (activity.volume, activity.name) == (Decimal(120), "Drainase lingkungan")
    assert list(activity.neighbourhoods.all()) == units[1:]


def test_a_reported_activity_keeps_what_its_reports_meant(draft, activity, operator):
    with pytest.raises(BusinessRuleError) as refused:
        services.update_activity(
            activity, by=operator, indicator="2b", unit="m2", volume=Decimal(120)
        )

    assert set(refused.value.errors) == {"indicator", "unit"}


def test_an_activity_that_is_not_reported_may_move(operator, office):
    activity = ActivityFactory(programme=ProgrammeFactory(agency=office))
    place = decreed_area("1", agency=office).area

    services.update_activity(activity, by=operator, area=place, neighbourhoods=[])

    activity.refresh_from_db()
    assert activity.area == place


def test_a_finished_activity_is_not_offered_any_more(
    activity, office, operator, period
):
    services.update_activity(activity, by=operator, is_closed=True)

    report = services.start_report(office, period=period, by=operator)

    assert not report.lines.exists()


def test_an_activity_of_a_later_year_is_not_offered(office, operator, period):
    ActivityFactory(programme=ProgrammeFactory(agency=office, year=2022))

    assert not services.start_report(office, period=period, by=operator).lines.exists()


def test_the_report_is_that_of_who_carries_it_out(
    programme, head, other_office, work, period, stranger
):
    activity = services.create_activity(programme, by=head, agency=other_office, **work)

    report = drafted(other_office, by=stranger, lines=[filled(activity)], period=period)

    assert report.lines.get().activity == activity
