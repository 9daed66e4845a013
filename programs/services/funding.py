"""Who pays for an activity: its sources of money, each reported by one agency."""

from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from agencies.models import Agency
from areas.services.checks import (
    Problems,
    check_and_save,
    put_values,
)
from programs.models import Activity, FundingLeg
from programs.services.common import locked_activity


class LegValues(TypedDict, total=False):
    """A source of money: `amount` in rupiah; `agency` reports what is spent of it."""

    fund: str
    directorate: str
    agency: Agency
    amount: Decimal
    note: str


@transaction.atomic
def add_funding_leg(
    activity: Activity, *, by: Any, **values: Unpack[LegValues]
) -> FundingLeg:
    """One more source of money; the activity's agency reports it if none is named.

    Raises BusinessRuleError with every problem by field.
    """
    activity = locked_activity(activity, by)
    return _stored(FundingLeg(activity=activity, agency=activity.agency), values)


@transaction.atomic
def set_funding_leg(
    leg: FundingLeg, *, by: Any, **values: Unpack[LegValues]
) -> FundingLeg:
    """Change what is named in `values`; a source never changes its activity."""
    locked_activity(leg.activity, by)
    leg = FundingLeg.objects.select_related("activity").get(pk=leg.pk)
    return _stored(leg, values)


@transaction.atomic
def remove_funding_leg(leg: FundingLeg, *, by: Any) -> None:
    """The source no longer pays; the trail keeps that it was named."""
    locked_activity(leg.activity, by)
    FundingLeg.objects.filter(pk=leg.pk).delete()


def _stored(leg: FundingLeg, values: LegValues) -> FundingLeg:
    put_values(leg, values)
    problems = Problems()
    check_and_save(leg, problems)
    return leg
