"""The minutes of a verification (berita acara) in values: what its PDF says.

Nothing is computed here that the pages do not show: the same sheet of the report.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import memberships_with
from agencies.roles import Permission
from core.errors import WrongStateError
from programs import workflow
from programs.models import ProgressReport
from programs.sheet import LineSheet, ReportSheet, UnitRow, sheet_of


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """One unit of a line; a line without hectares has one row without figures (ha)."""

    number: int
    activity: str
    area: str
    unit: str = ""
    reported: Decimal | None = None
    verified: Decimal | None = None
    reason: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What the minutes say; `number` is empty where it is to be filled in by hand."""

    number: str
    office: str
    verifying_office: str
    period: str
    verified_on: date
    method: str
    visited_on: date | None
    officers: str
    submitted_by: str
    verified_by: str
    decrees: Sequence[str]
    rows: Sequence[MinutesRow]
    reported: Decimal
    verified: Decimal
    counted: Decimal
    changed_on: Sequence[date] = field(default=())
    is_demo: bool = False


def minutes_of(report: ProgressReport) -> Minutes:
    """The minutes of a verified report; WrongStateError before that."""
    if report.verified_at is None or report.verified_by is None:
        raise WrongStateError(
            _("The report is “%(status)s”: minutes come with its verification.")
            % {"status": report.get_status_display()}
        )
    sheet = sheet_of(report)
    return Minutes(
        number=report.minutes_number,
        office=report.agency.name,
        verifying_office=_office_of(report.verified_by),
        period=report.period.name,
        verified_on=timezone.localdate(report.verified_at),
        method=report.method,
        visited_on=report.visited_on,
        officers=report.officers,
        submitted_by=str(report.submitted_by),
        verified_by=str(report.verified_by),
        decrees=[decree.number for decree in sheet.decrees],
        rows=[row for line in sheet.lines for row in _rows(line)],
        reported=sheet.reported,
        verified=sheet.verified,
        counted=sheet.counted,
        changed_on=_changes(report),
        is_demo=_is_demo(sheet),
    )


def _office_of(user: Any) -> str:
    """The agency in which the person may verify; empty if there is none any more."""
    held = memberships_with(user, Permission.REPORT_VERIFY)
    return held[0].agency.name if held else ""


def _rows(line: LineSheet) -> list[MinutesRow]:
    names = (line.number, line.activity.name, line.activity.area.name)
    if not line.touched:
        return [MinutesRow(*names)]
    return [MinutesRow(*names, **_unit(row)) for row in line.touched]


def _unit(row: UnitRow) -> dict[str, Any]:
    unit = row.stored
    assert unit is not None  # touched rows are those that are stored
    return {
        "unit": row.name,
        "reported": unit.reported,
        "verified": unit.verified,
        "reason": _reason(row),
        "entry": ", ".join(str(entry) for entry in row.standing),
    }


def _reason(row: UnitRow) -> str:
    """Why less is verified: the verifier's words, or that other work counts it."""
    unit = row.stored
    if unit is None or not row.taken_off:
        return ""
    if unit.counted_in is not None:
        return _("counted already: entry %(entry)s") % {"entry": unit.counted_in}
    return unit.verifier_reason


def _changes(report: ProgressReport) -> list[date]:
    rounds = report.rounds.filter(step=workflow.CHANGE).order_by("at", "pk")
    return [timezone.localdate(at) for at in rounds.values_list("at", flat=True)]


def _is_demo(sheet: ReportSheet) -> bool:
    """Whether anything in it is example data."""
    report = sheet.report
    people = (report.submitted_by, report.verified_by)
    return any(person is not None and person.is_demo for person in people) or any(
        line.activity.programme.is_demo or line.activity.area.is_demo
        for line in sheet.lines
    )
