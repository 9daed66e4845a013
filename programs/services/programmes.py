"""Programmes in the budget: create and change; a plan becomes a running one."""

from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import Agency
from agencies.roles import Permission
from areas.services.checks import (
    Problems,
    check_and_save,
    put_values,
)
from programs.models import Programme
from programs.programme_steps import require_activate
from programs.services.budgets import add_budget
from programs.services.common import locked_programme
from programs.services.sources import rename_sources
from programs.sipd import name_of


class ProgrammeValues(TypedDict, total=False):
    """What a programme has besides its agency.

    A blank `name` is that of the code in the year's catalogue. `is_draft` and `budget`
    (Rp, that of the murni version) only when it is new: `activate_programme` ends the
    draft, `add_budget` writes later versions.
    """

    code: str
    name: str
    year: int
    budget: Decimal | None
    fund: str
    origin: str
    is_draft: bool


@transaction.atomic
def create_programme(
    *, agency: Agency, by: Any, **values: Unpack[ProgrammeValues]
) -> Programme:
    """A programme, kegiatan or sub-kegiatan of `agency` in one year.

    Raises BusinessRuleError with every problem by field.
    """
    require(by, Permission.PROGRAMME_EDIT, agency=agency)
    budget = values.pop("budget", None)
    problems = Problems()
    if budget is not None and budget < 0:
        problems["budget"].append(_("The budget cannot be negative."))
    programme = _stored(Programme(agency=agency), values, problems)
    if budget is not None:
        add_budget(programme, amount=budget, by=by)
    return programme


@transaction.atomic
def update_programme(
    programme: Programme, *, by: Any, **values: Unpack[ProgrammeValues]
) -> Programme:
    """Change what is named in `values`; a programme never changes its agency."""
    programme = locked_programme(programme)
    require(by, Permission.PROGRAMME_EDIT, agency=programme.agency)
    return _stored(programme, values, Problems())


@transaction.atomic
def activate_programme(programme: Programme, *, by: Any) -> Programme:
    """Turn a draft plan into a running programme: its activities can be reported on.

    Raises WrongStateError where it is running already.
    """
    programme = locked_programme(programme)
    require_activate(programme, by)
    programme.is_draft = False
    programme.save(update_fields=["is_draft"])
    return programme


def _stored(
    programme: Programme, values: ProgrammeValues, problems: Problems
) -> Programme:
    put_values(programme, values)
    programme.name = programme.name or name_of(programme.code, programme.year)
    if not programme.name:
        problems["name"].append(
            _("Write the name: the catalogue of that year does not have this code.")
        )
    check_and_save(programme, problems)
    rename_sources(programme)
    return programme
