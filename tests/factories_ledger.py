"""Areas under a decree, ready to be credited, and credits in them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from areas.ledger import CreditResult, credit
from areas.models import (
    Assessment,
    Decree,
    DecreeLine,
    LedgerEntry,
    Neighbourhood,
    RuleSet,
    SlumArea,
)
from areas.outcomes import settle_outcomes
from tests.factories import AgencyFactory, RegionFactory, UserFactory
from tests.factories_areas import rule_set as published_rule_set
from tests.factories_areas import status_of

IN_FORCE_FROM = date(2020, 1, 1)
PERIOD_END = date(2021, 12, 31)
VILLAGE = "63.71.01.1001"


class BaselineDecreeFactory(DjangoModelFactory):
    """The governor's decree of 63, in force since 2020."""

    class Meta:
        model = Decree
        django_get_or_create = ("number",)

    number = "SK-UJI 1/2020"
    level = Decree.Level.GOVERNOR
    region = factory.SubFactory(RegionFactory, code="63")
    issued_on = IN_FORCE_FROM
    in_force_from = IN_FORCE_FROM
    status = factory.LazyAttribute(status_of)
    enacted_at = factory.LazyFunction(timezone.now)
    ended_at = factory.LazyAttribute(
        lambda decree: timezone.now() if decree.status == "superseded" else None
    )


class LedgerAreaFactory(DjangoModelFactory):
    """An area of 63.71 without RT and without a decree."""

    class Meta:
        model = SlumArea

    name = factory.Sequence(lambda n: f"Kawasan Uji {n}")
    agency = factory.SubFactory(AgencyFactory)
    regency = factory.SubFactory(RegionFactory, code="63.71")


class LedgerUnitFactory(DjangoModelFactory):
    """An RT of one hectare."""

    class Meta:
        model = Neighbourhood

    area = factory.SubFactory(LedgerAreaFactory)
    village = factory.SubFactory(RegionFactory, code=VILLAGE)
    rt_rw = factory.Sequence(lambda n: f"{n + 1:03d}/001")
    hectares = Decimal(1)
    buildings = 60
    households = 70
    ideal_road_m = Decimal(400)
    ideal_drainage_m = Decimal(380)


def end_decree(decree: Decree, on: date) -> Decree:
    """Superseded from that day on, without a successor of its own."""
    decree.status, decree.ended_at = Decree.Status.SUPERSEDED, timezone.now()
    decree.in_force_until = on
    decree.save()
    return decree


def decreed_area(
    *units: str, hectares: str | None = None, decree: Decree | None = None, **area: Any
) -> DecreeLine:
    """The line of a new area with RT of these hectares; decreed at their sum."""
    line = DecreeLine.objects.create(
        decree=decree or BaselineDecreeFactory(),
        area=LedgerAreaFactory(**area),
        hectares=Decimal(hectares) if hectares else sum(map(Decimal, units)),
    )
    for size in units:
        LedgerUnitFactory(area=line.area, hectares=Decimal(size))
    return line


def newer_line(line: DecreeLine, on: date = date(2022, 1, 1)) -> DecreeLine:
    """The same area, as large, in a mayor's decree that counts from that day."""
    decree = BaselineDecreeFactory(
        number="SK-UJI 2/2022",
        level="mayor",
        region__code="63.71",
        issued_on=on,
        in_force_from=on,
    )
    return DecreeLine.objects.create(
        decree=decree, area=line.area, hectares=line.hectares
    )


def claim_of(
    line: DecreeLine, unit: Neighbourhood | None = None, **values: Any
) -> dict[str, Any]:
    """What `credit` takes, apart from `by`: the whole RT, or `footprint`."""
    return {
        "decree_line": line,
        "method": "desk",
        "neighbourhood": unit,
        "footprint": "" if unit else "kegiatan-1",
        "hectares": unit.hectares if unit else line.hectares,
        "agency": line.area.agency,
        "cause": "Jalan beton 410 m",
        "period": "TW IV 2021",
        "effective_on": PERIOD_END,
    } | values


def credit_unit(
    line: DecreeLine,
    unit: Neighbourhood | None = None,
    *,
    by: Any = None,
    **values: Any,
) -> CreditResult:
    """Credit one unit of `line`, its first RT unless said otherwise."""
    unit = unit or line.area.neighbourhoods.order_by("pk").first()
    return credit(**claim_of(line, unit, **values), by=by or UserFactory())


def verified_survey(
    area: SlumArea,
    severity: str,
    on: date,
    total: int,
    rule_set: RuleSet | None = None,
) -> Assessment:
    """A verified assessment with its result as it is stored; figures ask no more."""
    user = UserFactory()
    return Assessment.objects.create(
        rule_set=rule_set or published_rule_set(),
        area=area,
        surveyed_on=on,
        status=Assessment.Status.VERIFIED,
        created_by=user,
        submitted_by=user,
        submitted_at=f"{on}T08:00+08:00",
        verified_by=user,
        verified_at=f"{on}T09:00+08:00",
        severity=severity,
        total=total,
        results={},
        hectares=Decimal(1),
    )


def surveyed_twice(
    line: DecreeLine, before: str, after: str, *, by: Any = None
) -> list[LedgerEntry]:
    """Two verified surveys of these classes under the line, and what follows."""
    start = line.decree.in_force_from
    verified_survey(line.area, before, start, RANK_TOTALS[before])
    later = start + timedelta(days=365)
    verified_survey(line.area, after, later, RANK_TOTALS[after])
    return settle_outcomes([line.area_id], by=by or UserFactory())


RANK_TOTALS = {"heavy": 65, "moderate": 45, "light": 20, "not_slum": 10}
