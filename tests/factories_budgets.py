"""Budget versions, targets, sources of money and addenda, as rows."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from programs.models import (
    BudgetVersion,
    ContractAddendum,
    Fund,
    FundingLeg,
    SipdCode,
    Target,
)
from tests.factories_programs import ActivityFactory, ProgrammeFactory


class BudgetVersionFactory(DjangoModelFactory):
    """The murni of a programme: 1 billion rupiah."""

    class Meta:
        model = BudgetVersion

    programme = factory.SubFactory(ProgrammeFactory)
    number = 1
    kind = BudgetVersion.Kind.ORIGINAL
    amount = Decimal(1_000_000_000)


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    version = factory.SubFactory(BudgetVersionFactory)
    measure = Target.Measure.HECTARES
    value = Decimal(2)


class FundingLegFactory(DjangoModelFactory):
    """DAK of 300 million rupiah, reported by who carries the activity out."""

    class Meta:
        model = FundingLeg

    activity = factory.SubFactory(ActivityFactory)
    fund = Fund.DAK
    agency = factory.SelfAttribute("activity.agency")
    amount = Decimal(300_000_000)


class AddendumFactory(DjangoModelFactory):
    class Meta:
        model = ContractAddendum

    activity = factory.SubFactory(ActivityFactory)
    number = factory.Sequence(lambda n: f"ADD-{n}")
    signed_on = date(2021, 8, 1)
    value = Decimal(500_000_000)


class SipdCodeFactory(DjangoModelFactory):
    class Meta:
        model = SipdCode

    year = 2026
    code = factory.Sequence(lambda n: f"1.04.03.2.{n + 1:02d}")
    name = "Peningkatan Kualitas"
    level = SipdCode.Level.ACTIVITY
    source = "Daftar uji"
