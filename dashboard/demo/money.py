"""The money of the example: budgets by version with targets, and who pays for what."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from areas.models import Neighbourhood
from programs.models import Activity, Fund, Programme
from programs.services import ActivityValues, add_budget, add_funding_leg, set_budget

AMENDED_IN, AMENDED_ON = 9, 15  # the day of a perubahan
ADDED = Decimal(10_000_000)
SHARED = 3  # every third activity has two sources
DAK_SHARE = Decimal("0.3")


def contract_in(number: int, year: int, quarters: tuple[int, int]) -> ActivityValues:
    """The contract of an activity: from its first quarter to the end of its last."""
    first, last = quarters
    return {
        "contract_number": f"CONTOH-{year % 100:02d}-{number:03d}",
        "contractor": f"CONTOH penyedia {number:03d}",
        "contract_signed_on": date(year, 3 * first - 2, 15),
        "contract_ends_on": date(year, 3 * last, 28),
    }


def write_budget(
    programme: Programme, places: Sequence[Sequence[Neighbourhood]], *, by: Any
) -> None:
    """Say when the murni was decided and what it promises; amend it in September."""
    murni = programme.budgets.get()
    year = programme.year
    hectares = sum((u.hectares for units in places for u in units), Decimal(0))
    targets = {"hectares": round(hectares, 2)}
    set_budget(
        murni,
        decided_on=date(year - 1, 12, 20),
        document_number=f"CONTOH DPA {year}",
        targets=targets,
        by=by,
    )
    day = date(year, AMENDED_IN, AMENDED_ON)
    if day <= timezone.localdate():
        add_budget(
            programme,
            amount=(murni.amount or Decimal(0)) + ADDED,
            decided_on=day,
            document_number=f"CONTOH DPPA {year}",
            targets=targets,
            by=by,
        )


def share_costs(activities: Sequence[Activity], *, by: Any) -> None:
    """Some activities are paid from the APBD and the DAK, both by their office."""
    for activity in activities[::SHARED]:
        assert activity.budget is not None  # the example prices all of them
        dak = round(activity.budget * DAK_SHARE, 0)
        rest = activity.budget - dak
        for fund, amount in ((Fund.APBD_REGENCY, rest), (Fund.DAK, dak)):
            note = "CONTOH"
            add_funding_leg(activity, fund=fund, amount=amount, note=note, by=by)
