"""Areas, RT, decrees as small as they may be; surveys reach their states by steps."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from agencies.models import User
from areas import services
from areas.models import (
    Assessment,
    Decree,
    DecreeLine,
    Neighbourhood,
    RuleSet,
    SlumArea,
)
from tests.factories import AgencyFactory, RegionFactory, UserFactory
from tests.rules import PERMEN_14_2018

SURVEYED_ON = date(2024, 1, 8)
CODES = PERMEN_14_2018.codes
VILLAGE = "63.71.01.1001"
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [
            [114.58, -3.34],
            [114.6, -3.34],
            [114.6, -3.32],
            [114.58, -3.32],
            [114.58, -3.34],
        ]
    ],
}


def rule_set(code: str = PERMEN_14_2018.code) -> RuleSet:
    """A rule set that the migrations published."""
    return RuleSet.objects.get(code=code)


class SlumAreaFactory(DjangoModelFactory):
    """An area of a district office of 63.71, without RT and decree."""

    class Meta:
        model = SlumArea

    name = factory.Sequence(lambda n: f"Kawasan Contoh {n:03d}")
    agency = factory.SubFactory(AgencyFactory)
    regency = factory.LazyAttribute(lambda area: area.agency.region)


class NeighbourhoodFactory(DjangoModelFactory):
    """An RT of 1 ha with round denominators."""

    class Meta:
        model = Neighbourhood

    area = factory.SubFactory(SlumAreaFactory)
    village = factory.SubFactory(RegionFactory, code=VILLAGE)
    rt_rw = factory.Sequence(lambda n: f"{n + 1:03d}/001")
    hectares = Decimal(1)
    buildings = 100
    population = 400
    households = 100
    ideal_road_m = Decimal(1000)
    ideal_drainage_m = Decimal(1000)


def status_of(decree: Any) -> str:
    """In force, or superseded where it has an end."""
    ended = getattr(decree, "in_force_until", None)
    return Decree.Status.SUPERSEDED if ended else Decree.Status.IN_FORCE


class DecreeFactory(DjangoModelFactory):
    """A governor's decree of 63, in force since 2020."""

    class Meta:
        model = Decree

    number = factory.Sequence(lambda n: f"SK-CONTOH {n}/2020")
    level = Decree.Level.GOVERNOR
    region = factory.SubFactory(RegionFactory, code="63")
    issued_on = date(2020, 1, 1)
    in_force_from = factory.SelfAttribute("issued_on")
    status = factory.LazyAttribute(status_of)
    enacted_at = factory.LazyAttribute(
        lambda decree: None if decree.status == "draft" else timezone.now()
    )
    ended_at = factory.LazyAttribute(
        lambda decree: timezone.now() if decree.status == "superseded" else None
    )


class DecreeLineFactory(DjangoModelFactory):
    class Meta:
        model = DecreeLine

    decree = factory.SubFactory(DecreeFactory)
    area = factory.SubFactory(SlumAreaFactory)
    hectares = Decimal(10)


class AssessmentFactory(DjangoModelFactory):
    """A draft without volumes."""

    class Meta:
        model = Assessment

    area = factory.SubFactory(SlumAreaFactory)
    rule_set = factory.LazyFunction(rule_set)
    surveyed_on = SURVEYED_ON
    created_by = factory.SubFactory(UserFactory)


def volumes_of(**changes: Any) -> dict[str, Decimal | None]:
    """All volumes of an RT: 0 unless said otherwise, as in `volumes_of(v1a=50)`."""
    volumes: dict[str, Decimal | None] = dict.fromkeys(CODES, Decimal(0))
    for name, value in changes.items():
        code = name.removeprefix("v")
        volumes[code] = None if value is None else Decimal(str(value))
    return volumes


def fill_in(
    assessment: Assessment,
    *,
    by: User,
    volumes: Mapping[str, Decimal | None] | None = None,
) -> Assessment:
    """The same volumes in every RT of the area."""
    entries = [
        services.UnitEntry(unit, assessment.surveyed_on, volumes or volumes_of())
        for unit in assessment.area.neighbourhoods.all()
    ]
    return services.save_volumes(assessment, entries, by=by)


def submitted_assessment(area: SlumArea, *, by: User, **changes: Any) -> Assessment:
    """A complete survey of the area's RT, submitted by `by`."""
    day = changes.pop("surveyed_on", SURVEYED_ON)
    draft = services.start_assessment(area, surveyed_on=day, by=by)
    fill_in(draft, by=by, volumes=volumes_of(**changes))
    return services.submit_assessment(draft, by=by)


def verified_assessment(
    area: SlumArea, *, by: User, verifier: User, **changes: Any
) -> Assessment:
    """The same, verified."""
    submitted = submitted_assessment(area, by=by, **changes)
    return services.verify_assessment(submitted, by=verifier)
