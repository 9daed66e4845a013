"""The contract of an activity as its addenda have it now, and what may not be.

Nothing here asks the database, but for addenda that were not prefetched.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import html
from programs.models import Activity, ContractAddendum

Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Contract:
    """Value (Rp) and end now in force, each with the addendum that set it."""

    value: Decimal | None
    ends_on: date | None
    value_by: ContractAddendum | None = None
    ends_by: ContractAddendum | None = None


def contract_of(activity: Activity) -> Contract:
    """What holds now: the contract's own, or that of the last addendum to change it."""
    addenda = list(activity.addenda.all())
    value_by = next((a for a in reversed(addenda) if a.value is not None), None)
    ends_by = next((a for a in reversed(addenda) if a.ends_on is not None), None)
    return Contract(
        value=value_by.value if value_by else activity.contract_value,
        ends_on=ends_by.ends_on if ends_by else activity.contract_ends_on,
        value_by=value_by,
        ends_by=ends_by,
    )


def contract_problems(
    *,
    value: Decimal | None,
    signed_on: date | None,
    ends_on: date | None,
    handed_over_on: date | None,
) -> Problems:
    """Why a contract of these facts is refused, by the activity's fields."""
    problems: Problems = {}
    if value is not None and value < 0:
        problems["contract_value"] = _("The contract value cannot be negative.")
    for name, day in (
        ("contract_ends_on", ends_on),
        ("handed_over_on", handed_over_on),
    ):
        if signed_on and day and day < signed_on:
            problems[name] = _("This lies before the SPK date, %(date)s.") % {
                "date": html.day(signed_on)
            }
    return problems


def addendum_problems(
    *,
    signed_on: date | None,
    value: Decimal | None,
    ends_on: date | None,
    contract_signed_on: date | None,
) -> Problems:
    """Why an addendum of these facts is refused, by field."""
    problems: Problems = {}
    if value is None and ends_on is None:
        problems["value"] = _("Write what changes: the value, the end, or both.")
    if signed_on and contract_signed_on and signed_on < contract_signed_on:
        problems["signed_on"] = _("This lies before the SPK date, %(date)s.") % {
            "date": html.day(contract_signed_on)
        }
    return problems
