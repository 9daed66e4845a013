"""Compares the rows of a file with what is stored; writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import can
from agencies.models import Agency, Region
from agencies.roles import Permission
from areas.models import Decree, LiveCredit, Neighbourhood, RuleSet, SlumArea
from areas.rights import can_edit_decree
from areas.rule_sets import rules_of
from areas.survey.columns import AREA, HEADING_OF, NEIGHBOURHOOD, UNIT
from areas.survey.plan import ZERO, AreaPlan, Change, UnitPlan
from areas.survey.rows import SurveyRow, name_key, unit_key
from areas.survey.staging import StagedRows
from areas.survey.stored import StoredSurveys
from areas.survey.villages import VillageFinder, regency_of
from core.numbers import format_decimal
from core.spreadsheets import Problems

AreaKey = tuple[str, str]
BATCH_ROWS = 2000


@dataclass
class Planner:
    """Makes the plan of one import; what is wrong goes to `problems`.

    `by` is the person whose scope and rights hold; None stands for the machine's own
    administrator at the command line, who needs none.
    """

    decree: Decree
    rule_set: RuleSet
    by: Any
    create_areas: bool
    problems: Problems
    villages: Mapping[str, Region] = field(default_factory=dict)
    stored: Mapping[AreaKey, SlumArea] = field(default_factory=dict)
    alike: Mapping[AreaKey, SlumArea] = field(default_factory=dict)
    lines: Mapping[int, Decimal] = field(default_factory=dict)
    offices: Mapping[str, Agency] = field(default_factory=dict)

    def plans(self, staged: StagedRows) -> Iterator[list[AreaPlan]]:
        """The plans of some areas at a time, so that few rows are in memory at once.

        Only areas without problems, of a file without problems, may be carried out.
        """
        self._refuse_doubles(staged)
        finder = VillageFinder(self.decree, self.by, self.problems)
        finder.find(staged)
        self.villages = finder.found
        self._load()
        for batch in batched(staged.areas(self.villages)):
            plans = [self._area(rows) for rows in batch]
            self._match_areas(plans)
            self._match_units(plans)
            self._match_surveys(plans)
            yield plans

    def sound(self, plans: Iterable[AreaPlan]) -> list[AreaPlan]:
        """Those without a problem so far."""
        wrong = self.problems.rows
        return [plan for plan in plans if wrong.isdisjoint(r.number for r in plan.rows)]

    # ---- rows -------------------------------------------------------------------
    def _refuse_doubles(self, staged: StagedRows) -> None:
        for double in staged.doubles():
            words = {
                "unit": double.rt_rw,
                "area": double.area_name,
                "first": double.first,
                "second": double.row,
            }
            message = (
                _(
                    "%(area)s as a whole stands in rows %(first)s and %(second)s. Keep"
                    " one of them."
                )
                if double.is_whole
                else _(
                    "%(unit)s of %(area)s stands in rows %(first)s and %(second)s. Keep"
                    " one of them."
                )
            )
            self.problems.add(double.row, UNIT, message % words)
        for row, area in staged.mixed():
            message = _(
                "%(area)s has rows of its RT and a row of the area as a whole. Keep"
                " one of the two kinds."
            )
            self.problems.add(row, UNIT, message % {"area": area})

    def _load(self) -> None:
        """What is the same for all areas of the file."""
        regencies = {regency_of(village).code for village in self.villages.values()}
        stored = SlumArea.objects.filter(regency__in=regencies).select_related("agency")
        areas = list(stored)
        self.stored = {(area.regency_id, area.name): area for area in areas}
        self.alike = {(area.regency_id, name_key(area.name)): area for area in areas}
        self.lines = dict(self.decree.lines.values_list("area_id", "hectares"))
        self.offices = offices_of(regencies) if self.create_areas else {}

    def _area(self, rows: Sequence[SurveyRow]) -> AreaPlan:
        """Rows of one name in one regency are one area."""
        units = [UnitPlan(row, self.villages[row.village_code]) for row in rows]
        regency = regency_of(units[0].village)
        return AreaPlan(rows[0].area_name, regency, units, rules_of(self.rule_set.pk))

    def _refuse_area(self, plan: AreaPlan, message: str) -> None:
        for unit in plan.units:
            if not self.problems.has(unit.row.number, AREA):
                self.problems.add(unit.row.number, AREA, message)

    # ---- areas ------------------------------------------------------------------
    def _match_areas(self, plans: Iterable[AreaPlan]) -> None:
        for plan in plans:
            code = plan.regency.code
            plan.area = self.stored.get((code, plan.name)) or self.alike.get(
                (code, name_key(plan.name))
            )
            if plan.area:
                plan.is_new = False
                plan.name = plan.area.name
                plan.agency = plan.area.agency
                plan.line_hectares = self.lines.get(plan.area.pk)
            else:
                plan.agency = self.offices.get(plan.regency.code)
            if message := self._area_problem(plan):
                self._refuse_area(plan, message)

    def _area_problem(self, plan: AreaPlan) -> str:
        """Why the area is refused; empty if it is not."""
        words = {
            "area": plan.name,
            "regency": plan.regency.name,
            "decree": self.decree.number,
        }
        if self.create_areas:
            return self._right_problem(plan, words)
        if plan.area is None:
            areas = self.stored.values()
            names = [a.name for a in areas if a.regency_id == plan.regency.code]
            message = _("There is no area “%(area)s” in %(regency)s.") % words
            if near := get_close_matches(plan.name, names, n=3, cutoff=0.5):
                nearest = _("Nearest: %(names)s.") % {"names": "; ".join(near)}
                message = f"{message} {nearest}"
        elif plan.line_hectares is None:
            message = _("The area “%(area)s” is not in decree %(decree)s.") % words
        else:
            return self._right_problem(plan, words)
        hint = _("Correct the name, or import with “create areas”.")
        return f"{message} {hint}"

    def _right_problem(self, plan: AreaPlan, words: Mapping[str, str]) -> str:
        if plan.agency is None:
            return (
                _(
                    "%(regency)s has no housing office that could keep the new area"
                    " “%(area)s”. Add the office first."
                )
                % words
            )
        if self.by is None:
            return ""
        if not can(self.by, Permission.SURVEY_IMPORT, agency=plan.agency):
            return _("Your role does not allow importing surveys for %(agency)s.") % {
                "agency": plan.agency.short_name
            }
        if plan.line_hectares is None and not can_edit_decree(
            self.by, self.decree.region
        ):
            return (
                _(
                    "Only the province's data manager may add “%(area)s” to decree"
                    " %(decree)s."
                )
                % words
            )
        return ""

    # ---- RT ---------------------------------------------------------------------
    def _match_units(self, plans: Sequence[AreaPlan]) -> None:
        by_area: dict[int, list[Neighbourhood]] = defaultdict(list)
        areas = [plan.area for plan in plans if plan.area]
        units: Any = Neighbourhood.every.filter(area__in=areas).with_since()
        for stored in units.select_related("village"):
            by_area[stored.area_id].append(stored)
        for plan in plans:
            own = by_area[plan.area.pk] if plan.area else []
            day = plan.surveyed_on
            match_units(plan, [unit for unit in own if _was_there(unit, day)])

    def _match_surveys(self, plans: Sequence[AreaPlan]) -> None:
        """Of areas with problems only the changes: the rest cannot be compared."""
        sound = self.sound(plans)
        surveys = StoredSurveys([plan for plan in plans if plan.area], self.rule_set)
        for plan in plans:
            if surveys.is_latest(plan):
                note_changes(plan)
        for plan in sound:
            surveys.compare(plan, self.problems)
            self._count_hectares(plan, surveys.is_latest(plan))
        self._refuse_below_credit(sound)

    def _refuse_below_credit(self, plans: Iterable[AreaPlan]) -> None:
        """No RT falls below the hectares that the ledger has credited to it."""
        changed = {
            unit.stored.pk: unit
            for plan in plans
            for unit in plan.changed_units
            if unit.stored
        }
        credited = (
            LiveCredit.objects.filter(neighbourhood__in=changed)
            .order_by()
            .values_list("neighbourhood")
            .annotate(Max("entry__hectares"))
        )
        for key, most in credited:
            row = changed[key].row
            if row.hectares and row.hectares < most:
                message = _(
                    "The ledger has credited %(credited)s ha to this RT, more than"
                    " %(hectares)s ha. Have that entry reversed first."
                ) % {
                    "credited": format_decimal(most, None),
                    "hectares": format_decimal(row.hectares, None),
                }
                self.problems.add(row.number, HEADING_OF["hectares"], message)

    def _count_hectares(self, plan: AreaPlan, is_latest: bool) -> None:
        """The decree line to be added, or a warning where the stored one differs."""
        if plan.is_whole:
            total = plan.left_out_hectares or plan.hectares
            self._compare_line(plan, total, plan.hectares)
            return
        total = plan.left_out_hectares + sum(
            (
                (unit.row if is_latest or not unit.stored else unit.stored).hectares
                or ZERO
                for unit in plan.units
            ),
            ZERO,
        )
        self._compare_line(plan, total, total)
        if not is_latest:
            plan.warnings.append(
                _("There is a newer survey: the stored figures of the RT stay.")
            )
        if plan.left_out:
            plan.warnings.append(
                _(
                    "%(count)s RT of the area are not in the file. The assessment can"
                    " be verified only when it holds all of them."
                )
                % {"count": plan.left_out}
            )

    def _compare_line(self, plan: AreaPlan, new: Decimal, surveyed: Decimal) -> None:
        if plan.line_hectares is None:
            plan.new_line = new
            if self.decree.is_per_village and plan.line_village is None:
                message = _(
                    "The decree counts the authority per village, and “%(area)s” lies"
                    " in several. Enter its line on the decree's page first."
                )
                words = {"area": plan.name}
                self.problems.add(plan.first_row, AREA, message % words)
        elif abs(surveyed - plan.line_hectares) > Decimal(settings.LEDGER_ROUNDING_HA):
            message = (
                _("The row says %(sum)s ha; the decree says %(decree)s ha.")
                if plan.is_whole
                else _("The RT add up to %(sum)s ha; the decree says %(decree)s ha.")
            )
            plan.warnings.append(
                message
                % {
                    "sum": format_decimal(surveyed, None),
                    "decree": format_decimal(plan.line_hectares, None),
                }
            )


def batched(areas: Iterable[list[SurveyRow]]) -> Iterator[list[list[SurveyRow]]]:
    """Whole areas together, until they have `BATCH_ROWS` rows."""
    batch: list[list[SurveyRow]] = []
    held = 0
    for rows in areas:
        batch.append(rows)
        held += len(rows)
        if held >= BATCH_ROWS:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _was_there(unit: Any, day: date) -> bool:
    """Whether an RT `with_since()` was there on the day of the survey."""
    gone = unit.retired_on is not None and unit.retired_on <= day
    return not gone and (unit.since is None or unit.since <= day)


def match_units(plan: AreaPlan, stored: Sequence[Neighbourhood]) -> None:
    """Give each row its stored RT: of the same writing, else of the same number.

    A village whose code another one took the place of is still the same village.
    """
    exact = {(unit.village_id, unit.rt_rw): unit for unit in stored}
    alike = {(unit.village_id, unit_key(unit.rt_rw)): unit for unit in stored}
    for place in stored:
        if successor := place.village.replaced_by_id:
            alike.setdefault((successor, unit_key(place.rt_rw)), place)
    for unit in [] if plan.is_whole else plan.units:
        village, rt_rw = unit.village, unit.row.rt_rw
        key = unit_key(rt_rw)
        unit.stored = (
            exact.get((village.code, rt_rw))
            or alike.get((village.code, key))
            or alike.get((village.replaced_by_id or "", key))
        )
    met = {unit.stored.pk for unit in plan.units if unit.stored}
    left_out = [unit for unit in stored if unit.pk not in met]
    plan.left_out = len(left_out)
    plan.left_out_hectares = sum((unit.hectares for unit in left_out), ZERO)


def note_changes(plan: AreaPlan) -> None:
    """What the rows change in the stored RT; a blank leaves what is stored."""
    for unit in plan.units:
        if unit.stored is None:
            continue
        pairs = [
            (
                column,
                getattr(unit.stored, column.field),
                getattr(unit.row, column.field),
            )
            for column in NEIGHBOURHOOD
        ]
        unit.changes = [
            Change(column.heading, old, new)
            for column, old, new in pairs
            if new is not None and new != old
        ]


def offices_of(regencies: Iterable[str]) -> dict[str, Agency]:
    """The housing office of each of these regencies that exists today."""
    today = timezone.localdate()
    offices = Agency.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=today),
        kind=Agency.Kind.HOUSING_OFFICE,
        region__in=regencies,
    ).order_by("-pk")
    return {office.region_id: office for office in offices if office.region_id}
