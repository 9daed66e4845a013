"""Filling in a report: the figures and RT of its lines, all problems told at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict, cast

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.roles import Permission
from core.errors import BusinessRuleError, StaleError
from core.fields import six_places
from programs import queries
from programs.footprints import footprints_of, most_of_area
from programs.models import Activity, ProgressReport, ReportLine, ReportLineUnit
from programs.rules import LineValues, line_problems, unit_problems, whole_as_shown
from programs.services.common import add_running_lines, locked, require_open

FIGURES = (
    "physical_percent",
    "planned_percent",
    "spent",
    "volume",
    "is_nil",
    "obstacle",
    "help_needed",
    "note",
)
Units = dict[int | None, tuple[Decimal, str]]


class UnitInput(TypedDict, total=False):
    """Hectares finished in one RT; `neighbourhood` is its key, None without RT.

    Blank hectares say that it is not finished: the line then does not touch it.
    """

    neighbourhood: int | None
    hectares: Decimal | None
    reason: str


class LineInput(TypedDict, total=False):
    """One line; `activity` (its key) always, of the rest only what shall change.

    `units`, where given, replace the line's units.
    """

    activity: int
    physical_percent: Decimal | None
    planned_percent: Decimal | None
    spent: Decimal | None
    volume: Decimal | None
    is_nil: bool
    obstacle: str
    help_needed: str
    note: str
    units: Sequence[UnitInput]


@transaction.atomic
def save_report_lines(
    report: ProgressReport,
    *,
    lines: Sequence[LineInput],
    by: Any,
    note: str | None = None,
    nil_reason: str | None = None,
    replace: bool = False,
    version: int | None = None,
) -> ProgressReport:
    """Store the lines named; the others stay, or go with `replace`.

    `nil_reason` says that nothing happened in the whole period; blank takes that back.
    `version` is the one that the figures were typed upon: where somebody else saved
    meanwhile, StaleError says who. Raises BusinessRuleError with every problem under
    `nil_reason`, `lines.<n>.<field>` and `lines.<n>.units.<m>.<field>`, n and m from 0;
    then nothing is stored. A draft may be incomplete: what is missing is told by
    `submit_report`.
    """
    report = locked(report)
    require(by, Permission.REPORT_EDIT, agency=report.agency)
    require_open(report)
    _require_fresh(report, version, by)
    reason = report.nil_reason if nil_reason is None else nil_reason.strip()
    draft = LineDraft(report, lines)
    errors = draft.problems(reason)
    if not errors and replace:
        errors = _evidence_lost(draft)
    if errors:
        raise BusinessRuleError(errors=errors)
    is_changed = draft.store(replace=replace)
    note = report.note if note is None else note.strip()
    if is_changed or (reason, note) != (report.nil_reason, report.note):
        report.nil_reason, report.note = reason, note
        report.version += 1
        report.saved_by = by
        report.save(update_fields=["nil_reason", "note", "version", "saved_by"])
    return report


def check_report_lines(
    report: ProgressReport,
    *,
    lines: Sequence[LineInput],
    nil_reason: str | None = None,
) -> dict[str, list[str]]:
    """What `save_report_lines` would refuse, without storing anything."""
    reason = report.nil_reason if nil_reason is None else nil_reason.strip()
    draft = LineDraft(report, lines)
    return draft.problems(reason)


def _require_fresh(report: ProgressReport, version: int | None, by: Any) -> None:
    if version is None or version == report.version:
        return
    saved_by = report.saved_by
    raise StaleError(
        _(
            "%(who)s saved this report since you opened it. What you typed is still"
            " here: look at it beside what is stored now, then save again."
        )
        % {"who": _("You (in another window)") if saved_by == by else saved_by}
    )


def _nil_problems(draft: "LineDraft", reason: str) -> dict[str, list[str]]:
    """A report that is nil as a whole has no figure in any line."""
    if not reason:
        return {}
    filled = [
        activity.name
        for activity, values, touched in draft.after()
        if touched or any(figure is not None for figure in values.figures)
    ]
    if not filled:
        return {}
    sentence = _(
        "The whole report is marked nil, but these activities have figures:"
        " %(activities)s. Clear them, or take the mark off."
    )
    return {"nil_reason": [sentence % {"activities": "; ".join(filled)}]}


def _evidence_lost(draft: "LineDraft") -> dict[str, list[str]]:
    """Lines that would go with their photos and documents."""
    gone = draft.report.lines.exclude(activity__in=draft.plans)
    kept = gone.filter(attachments__isnull=False).distinct()
    sentence = _(
        "%(activity)s has photos or documents. Remove them first, or keep its line."
    )
    names = kept.values_list("activity__name", flat=True)
    found = [sentence % {"activity": name} for name in names]
    return {"lines": found} if found else {}


@transaction.atomic
def add_missing_lines(report: ProgressReport, *, by: Any) -> int:
    """A line for each running activity that has none yet; how many were added."""
    report = locked(report)
    require(by, Permission.REPORT_EDIT, agency=report.agency)
    require_open(report)
    return add_running_lines(report)


@dataclass(slots=True)
class LinePlan:
    """A line as it shall be stored; `units` is None where they stay as they are."""

    activity: Activity
    line: ReportLine | None
    values: LineValues
    units: Units | None


class LineDraft:
    """The lines as sent, held against the report; `errors` is empty if all is well."""

    def __init__(self, report: ProgressReport, lines: Sequence[LineInput]) -> None:
        self.report = report
        self.errors: dict[str, list[str]] = defaultdict(list)
        self.known = {
            line.activity_id: line
            for line in report.lines.select_related("activity").prefetch_related(
                "units", "outputs"
            )
        }
        self.activities = {
            activity.pk: activity
            for activity in Activity.objects.reported_by(report.agency_id)
            .select_related("area")
            .filter(pk__in=[line["activity"] for line in lines])
        } | {key: line.activity for key, line in self.known.items()}
        areas = {activity.area_id for activity in self.activities.values()}
        self.units = queries.units_of_areas(areas)
        self.decree_lines = queries.decree_lines_in_force(areas, report.period.last_day)
        without = [a for a in self.activities.values() if a.area_id not in self.units]
        self.footprints = footprints_of(without)
        self.plans: dict[int, LinePlan] = {}
        for number, given in enumerate(lines):
            self._take(f"lines.{number}", given)

    def _take(self, path: str, given: LineInput) -> None:
        activity = self.activities.get(given["activity"])
        if activity is None or activity.pk in self.plans:
            self.errors[f"{path}.activity"].append(_bad_activity(activity))
            return
        line = self.known.get(activity.pk)
        is_money_only = activity.agency_id != self.report.agency_id
        values = _merged(line, given, is_money_only=is_money_only)
        units = None
        if "units" in given:
            units = self._taken_units(path, activity, given["units"])
        plan = LinePlan(activity, line, values, units)
        self._note(path, line_problems(values, has_units=self._touches(plan)))
        self.plans[activity.pk] = plan

    def problems(self, nil_reason: str) -> dict[str, list[str]]:
        """Everything that keeps the lines from being stored, by path."""
        return self.errors | _nil_problems(self, nil_reason)

    def after(self) -> Iterator[tuple[Activity, LineValues, bool]]:
        """Every line as it will stand: what it says, and whether work was done in it:
        RT touched, or outputs."""
        for plan in self.plans.values():
            yield plan.activity, plan.values, self._touches(plan)
        for key, line in self.known.items():
            if key not in self.plans:
                values = _merged(line, {}, is_money_only=False)
                yield line.activity, values, _has_work(line)

    def _touches(self, plan: LinePlan) -> bool:
        if plan.line is None or plan.units is None:
            return bool(plan.units) or (plan.line is not None and _has_work(plan.line))
        return bool(plan.units) or bool(plan.line.outputs.all())

    def _taken_units(
        self, path: str, activity: Activity, given: Sequence[UnitInput]
    ) -> Units:
        """The units with hectares; blank ones are not touched and left out."""
        units: Units = {}
        for number, row in enumerate(given):
            place = f"{path}.units.{number}"
            key, reason = row.get("neighbourhood"), row.get("reason", "").strip()
            problem, whole = self._place(activity, key)
            if not problem and key in units:
                problem = _("This RT is named twice. Keep one.")
            if problem:
                self.errors[f"{place}.neighbourhood"].append(problem)
                continue
            hectares = whole_as_shown(row.get("hectares"), whole)
            is_rt = key is not None
            problems = unit_problems(hectares, whole=whole, is_rt=is_rt, reason=reason)
            self._note(place, problems)
            if hectares is not None:
                units[key] = (six_places(hectares), reason)
        return units

    def _place(self, activity: Activity, key: int | None) -> tuple[str, Decimal | None]:
        """Why the unit is not one of the activity's area, or its hectares."""
        of_area = {unit.pk: unit for unit in self.units.get(activity.area_id, [])}
        if key is not None:
            if key in of_area:
                return "", of_area[key].hectares
            words = {"area": activity.area.name}
            return _("This RT is not part of %(area)s.") % words, None
        if of_area:
            words = {"area": activity.area.name}
            return _("%(area)s is counted by RT. Name the RT.") % words, None
        line = self.decree_lines.get(activity.area_id)
        if line is None:
            return "", None
        return "", most_of_area(line, self.footprints.get(activity.pk))

    def _note(self, path: str, problems: Mapping[str, str]) -> None:
        for name, sentence in problems.items():
            self.errors[f"{path}.{name}"].append(sentence)

    def store(self, *, replace: bool) -> bool:
        """Write what changed, and only that: the trail then tells what a save did.

        Whether anything did.
        """
        gone = 0
        if replace:
            lines = self.report.lines.exclude(activity__in=self.plans)
            gone, _rows = lines.delete()
        fresh, changed = [], []
        for plan in self.plans.values():
            line = plan.line or ReportLine(report=self.report, activity=plan.activity)
            is_same = plan.line is not None and _values(line) == _values(plan.values)
            for name in FIGURES:
                setattr(line, name, getattr(plan.values, name))
            if plan.line is None:
                fresh.append(line)
            elif not is_same:
                changed.append(line)
            plan.line = line
        ReportLine.objects.bulk_create(fresh)
        ReportLine.objects.bulk_update(changed, FIGURES)
        return self._store_units() or bool(gone or fresh or changed)

    def _store_units(self) -> bool:
        fresh, changed, gone = [], [], []
        for plan in self.plans.values():
            if plan.units is None or plan.line is None:
                continue
            stored = {unit.neighbourhood_id: unit for unit in plan.line.units.all()}
            gone += [unit.pk for key, unit in stored.items() if key not in plan.units]
            for key, (hectares, reason) in plan.units.items():
                unit = stored.get(key)
                if unit is None:
                    unit = ReportLineUnit(line=plan.line, neighbourhood_id=key)
                    fresh.append(unit)
                elif (unit.reported, unit.reason) != (hectares, reason):
                    changed.append(unit)
                unit.reported, unit.reason = hectares, reason
        ReportLineUnit.objects.filter(pk__in=gone).delete()
        ReportLineUnit.objects.bulk_create(fresh)
        ReportLineUnit.objects.bulk_update(changed, ["reported", "reason"])
        return bool(fresh or changed or gone)


def _merged(
    line: ReportLine | None, given: LineInput, *, is_money_only: bool
) -> LineValues:
    """What was sent over what is stored."""
    stored = {name: getattr(line, name) for name in FIGURES} if line else {}
    sent = {k: v for k, v in cast(Mapping[str, Any], given).items() if k in FIGURES}
    merged = stored | sent
    merged |= {"note": merged.get("note", "").strip()}
    return LineValues(**merged, is_money_only=is_money_only)


def _has_work(line: ReportLine) -> bool:
    return bool(line.units.all() or line.outputs.all())


def _values(source: ReportLine | LineValues) -> list[Any]:
    return [getattr(source, name) for name in FIGURES]


def _bad_activity(activity: Activity | None) -> str:
    if activity is None:
        return _("This activity is not one of your office. Choose one from the list.")
    return _("This activity is named twice. Keep one line.")
