"""Versions of a budget side by side, and the warning where activities exceed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agencies.access import can
from agencies.roles import Permission
from core import html
from core.numbers import format_decimal
from programs.models import BudgetVersion, Programme, Target


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One line of the table: a cell for each version, and newest less murni."""

    label: str
    cells: Sequence[tuple[BudgetVersion, Any]]
    difference: SafeString


def budget_rows(versions: Sequence[BudgetVersion]) -> list[BudgetRow]:
    """The budget, its date and document, and each target that a version has.

    `versions` come oldest first with their targets prefetched.
    """
    if not versions:
        return []
    amounts = [version.amount for version in versions]
    return [
        _row(_("Budget"), versions, amounts, html.rupiah),
        _plain(_("Decided on"), versions, [html.day(v.decided_on) for v in versions]),
        _plain(
            _("Document"),
            versions,
            [v.document_number or html.NOTHING for v in versions],
        ),
        *_target_rows(versions),
    ]


def over_budget(programme: Any) -> str:
    """Said where the activities come to more than the budget; else empty.

    `programme` comes from `with_sums()`.
    """
    budget, sum_of = programme.budget_now, programme.contracted
    if budget is None or sum_of is None or sum_of <= budget:
        return ""
    return _(
        "The activities come to Rp %(sum)s, more than the budget of Rp %(budget)s (Rp"
        " %(excess)s more). Lower their values, or add the version that allows it."
    ) % {
        "sum": format_decimal(sum_of, None),
        "budget": format_decimal(budget, None),
        "excess": format_decimal(sum_of - budget, None),
    }


def budget_part(programme: Programme, user: Any) -> dict[str, Any]:
    """The versions side by side, for the programme's page."""
    versions = versions_of(programme)
    return {
        "versions": versions,
        "rows": budget_rows(versions),
        "newest": versions[-1] if versions else None,
        "may_edit": can(user, Permission.PROGRAMME_EDIT, agency=programme.agency),
        "add_url": reverse("programs:budget-create", args=[programme.pk]),
    }


def versions_of(programme: Programme) -> list[BudgetVersion]:
    """The versions oldest first, with their targets."""
    return list(programme.budgets.prefetch_related("targets"))


def _target_rows(versions: Sequence[BudgetVersion]) -> list[BudgetRow]:
    promised = [{t.measure: t.value for t in v.targets.all()} for v in versions]
    return [
        _row(str(label), versions, [row.get(measure) for row in promised], _figure)
        for measure, label in Target.Measure.choices
        if any(measure in row for row in promised)
    ]


def _figure(value: Any) -> SafeString:
    return html.figure(value, None)


def _row(
    label: str, versions: Sequence[BudgetVersion], values: Sequence[Any], shown: Any
) -> BudgetRow:
    first, last = values[0], values[-1]
    known = len(values) > 1 and first is not None and last is not None
    return BudgetRow(
        label,
        list(zip(versions, [shown(value) for value in values], strict=True)),
        shown(last - first) if known else html.NOTHING,
    )


def _plain(
    label: str, versions: Sequence[BudgetVersion], cells: Sequence[Any]
) -> BudgetRow:
    return BudgetRow(label, list(zip(versions, cells, strict=True)), html.NOTHING)
