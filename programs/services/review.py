"""A review in the making: marks and comments line by line, kept until it is decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from areas.services.checks import Problems
from core.fields import six_places
from programs import workflow
from programs.models import LineMark, ProgressReport
from programs.models.review import Mark
from programs.rounds import figures_of
from programs.rules import ZERO, decision_problems, whole_as_shown
from programs.services.comments import add_comment
from programs.services.common import locked
from programs.sheet import LineSheet, ReportSheet, UnitRow, sheet_of

REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Decision:
    """What a verifier accepts of a unit; less than reported needs a reason."""

    hectares: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MarkInput:
    """What a verifier notes on one line; an empty `mark` takes the old one off.

    `decided` are hectares by the key of the unit row, of those written so far.
    """

    mark: str
    reason: str = ""
    decided: Mapping[int, Decimal] = field(default_factory=dict)


@transaction.atomic
def save_marks(
    report: ProgressReport,
    *,
    marks: Mapping[int, MarkInput],
    by: Any,
    comments: Mapping[int, str] | None = None,
) -> list[str]:
    """Keep the marks of these lines (by key), and say the comments on them.

    A mark may be unfinished: what it lacks is told by `verify_report`. Whom a comment
    names but nobody is told of comes back. Raises BusinessRuleError with
    `lines.<n>.mark` and `lines.<n>.units.<m>.verified`, n and m from 0.
    """
    report = locked(report)
    workflow.require_step(workflow.VERIFY, report, by)
    sheet = sheet_of(report)
    lines = {line.line.pk: line for line in sheet.lines}
    problems = Problems()
    for key in marks.keys() | (comments or {}).keys():
        if key not in lines:
            problems["lines"].append(_("This line is not part of the report."))
    for key, given in marks.items():
        if key in lines:
            _check(lines[key], given, problems)
    problems.raise_any()
    _store(((lines[key], given) for key, given in marks.items()), by)
    said = [
        add_comment(lines[key].line, text=text, by=by)
        for key, text in (comments or {}).items()
    ]
    return [name for answer in said for name in answer.untold]


@transaction.atomic
def mark_rest_as_reported(report: ProgressReport, *, by: Any) -> int:
    """Accept the lines without a mark that say nothing special; how many are left.

    Lines with a warning, with an RT that is reported twice or with a footprint that
    others cover are left to be looked at one by one.
    """
    report = locked(report)
    workflow.require_step(workflow.VERIFY, report, by)
    open_lines = [line for line in sheet_of(report).lines if _lacks_mark(line)]
    plain = [line for line in open_lines if is_plain(line)]
    _store(((line, MarkInput(Mark.AS_REPORTED)) for line in plain), by)
    return len(open_lines) - len(plain)


def is_plain(line: LineSheet) -> bool:
    """Whether the line can be accepted as reported without a closer look."""
    return not line.warnings and not any(
        row.repeats or row.is_counted or _is_covered(row) for row in line.touched
    )


def _is_covered(row: UnitRow) -> bool:
    """Whether others cover a part of its footprint."""
    return row.stored is not None and row.proposed != row.stored.reported


def mark_of(line: LineSheet) -> LineMark | None:
    """The line's mark; no query for a sheet of `sheet_of`."""
    return getattr(line.line, "mark", None)


def _lacks_mark(line: LineSheet) -> bool:
    return bool(line.undecided) and mark_of(line) is None


def marked_decisions(
    sheet: ReportSheet, problems: Problems, *, without: Collection[int]
) -> dict[int, Decision]:
    """What the marks say of each unit, by the key of the unit row.

    Not of those `without`. Where a mark changes hectares and does not say to how many,
    that is a problem.
    """
    decided: dict[int, Decision] = {}
    for line in sheet.lines:
        mark = mark_of(line)
        if mark is None:
            continue
        for number, row in enumerate(line.touched):
            assert row.stored is not None  # touched rows are those that are stored
            if row not in line.undecided or row.stored.pk in without:
                continue
            hectares = hectares_of(mark, row)
            if hectares is None:
                place = f"lines.{line.index}.units.{number}.verified"
                problems[place].append(_("Write the hectares; 0 accepts none."))
            else:
                decided[row.stored.pk] = Decision(hectares, mark.reason)
    return decided


