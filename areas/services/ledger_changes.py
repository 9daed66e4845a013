"""Corrections of the ledger: one person proposes, another one decides (ADR 9)."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.models import User
from agencies.roles import Permission
from areas.ledger import lock_lines
from areas.ledger_change_steps import APPROVE, REJECT, rule_reasons
from areas.ledger_corrections import (
    area_problems,
    correct_area,
    replace_credit,
    replacement_problems,
    reverse,
    standing_problem,
    stored_entry,
)
from areas.models import DecreeLine, LedgerChange, LedgerEntry
from areas.outcomes import settle_outcomes
from areas.services.checks import Problems, check_fields, save_checked
from core.errors import BusinessRuleError, WrongStateError
from core.fields import six_places
from core.workflow import Step, require_state

Kind = LedgerChange.Kind


@transaction.atomic
def propose_change(
    *,
    kind: str,
    reason: str,
    by: User,
    entry: LedgerEntry | None = None,
    decree_line: DecreeLine | None = None,
    hectares: Decimal | None = None,
    document: str = "",
) -> LedgerChange:
    """Propose to take `entry` back, to give it, or `decree_line`, other hectares.

    `hectares` are those that are right. Nothing changes before somebody else approves.
    Raises BusinessRuleError with everything that stands against it, by field;
    WrongStateError where the entry does not stand any more.
    """
    key = entry.decree_line_id if entry else decree_line.pk if decree_line else 0
    line = lock_lines([key]).get(key)
    if line is None:
        raise BusinessRuleError(_("Name the entry or the decree line to be corrected."))
    require(by, Permission.LEDGER_PROPOSE, agency=line.area.agency)
    change = LedgerChange(
        kind=kind,
        decree_line=line,
        entry=stored_entry(entry) if entry else None,
        hectares=_right_hectares(kind, hectares),
        reason=reason.strip(),
        document=document.strip(),
        proposed_by=by,
    )
    _problems_of(change).raise_any()
    save_checked(change)
    return change


@transaction.atomic
def approve_change(change: LedgerChange, *, by: User, note: str = "") -> LedgerChange:
    """Post what was proposed, by the rules as they are now; all or nothing.

    An area's other hectares are also those of its improved and cleared.
    """
    change = _locked(APPROVE, change, by)
    # Before anything is posted, and all at once: surveys lock them in the same order.
    lock_lines(
        DecreeLine.objects.filter(area=change.decree_line.area_id).values_list(
            "pk", flat=True
        )
    )
    change.posted = _posted(change, by)
    return _decided(APPROVE, change, note, by)


@transaction.atomic
def reject_change(change: LedgerChange, *, note: str, by: User) -> LedgerChange:
    """Leave the ledger as it is; `note` says why."""
    change = _locked(REJECT, change, by)
    if not note.strip():
        raise BusinessRuleError(errors={"note": [_("Say why it is rejected.")]})
    return _decided(REJECT, change, note, by)


def _problems_of(change: LedgerChange) -> Problems:
    """What stands against posting it now, by field; the line is locked."""
    problems = Problems()
    if change.entry is not None and (text := standing_problem(change.entry)):
        raise WrongStateError(text)
    if change.hectares is None:
        if change.kind != Kind.REVERSE:
            problems["hectares"].append(_("Enter the hectares that are right."))
    elif change.kind == Kind.AREA:
        line, reason, document = change.decree_line, change.reason, change.document
        problems.update(area_problems(line, change.hectares, reason, document))
    elif change.entry is not None:
        problems.update(replacement_problems(change.entry, change.hectares))
    check_fields(change, problems)
    return problems


def _right_hectares(kind: str, hectares: Decimal | None) -> Decimal | None:
    """None where an entry is only taken back."""
    if hectares is None or kind == Kind.REVERSE:
        return None
    return six_places(hectares)


def _posted(change: LedgerChange, by: User) -> LedgerEntry:
    why: dict[str, Any] = {
        "reason": change.reason,
        "document": change.document,
        "by": by,
    }
    if change.kind == Kind.AREA:
        assert change.hectares is not None  # ledger_change_is_whole
        line = change.decree_line
        entry = correct_area(line, hectares=change.hectares, **why)
        settle_outcomes([line.area_id], by=by)
        return entry
    assert change.entry is not None
    if change.kind == Kind.REVERSE:
        return reverse(change.entry, **why)
    assert change.hectares is not None
    return replace_credit(change.entry, hectares=change.hectares, **why)


def _locked(step: Step, change: LedgerChange, by: User) -> LedgerChange:
    """The change, locked and asked for right, state and rules, in this order."""
    change = (
        LedgerChange.objects.select_for_update(of=("self",))
        .select_related("decree_line__area__agency", "entry__reversed_by")
        .get(pk=change.pk)
    )
    require(by, Permission(step.permission), agency=change.decree_line.area.agency)
    require_state(step, change.status, str(change.get_status_display()))
    if reasons := rule_reasons(step, change, by):
        raise BusinessRuleError(errors={step.name: [str(r) for r in reasons]})
    return change


def _decided(step: Step, change: LedgerChange, note: str, by: User) -> LedgerChange:
    change.status = step.target
    change.decided_at, change.decided_by = timezone.now(), by
    change.decision_note = note.strip()
    change.save()
    return change
