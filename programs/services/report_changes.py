"""Changes of a verified report: its office asks, its verifier decides.

An accepted change takes back the credits of the units that it touches and posts them
anew, in one transaction: the ledger keeps what was said before.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.roles import Permission
from areas.ledger import lock_lines
from areas.ledger_corrections import undo
from areas.models import LedgerEntry
from areas.services.checks import Problems
from core.errors import BusinessRuleError, WrongStateError
from programs import notices, queries
from programs.models import ReportChange, ReportLine, ReportLineUnit, ReportRound
from programs.report_change_steps import ACCEPT, REFUSE, require_decision
from programs.rounds import (
    EVIDENCE,
    NUMBERS,
    TEXTS,
    UNITS,
    as_text,
    changes_of,
    figures_of,
    line_figures,
)
from programs.rules import ZERO, missing_in
from programs.services.common import locked
from programs.services.report_lines import LineDraft, LineInput, LinePlan, UnitInput
from programs.services.review import Decision
from programs.services.verification import judge, note_problems, post
from programs.sheet import LineSheet, ReportSheet, sheet_of, unit_name
from programs.workflow import CHANGE


@transaction.atomic
def propose_change(
    line: ReportLine, *, values: LineInput, reason: str, by: Any
) -> ReportChange:
    """Ask for other figures of one line of a verified report; nothing changes yet.

    `values` are as `save_report_lines` takes them, and are held against the same rules.
    Raises BusinessRuleError with `reason`, `<field>` and `units.<m>.<field>`, m from 0;
    WrongStateError where the report is not verified.
    """
    report = locked(line.report)
    require(by, Permission.REPORT_SUBMIT, agency=report.agency)
    if report.status != report.Status.VERIFIED:
        raise WrongStateError(
            _("The report is “%(status)s”: only a verified report is changed this way.")
            % {"status": report.get_status_display()}
        )
    row = sheet_of(report).row_of(line)
    draft = _drafted(row, values)
    before, after = line_figures(row), _figures_after(row, draft)
    change = ReportChange(
        report=report,
        line=line,
        reason=reason.strip(),
        before=before,
        values=after,
        asked_by=by,
    )
    problems = _problems_of(draft, report.nil_reason)
    if not problems and not changes_of(row, before, after):
        problems["__all__"].append(_("Nothing is changed yet."))
    _check_fields(change, problems)
    problems.raise_any()
    change.save()  # the report is locked: nobody else asks at the same moment
    notices.tell_change_asked(change)
    return change


@transaction.atomic
def accept_change(
    change: ReportChange,
    *,
    by: Any,
    reason: str = "",
    decisions: Mapping[int, Decision] | None = None,
) -> ReportChange:
    """Give the line the figures asked for, by the rules as they are now.

    Units whose reported hectares change are judged again: `decisions` are by the key of
    the RT (0: the area), and one not named is accepted as asked. Their credits are
    taken back and posted anew. Raises BusinessRuleError with every problem.
    """
    report = locked(change.report)
    change = require_decision(ACCEPT, change, report, by)
    row = sheet_of(report).row_of(change.line)
    # Photos may come later; they are no figure that the change would overwrite.
    now = line_figures(row) | {name: change.before[name] for name in EVIDENCE}
    if changes_of(row, change.before, now):
        raise BusinessRuleError(
            _("The line says something else by now. Refuse this; it can be asked anew.")
        )
    draft = _drafted(row, input_of(change))
    _problems_of(draft, report.nil_reason).raise_any()
    touched = touched_units(change)
    _take_back(row, touched, change, by)
    draft.store(replace=False)
    sheet = sheet_of(report)
    _judge_again(sheet.row_of(change.line), touched, decisions or {}, sheet, by)
    _keep_round(sheet, change, by)
    return _decided(ACCEPT.target, change, reason, by)


@transaction.atomic
def refuse_change(change: ReportChange, *, reason: str, by: Any) -> ReportChange:
    """Leave the line as it is; the reason is for who asked."""
    change = require_decision(REFUSE, change, locked(change.report), by)
    if not reason.strip():
        raise BusinessRuleError(errors={"reason": [_("Say why it is refused.")]})
    return _decided(REFUSE.target, change, reason, by)


def input_of(change: ReportChange) -> LineInput:
    """What was asked, as the services take it; units only where they change."""
    values = change.values
    given: dict[str, Any] = {
        name: None if values[name] is None else Decimal(values[name])
        for name in NUMBERS
    }
    given |= {name: values[name] for name in TEXTS}
    given |= {"activity": change.line.activity_id, "is_nil": values["is_nil"]}
    if values[UNITS] != change.before[UNITS]:
        given[UNITS] = [
            UnitInput(
                neighbourhood=int(key) or None,
                hectares=Decimal(unit["hectares"]),
                reason=unit["reason"],
            )
            for key, unit in values[UNITS].items()
        ]
    return LineInput(**given)  # type: ignore[typeddict-item]


def touched_units(change: ReportChange) -> dict[int, Decimal]:
    """Units whose reported hectares change, by RT (0: the area); gone ones get 0."""
    before, after = change.before[UNITS], change.values[UNITS]
    return {
        int(key): Decimal(after[key]["hectares"]) if key in after else ZERO
        for key in sorted(before.keys() | after.keys(), key=int)
        if before.get(key, {}).get("hectares") != after.get(key, {}).get("hectares")
    }


def _drafted(row: LineSheet, values: LineInput) -> LineDraft:
    """The line as it shall stand; units that say the same as now are left alone."""
    values = LineInput(**values | {"activity": row.activity.pk})  # type: ignore[typeddict-item]
    if "units" in values and _said(values["units"]) == _said(_as_given(row)):
        del values["units"]
    return LineDraft(row.line.report, [values])


def _as_given(row: LineSheet) -> list[UnitInput]:
    return [
        UnitInput(
            neighbourhood=unit.stored.neighbourhood_id,
            hectares=unit.stored.reported,
            reason=unit.stored.reason,
        )
        for unit in row.touched
        if unit.stored
    ]


def _said(units: Sequence[UnitInput]) -> dict[int | None, tuple[Decimal, str]]:
    return {
        unit.get("neighbourhood"): (hectares, unit.get("reason", "").strip())
        for unit in units
        if (hectares := unit.get("hectares")) is not None
    }


def _plan_of(draft: LineDraft) -> LinePlan:
    return next(iter(draft.plans.values()))


def _figures_after(row: LineSheet, draft: LineDraft) -> dict[str, Any]:
    """The figures asked for, as a round keeps them; nothing of it is verified yet."""
    plan, figures = _plan_of(draft), line_figures(row)
    figures |= {name: as_text(getattr(plan.values, name)) for name in NUMBERS}
    figures |= {name: getattr(plan.values, name) for name in (*TEXTS, "is_nil")}
    if plan.units is None:
        return figures
    of_area = draft.units.get(row.activity.area_id, [])
    names = {unit.pk: unit_name(unit) for unit in of_area}
    figures[UNITS] = {
        str(key or 0): {
            "name": names.get(key or 0, unit_name(None)),
            "hectares": as_text(hectares),
            "reason": why,
            "verified": figures[UNITS].get(str(key or 0), {}).get("verified"),
        }
        for key, (hectares, why) in plan.units.items()
    }
    return figures


def _problems_of(draft: LineDraft, nil_reason: str) -> Problems:
    """What the line's rules have against it; a verified line is never incomplete."""
    problems = Problems()
    for path, sentences in draft.problems(nil_reason).items():
        problems[path.removeprefix("lines.0.")] += sentences
    for plan in draft.plans.values():
        for name, what in missing_in(plan.values).items():
            problems[name].append(_("Still missing: %(what)s.") % {"what": what})
    return problems


