"""Addenda of a contract: what changes its value or its end."""

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from areas.services.checks import (
    Problems,
    check_and_save,
    put_values,
)
from programs.contracts import addendum_problems
from programs.models import Activity, ContractAddendum
from programs.services.common import locked_activity


class AddendumValues(TypedDict, total=False):
    """`value` (Rp) and `ends_on` as they are from now on; blank: unchanged."""

    number: str
    signed_on: date
    value: Decimal | None
    ends_on: date | None
    note: str


@transaction.atomic
def add_addendum(
    activity: Activity, *, by: Any, **values: Unpack[AddendumValues]
) -> ContractAddendum:
    """One more change of the contract. Raises BusinessRuleError with every problem."""
    activity = locked_activity(activity, by)
    return _stored(ContractAddendum(activity=activity), values)


@transaction.atomic
def set_addendum(
    addendum: ContractAddendum, *, by: Any, **values: Unpack[AddendumValues]
) -> ContractAddendum:
    """Correct what is named in `values`."""
    locked_activity(addendum.activity, by)
    addendum = ContractAddendum.objects.select_related("activity").get(pk=addendum.pk)
    return _stored(addendum, values)


@transaction.atomic
def remove_addendum(addendum: ContractAddendum, *, by: Any) -> None:
    """Take back an addendum that was recorded by mistake; the trail keeps it."""
    locked_activity(addendum.activity, by)
    ContractAddendum.objects.filter(pk=addendum.pk).delete()


def _stored(addendum: ContractAddendum, values: AddendumValues) -> ContractAddendum:
    put_values(addendum, values)
    problems = Problems()
    found = addendum_problems(
        signed_on=addendum.signed_on,
        value=addendum.value,
        ends_on=addendum.ends_on,
        contract_signed_on=addendum.activity.contract_signed_on,
    )
    for name, sentence in found.items():
        problems[name].append(sentence)
    check_and_save(addendum, problems)
    return addendum
