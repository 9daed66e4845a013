"""Programmes, activities, periods, and reports brought to a state by their steps."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from agencies.models import Agency, User
from areas.models import DecreeLine
from programs import services
from programs.models import (
    Activity,
    ActivityUnit,
    Fund,
    Programme,
    ProgressReport,
    ReportingPeriod,
)
from tests.factories import AgencyFactory, UserFactory
from tests.factories_areas import rule_set
from tests.factories_ledger import decreed_area


class PeriodFactory(DjangoModelFactory):
    """The fourth quarter of 2021; it never closes."""

    class Meta:
        model = ReportingPeriod
        django_get_or_create = ("kind", "starts_on")

    kind = ReportingPeriod.Kind.QUARTER
    name = factory.LazyAttribute(lambda period: f"TW mulai {period.starts_on}")
    starts_on = date(2021, 10, 1)
    ends_before = date(2022, 1, 1)
    opens_on = factory.SelfAttribute("starts_on")
    due_on = factory.LazyAttribute(lambda period: period.ends_before.replace(day=10))


class ProgrammeFactory(DjangoModelFactory):
    """A running programme; `budget` gives it a murni version of so much."""

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"1.04.03.2.{n + 1:02d}")
    name = "Penataan permukiman kumuh"
    year = 2021
    agency = factory.SubFactory(AgencyFactory)
    fund = Fund.APBD_REGENCY

    @factory.post_generation
    def budget(programme, create, extracted, **kwargs):  # noqa: N805
        if extracted is not None:
            programme.budgets.create(number=1, kind="original", amount=extracted)


class ActivityFactory(DjangoModelFactory):
    """100 m of drainage in a new area of two RT (1.5 and 0.848808 ha), all of it."""

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    agency = factory.SelfAttribute("programme.agency")
    area = factory.LazyAttribute(
        lambda activity: decreed_area("1.5", "0.848808", agency=activity.agency).area
    )
    name = factory.Sequence(lambda n: f"Drainase lingkungan {n}")
    rule_set = factory.LazyFunction(rule_set)
    indicator = "4b"
    volume = Decimal(100)
    unit = "m"

    @factory.post_generation
    def units(activity, create, extracted, **kwargs):  # noqa: N805
        for unit in extracted or []:
            ActivityUnit.objects.create(activity=activity, neighbourhood=unit)


class DraftFactory(DjangoModelFactory):
    """An office's draft without lines."""

    class Meta:
        model = ProgressReport

    agency = factory.SubFactory(AgencyFactory)
    period = factory.SubFactory(PeriodFactory)
    created_by = factory.SubFactory(UserFactory)


def activity_in(line: DecreeLine, *, agency: Agency, **values: Any) -> Activity:
    """An activity of `agency` in the area of a decree line."""
    programme = values.pop("programme", None) or ProgrammeFactory(agency=agency)
    return ActivityFactory(programme=programme, area=line.area, **values)


def filled(activity: Activity, **values: Any) -> dict[str, Any]:
    """A complete line as `save_report_lines` takes it: every RT of the area, whole."""
    units = [
        {"neighbourhood": unit.pk, "hectares": unit.hectares, "reason": ""}
        for unit in activity.area.neighbourhoods.all()
    ]
    return {
        "activity": activity.pk,
        "physical_percent": Decimal(100),
        "spent": Decimal("450000000"),
        "volume": Decimal(100),
        "is_nil": False,
        "note": "",
        "units": units,
    } | values


def drafted(
    agency: Agency, *, by: User, lines: list[dict[str, Any]], period: Any = None
) -> ProgressReport:
    """A report started and filled in with these lines."""
    report = services.start_report(agency, period=period or PeriodFactory(), by=by)
    return services.save_report_lines(report, lines=lines, by=by)
