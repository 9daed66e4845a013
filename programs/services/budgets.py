"""Versions of a programme's budget (murni, then perubahan) and their targets."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.roles import Permission
from areas.services.checks import (
    Problems,
    check_and_save,
    check_fields,
    put_values,
    save_checked,
)
from core import html
from core.errors import WrongStateError
from programs.models import BudgetVersion, Programme, Target
from programs.services.common import locked_programme


class BudgetValues(TypedDict, total=False):
    """What a version says: `amount` in rupiah, `targets` by measure.

    A blank target is none; targets that are not named stay.
    """

    amount: Decimal | None
    decided_on: date | None
    document_number: str
    targets: Mapping[str, Decimal | None]


@transaction.atomic
def add_budget(
    programme: Programme, *, by: Any, **values: Unpack[BudgetValues]
) -> BudgetVersion:
    """The next version: the murni where there is none yet, else a perubahan.

    Raises BusinessRuleError with every problem by field, those of targets under
    `targets.<measure>`.
    """
    programme = locked_programme(programme)
    require(by, Permission.PROGRAMME_EDIT, agency=programme.agency)
    number = programme.budgets.count() + 1
    kinds = BudgetVersion.Kind
    version = BudgetVersion(
        programme=programme,
        number=number,
        kind=kinds.ORIGINAL if number == 1 else kinds.AMENDED,
    )
    return _stored(version, values)


@transaction.atomic
def set_budget(
    version: BudgetVersion, *, by: Any, **values: Unpack[BudgetValues]
) -> BudgetVersion:
    """Correct what is named in `values`; a version stays in its place."""
    version = _locked_version(version, by)
    return _stored(version, values)


@transaction.atomic
def remove_budget(version: BudgetVersion, *, by: Any) -> None:
    """Take back the newest version with its targets; the trail keeps that it was.

    Raises WrongStateError where a later one builds on it.
    """
    version = _locked_version(version, by)
    if version.programme.budgets.filter(number__gt=version.number).exists():
        raise WrongStateError(
            _("A later version follows this one. Only the newest can be removed.")
        )
    version.delete()


@transaction.atomic
def add_target(
    version: BudgetVersion, *, measure: str, value: Decimal, by: Any
) -> Target:
    """One more target of a version."""
    version = _locked_version(version, by)
    return _stored_target(Target(version=version), measure=measure, value=value)


@transaction.atomic
def set_target(
    target: Target,
    *,
    by: Any,
    measure: str | None = None,
    value: Decimal | None = None,
) -> Target:
    """Correct a target; what is None stays."""
    _locked_version(target.version, by)
    target = Target.objects.select_for_update().get(pk=target.pk)
    return _stored_target(
        target,
        measure=target.measure if measure is None else measure,
        value=target.value if value is None else value,
    )


@transaction.atomic
def remove_target(target: Target, *, by: Any) -> None:
    """The version promises nothing of this measure any more."""
    _locked_version(target.version, by)
    Target.objects.filter(pk=target.pk).delete()


def _locked_version(version: BudgetVersion, by: Any) -> BudgetVersion:
    """The version under the lock of its programme, for who may change it."""
    programme = locked_programme(version.programme)
    require(by, Permission.PROGRAMME_EDIT, agency=programme.agency)
    return programme.budgets.get(pk=version.pk)


def _stored(version: BudgetVersion, values: BudgetValues) -> BudgetVersion:
    targets = values.get("targets", {})
    facts = {name: value for name, value in values.items() if name != "targets"}
    put_values(version, facts)
    problems = Problems()
    if version.amount is None:
        problems["amount"].append(_("Write the budget in rupiah; 0 if there is none."))
    if sentence := _out_of_order(version):
        problems["decided_on"].append(sentence)
    check_fields(version, problems)
    for measure, value in targets.items():
        if measure not in Target.Measure.values:
            problems[f"targets.{measure}"].append(_("There is no such target."))
        elif value is not None and value <= 0:
            problems[f"targets.{measure}"].append(_("A target lies above 0."))
    problems.raise_any()
    save_checked(version)
    _set_targets(version, targets)
    return version


def _set_targets(version: BudgetVersion, targets: Mapping[str, Decimal | None]) -> None:
    """Write what changed, and only that: the trail then tells what was done."""
    stored = {target.measure: target for target in version.targets.all()}
    for measure, value in targets.items():
        target = stored.get(measure)
        if value is None and target is not None:
            target.delete()
        elif value is not None and (target is None or target.value != value):
            target = target or Target(version=version, measure=measure)
            target.value = value
            target.save()


def _stored_target(target: Target, *, measure: str, value: Decimal) -> Target:
    target.measure, target.value = measure, value
    problems = Problems()
    check_and_save(target, problems)
    return target


def _out_of_order(version: BudgetVersion) -> str:
    """Said where the date lies before an earlier version's or after a later one's."""
    if version.decided_on is None:
        return ""
    others = version.programme.budgets.exclude(decided_on=None)
    before = others.filter(number__lt=version.number).last()
    if before and before.decided_on and version.decided_on < before.decided_on:
        return _("“%(version)s” was decided later, on %(date)s. Check both dates.") % {
            "version": before,
            "date": html.day(before.decided_on),
        }
    after = others.filter(number__gt=version.number).first()
    if after and after.decided_on and version.decided_on > after.decided_on:
        return _(
            "“%(version)s” was decided earlier, on %(date)s. Check both dates."
        ) % {"version": after, "date": html.day(after.decided_on)}
    return ""