def _check_fields(change: ReportChange, problems: Problems) -> None:
    """What the model has against it; who decides when is not known yet."""
    undecided = {"decided_by", "decided_at"}
    try:
        change.full_clean(exclude=undecided)
    except ValidationError as error:
        problems.add_all(error)


def _take_back(
    row: LineSheet, touched: Mapping[int, Decimal], change: ReportChange, by: Any
) -> None:
    """Undo the credits of the touched units, on locked decree lines."""
    units = [u.stored for u in row.touched if u.stored and u.key in touched]
    entries = [unit.entry for unit in units if unit.entry]
    under = [row.decree_line.pk] if row.decree_line else []
    lock_lines([*under, *(entry.decree_line_id for entry in entries)])
    standing = queries.standing_for(entries)
    for unit in units:
        if own := _own_credit(unit, standing):
            undo(own, by=by, reason=_reason_of(change))
        unit.verified = unit.entry = unit.counted_in = None
        unit.verifier_reason = ""
    fields = ["verified", "entry", "counted_in", "verifier_reason"]
    ReportLineUnit.objects.bulk_update(units, fields)


def _own_credit(
    unit: ReportLineUnit, standing: Mapping[int, Sequence[LedgerEntry]]
) -> LedgerEntry | None:
    """The credit of this unit that stands now: its own, or one that corrected it.

    None where it was taken back, and another's work may stand for the unit since.
    """
    entry = unit.entry
    if entry is None:
        return None
    for now in standing[entry.pk]:
        if now.neighbourhood_id != entry.neighbourhood_id:
            raise BusinessRuleError(
                _(
                    "Other RT took the place of %(unit)s since. Have the ledger"
                    " corrected instead."
                )
                % {"unit": unit_name(unit.neighbourhood)}
            )
        is_own = now.pk == entry.pk or not hasattr(now, "report_unit")
        if is_own and (now.source_id, now.period) == (entry.source_id, entry.period):
            return now
    return None


def _reason_of(change: ReportChange) -> str:
    return _("Change %(number)s: %(reason)s") % {
        "number": change.pk,
        "reason": change.reason,
    }


def _judge_again(
    row: LineSheet,
    touched: Mapping[int, Decimal],
    decisions: Mapping[int, Decision],
    sheet: ReportSheet,
    by: Any,
) -> None:
    """Decide on the touched units and credit them, like a verification does."""
    decided = {
        unit.stored.pk: decisions[unit.key]
        for unit in row.touched
        if unit.stored and unit.key in decisions and unit.key in touched
    }
    judged = [item for item in judge([row], decided) if item.row.key in touched]
    problems = Problems()
    note_problems(sheet, judged, problems)
    problems.raise_any()
    post(sheet.report, judged, by)


def _keep_round(sheet: ReportSheet, change: ReportChange, by: Any) -> None:
    ReportRound.objects.create(
        report=sheet.report,
        step=CHANGE,
        by=by,
        reason=change.reason,
        hectares=sheet.verified,
        figures=figures_of(sheet),
    )


def _decided(state: str, change: ReportChange, reason: str, by: Any) -> ReportChange:
    change.state, change.decision_reason = state, reason.strip()
    change.decided_at, change.decided_by = timezone.now(), by
    change.save()
    notices.tell_change_decided(change)
    return change
