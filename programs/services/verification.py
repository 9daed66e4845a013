"""Verification: each unit is decided on, and the hectares go to the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from areas.ledger import Claim, CreditResult, credit_many
from areas.models import LedgerEntry, LedgerSource
from areas.services.checks import Problems
from programs import notices, workflow
from programs.models import ProgressReport, ReportLineUnit
from programs.queries import footprint_of
from programs.rules import (
    ZERO,
    decision_problems,
    verification_problems,
    whole_as_shown,
)
from programs.services.common import locked
from programs.services.reports import finish
from programs.services.review import Decision, clear_marks, marked_decisions
from programs.services.sources import sources_of
from programs.sheet import LineSheet, ReportSheet, UnitRow, no_decree, sheet_of


@dataclass(slots=True)
class Judged:
    """A touched unit with what was decided on it."""

    path: str
    line: LineSheet
    row: UnitRow
    unit: ReportLineUnit
    decision: Decision

    @property
    def key(self) -> tuple[int, int | None, str]:
        """What has one live credit: decree line, RT, footprint."""
        under = self.line.decree_line
        footprint = "" if self.row.neighbourhood else self.footprint
        return (under.pk if under else 0, self.unit.neighbourhood_id, footprint)

    @property
    def footprint(self) -> str:
        return footprint_of(self.line.activity.pk)


@transaction.atomic
def verify_report(
    report: ProgressReport,
    *,
    method: str,
    by: Any,
    visited_on: date | None = None,
    officers: str = "",
    minutes_number: str = "",
    decisions: Mapping[int, Decision] | None = None,
) -> ProgressReport:
    """Accept the report and post its hectares to the ledger, all in one transaction.

    `method` is desk or field; `decisions` are by the key of the unit row. A unit not
    named follows the mark of its line, and without one is accepted as reported. A unit
    that has a live credit, also from another line of this report, is verified with 0 ha
    and points to that entry. Hectares take effect on the period's last day, under the
    decree in force then.

    Raises BusinessRuleError with every problem: `method` …, and
    `lines.<n>.units.<m>.<field>`, n and m from 0 in the order of the report.
    """
    report = locked(report)
    workflow.require_step(workflow.VERIFY, report, by)
    sheet = sheet_of(report)
    facts = {"officers": officers.strip(), "minutes_number": minutes_number.strip()}
    problems = Problems()
    decided = marked_decisions(sheet, problems, without=decisions or {})
    judged = judge(sheet.lines, decided | dict(decisions or {}))
    note_problems(sheet, judged, problems)
    for name, sentence in verification_problems(
        method=method,
        visited_on=visited_on,
        since=report.period.starts_on,
        today=timezone.localdate(),
        facts=facts,
    ).items():
        problems[name].append(sentence)
    problems.raise_any()
    report.method, report.visited_on = method, visited_on
    post(report, judged, by)
    clear_marks(report)
    report.verified_at, report.verified_by = timezone.now(), by
    report.officers = facts["officers"]
    report.minutes_number = facts["minutes_number"]
    finish(workflow.VERIFY, report, by, sheet=sheet)
    notices.tell_verified(report, but=[by])
    return report


def problems_of(sheet: ReportSheet) -> Problems:
    """What would keep a submitted report from being verified as its marks stand.

    The ledger is not asked: what it refuses is told when the report is verified.
    """
    problems = Problems()
    decided = marked_decisions(sheet, problems, without=())
    note_problems(sheet, judge(sheet.lines, decided), problems)
    return problems


def judge(
    lines: Iterable[LineSheet], decisions: Mapping[int, Decision]
) -> list[Judged]:
    """Each touched unit with its decision; one that is counted already gets 0."""
    judged = []
    for line in lines:
        for number, row in enumerate(line.touched):
            unit = row.stored
            assert unit is not None  # touched rows are those that are stored
            decision = decisions.get(unit.pk, Decision(unit.reported))
            accepted = whole_as_shown(decision.hectares, unit.reported)
            if row.is_counted:
                accepted = ZERO
            judged.append(
                Judged(
                    path=f"lines.{line.index}.units.{number}",
                    line=line,
                    row=row,
                    unit=unit,
                    decision=Decision(accepted or ZERO, decision.reason.strip()),
                )
            )
    return judged


def note_problems(
    sheet: ReportSheet, judged: Sequence[Judged], problems: Problems
) -> None:
    """What stands against the decisions, under the paths of their units."""
    for item in judged:
        if not item.row.is_counted:
            found = decision_problems(
                item.decision.hectares,
                reported=item.unit.reported,
                reason=item.decision.reason,
            )
            for name, sentence in found.items():
                problems[f"{item.path}.{name}"].append(sentence)
        if item.line.decree_line is None and item.decision.hectares > 0:
            day = sheet.report.period.last_day
            problems[f"{item.path}.verified"].append(no_decree(item.line.line, day))


def post(report: ProgressReport, judged: Sequence[Judged], by: Any) -> None:
    """Credit what was accepted, and tie every unit to the entry that stands for it."""
    accepted = [item for item in judged if item.decision.hectares > 0]
    sources = sources_of(item.line.activity for item in accepted)
    results = credit_many([_claim(report, item, sources) for item in accepted], by=by)
    standing: dict[tuple[int, int | None, str], LedgerEntry | None] = {
        item.key: item.row.credit for item in judged
    }
    posted: dict[int, CreditResult] = {}
    for item, result in zip(accepted, results, strict=True):
        posted[item.unit.pk] = result
        standing[item.key] = result.entry or result.existing
    for item in judged:
        _settle(item, posted.get(item.unit.pk), standing.get(item.key))
    ReportLineUnit.objects.bulk_update(
        [item.unit for item in judged],
        ["verified", "verifier_reason", "entry", "counted_in"],
    )


def _claim(
    report: ProgressReport, item: Judged, sources: Mapping[int, LedgerSource]
) -> Claim:
    under = item.line.decree_line
    assert under is not None  # `_problems` refuses hectares without a decree
    return Claim(
        decree_line=under,
        hectares=item.decision.hectares,
        agency=report.agency,
        cause=item.line.activity.name,
        period=report.period.name,
        effective_on=report.period.last_day,
        method=report.method,
        source=sources[item.line.activity.pk],
        neighbourhood=item.row.neighbourhood,
        footprint="" if item.row.neighbourhood else item.footprint,
        path=f"{item.path}.verified",
    )


def _settle(
    item: Judged, result: CreditResult | None, standing: LedgerEntry | None
) -> None:
    """The unit as it stands after posting: its own entry, or 0 ha and another's."""
    unit = item.unit
    unit.entry = result.entry if result else None
    unit.counted_in = None if unit.entry else standing
    unit.verified = unit.entry.hectares if unit.entry else ZERO
    is_less = unit.verified < unit.reported
    unit.verifier_reason = item.decision.reason if is_less else ""
