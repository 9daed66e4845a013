"""A simulation turned into a draft programme: the only thing that it ever stores."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency
from areas.catalogue import Catalogue
from areas.models import Neighbourhood
from areas.simulation import WorkOutcome
from core.errors import BusinessRuleError
from programs.models import Programme
from programs.services import ActivityValues, create_activities, create_programme
from programs.simulation.bases import WHOLE, Base
from programs.simulation.plans import AreaPlan, Row, work_name


class DraftValues(TypedDict):
    """What the draft programme is called; its budget is the sum of the rows'."""

    code: str
    name: str
    year: int
    fund: str


@transaction.atomic
def draft_programme(
    *,
    agency: Agency,
    plans: Sequence[AreaPlan],
    catalogue: Catalogue,
    by: Any,
    **values: Unpack[DraftValues],
) -> Programme:
    """A draft programme of `agency` with one activity for each row of the plans.

    An activity names the first indicator that its work improves, the whole volume of
    the row, and the RT that it goes to. Raises BusinessRuleError with every problem:
    those of the programme by field, those of the rows under `rows.<n>.<field>`, n as
    in the plan.
    """
    rows = [
        (number, _activity(plan.base, plan.rows[number], done, catalogue))
        for plan in plans
        for number, done in zip(plan.rows, plan.outcome.works, strict=True)
    ]
    if not rows:
        raise BusinessRuleError(_("The plan has no row. Add at least one work."))
    budgets = [activity["budget"] for _number, activity in rows]
    priced = [budget for budget in budgets if budget is not None]
    programme = create_programme(
        agency=agency,
        by=by,
        is_draft=True,
        budget=sum(priced, start=Decimal(0)) if len(priced) == len(rows) else None,
        **values,
    )
    try:
        create_activities(programme, rows=[row for _number, row in rows], by=by)
    except BusinessRuleError as error:
        raise _renumbered(error, [number for number, _row in rows]) from error
    return programme


def _activity(
    base: Base, row: Row, done: WorkOutcome, catalogue: Catalogue
) -> ActivityValues:
    indicator = next(iter(done.work.effects))
    return {
        "name": work_name(row.work, base.rules, catalogue),
        "area": base.area,
        "rule_set": base.assessment.rule_set,
        "neighbourhoods": _neighbourhoods(base, row, done),
        "indicator": indicator,
        "volume": row.volume,
        "budget": done.work.cost,
    }


def _neighbourhoods(base: Base, row: Row, done: WorkOutcome) -> list[Neighbourhood]:
    """The RT that get a share; none where all do, or where no RT was surveyed."""
    keys = {row.place} if row.place is not None else set(done.shares)
    if WHOLE in keys or keys == base.keys:
        return []
    return [base.places[key] for key in sorted(keys)]


def _renumbered(error: BusinessRuleError, numbers: Sequence[int]) -> BusinessRuleError:
    """The same problems under the numbers that the rows have in the plan."""
    found: dict[str, list[str]] = {}
    for path, sentences in error.errors.items():
        head, number, field = path.split(".", 2)
        found[f"{head}.{numbers[int(number)]}.{field}"] = sentences
    return BusinessRuleError(errors=found)