def hectares_of(mark: LineMark, row: UnitRow) -> Decimal | None:
    """The hectares that a mark gives a touched unit; None where it does not say."""
    assert row.stored is not None  # touched rows are those that are stored
    if mark.mark == Mark.AS_REPORTED:
        return row.stored.reported
    if mark.mark == Mark.REJECTED:
        return ZERO
    written = mark.decided.get(str(row.key))
    return None if written is None else Decimal(written)


def forget_changed_marks(report: ProgressReport, sheet: ReportSheet) -> None:
    """A line that says something else than in the round before loses its mark."""
    rounds = report.rounds.filter(step=workflow.SUBMIT.name, figures__isnull=False)
    last = rounds.order_by("-at", "-pk").values_list("figures", flat=True).first() or {}
    now = figures_of(sheet)
    changed = [
        line.line.pk
        for line in sheet.lines
        if last.get(str(line.activity.pk)) != now[str(line.activity.pk)]
    ]
    LineMark.objects.filter(line__in=changed).delete()


def clear_marks(report: ProgressReport) -> None:
    """Once the report is verified the units say it all; the trail keeps the marks."""
    LineMark.objects.filter(line__report=report).delete()


def _check(line: LineSheet, given: MarkInput, problems: Problems) -> None:
    path = f"lines.{line.index}"
    if given.mark and given.mark not in Mark.values:
        problems[f"{path}.mark"].append(_("Choose one of the three marks."))
    if len(given.reason) > REASON_LENGTH:
        problems[f"{path}.reason"].append(_("Say it in at most 300 characters."))
    units = {
        row.stored.pk: (n, row) for n, row in enumerate(line.touched) if row.stored
    }
    for key, hectares in given.decided.items():
        if key not in units:
            problems[f"{path}.units"].append(_("This unit is not part of the line."))
            continue
        number, row = units[key]
        assert row.stored is not None
        reported = row.stored.reported
        accepted = whole_as_shown(hectares, reported) or ZERO
        found = decision_problems(accepted, reported=reported, reason=given.mark)
        if sentence := found.get("verified"):
            problems[f"{path}.units.{number}.verified"].append(sentence)


def _store(given: Iterable[tuple[LineSheet, MarkInput]], by: Any) -> None:
    """Write what differs from what is kept, and only that."""
    fresh: list[LineMark] = []
    changed: list[LineMark] = []
    gone: list[int] = []
    for line, new in given:
        mark = mark_of(line)
        values = (new.mark, new.reason.strip(), _as_kept(line, new))
        if not new.mark:
            gone += [mark.pk] if mark else []
            continue
        if mark and (mark.mark, mark.reason, mark.decided) == values:
            continue
        (changed if mark else fresh).append(mark := mark or LineMark(line=line.line))
        mark.mark, mark.reason, mark.decided = values
        mark.by, mark.at = by, timezone.now()
    LineMark.objects.filter(pk__in=gone).delete()
    LineMark.objects.bulk_create(fresh)
    LineMark.objects.bulk_update(changed, ["mark", "reason", "decided", "by", "at"])


def _as_kept(line: LineSheet, given: MarkInput) -> dict[str, str]:
    """The hectares as texts by the RT's key, which outlives the unit row."""
    if given.mark != Mark.CHANGED:
        return {}
    return {
        str(row.key): f"{six_places(_whole(given.decided[row.stored.pk], row)):f}"
        for row in line.touched
        if row.stored and row.stored.pk in given.decided
    }


def _whole(hectares: Decimal, row: UnitRow) -> Decimal:
    """The whole reported figure where someone typed what pages show of it."""
    assert row.stored is not None
    return whole_as_shown(hectares, row.stored.reported) or ZERO
