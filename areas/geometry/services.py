"""Storing outlines: checked as a whole, all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import require, require_any
from agencies.models import User
from agencies.roles import Permission
from areas.geometry.choices import Choices
from areas.geometry.matching import Target
from areas.geometry.plan import Effect, OutlinePlan, PlannedOutline
from areas.geometry.planning import area_of, plan_outlines
from areas.geometry.reading import read_map
from areas.models import Neighbourhood, SlumArea
from areas.outlines import Outline
from core.errors import WrongStateError

BATCH = 200
SOURCE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class NewOutline:
    """A checked outline for an area or an RT, and where it comes from."""

    target: Target
    outline: Outline
    source: str


@transaction.atomic
def import_outlines(
    file: BinaryIO,
    name: str,
    *,
    choices: Choices,
    by: User,
    dry_run: bool = False,
    check_rights: bool = True,
) -> OutlinePlan:
    """Read a map file and store the outlines it holds, all of them or none.

    What is stored is in the plan that comes back; a plan that is not sound stored
    nothing, and neither does `dry_run`. Without `check_rights` neither scope nor role
    of `by` matters: that is for the command line of the machine.

    Raises BusinessRuleError at the form's fields for a file that cannot be read,
    NotAllowedError for who may edit no area at all.
    """
    if check_rights:
        require_any(by, Permission.AREA_EDIT)
    found = read_map(file, name, layer=choices.layer)
    plan = plan_outlines(found, choices, by=by if check_rights else None)
    if plan.has_effect and not dry_run:
        with pghistory.context(source="import", user=by.pk, file=name[:100]):
            set_outlines(
                [
                    NewOutline(row.target, row.outline, _source(plan, row))
                    for row in plan.rows
                    if row.target and row.outline and row.effect != Effect.SAME
                ],
                by=by,
                check_rights=check_rights,
            )
    return plan


@transaction.atomic
def set_outlines(
    outlines: Sequence[NewOutline], *, by: User, check_rights: bool = True
) -> None:
    """Give areas and RT their outlines; what they had stays in the trail.

    Raises NotAllowedError where `by` may not edit one of the areas, WrongStateError
    where an area or RT is no longer there.
    """
    keys = {area_of(new.target).pk for new in outlines}
    locked = SlumArea.objects.select_for_update(of=("self",), no_key=True)
    areas = {
        area.pk: area
        for area in locked.filter(pk__in=keys).select_related("agency").order_by("pk")
    }
    if check_rights:
        for area in areas.values():
            require(by, Permission.AREA_EDIT, agency=area.agency)
    wanted = {n.target.pk for n in outlines if isinstance(n.target, Neighbourhood)}
    rows = Neighbourhood.objects.select_for_update().filter(pk__in=wanted)
    units = {unit.pk: unit for unit in rows.order_by("pk")}
    if len(areas) < len(keys) or len(units) < len(wanted):
        raise WrongStateError(
            _("An area or RT of the file is no longer there. Upload the file again.")
        )
    _store(SlumArea, areas, outlines)
    _store(Neighbourhood, units, outlines)


def _store(
    model: type[Target], records: Mapping[int, Target], outlines: Iterable[NewOutline]
) -> None:
    """Those of the outlines that are for records of this model, in one statement."""
    changed: list[Any] = []
    fields: set[str] = set()
    for new in outlines:
        if isinstance(new.target, model):
            record = records[new.target.pk]
            values = new.outline.as_fields() | {"outline_source": new.source}
            for name, value in values.items():
                setattr(record, name, value)
            fields |= set(values)
            changed.append(record)
    if changed:
        model._default_manager.bulk_update(changed, sorted(fields), batch_size=BATCH)


def _source(plan: OutlinePlan, row: PlannedOutline) -> str:
    """`rt.zip, layer RT, EPSG:32750; repaired`."""
    source = plan.file.source
    if row.checked.is_repaired:
        source = f"{source}; {_('repaired')}"
    return source[:SOURCE_LENGTH]
