"""What an import would do: shown as the preview, then carried out as it stands."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import cached_property

from agencies.models import Agency, Region
from areas.models import Assessment, Decree, Neighbourhood, RuleSet, SlumArea
from areas.rules import (
    AssessmentResult,
    Rules,
    Severity,
    assess,
    sum_denominators,
    sum_volumes,
)
from areas.survey.rows import SurveyRow
from core.spreadsheets import Problem, SpreadsheetError

ZERO = Decimal(0)
CHANGES_KEPT = 1000  # changed RT that a preview lists; all are counted


class Effect(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of a stored RT that the import replaces; `heading` is its column."""

    heading: str
    old: Decimal | int | None
    new: Decimal | int


@dataclass(slots=True)
class UnitPlan:
    """One RT, or the area as a whole: its row, its village, and the stored RT."""

    row: SurveyRow
    village: Region
    stored: Neighbourhood | None = None
    changes: Sequence[Change] = ()

    @property
    def effect(self) -> Effect:
        if self.stored is None:
            return Effect.NEW
        return Effect.CHANGED if self.changes else Effect.SAME


@dataclass
class AreaPlan:
    """One area of the file: what is stored, what comes, and the score of the survey.

    `new_line` are the hectares of a decree line to be added, `same_survey` the stored
    assessment that says the same already. `left_out` counts the RT that are stored but
    not in the file, with their hectares.
    """

    name: str
    regency: Region
    units: list[UnitPlan]
    rules: Rules
    area: SlumArea | None = None
    is_new: bool = True
    agency: Agency | None = None
    line_hectares: Decimal | None = None
    new_line: Decimal | None = None
    same_survey: Assessment | None = None
    left_out: int = 0
    left_out_hectares: Decimal = ZERO
    warnings: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the area was surveyed as one, without RT."""
        return self.units[0].row.is_whole

    @property
    def line_village(self) -> Region | None:
        """The village of all its rows; None where they lie in several."""
        villages = {unit.village.pk: unit.village for unit in self.units}
        return next(iter(villages.values())) if len(villages) == 1 else None

    @property
    def first_row(self) -> int:
        return self.units[0].row.number

    @property
    def rows(self) -> list[SurveyRow]:
        return [unit.row for unit in self.units]

    @property
    def surveyed_on(self) -> date:
        """The latest date of its RT (design 4.3)."""
        days = [row.surveyed_on for row in self.rows if row.surveyed_on]
        return max(days, default=date.min)

    @property
    def hectares(self) -> Decimal:
        return sum((row.hectares or ZERO for row in self.rows), ZERO)

    @cached_property
    def result(self) -> AssessmentResult:
        """The score of the survey: the sums of its RT (design 4.3)."""
        volumes = sum_volumes([row.volumes for row in self.rows], self.rules)  # type: ignore[misc]
        divisors = sum_denominators(row.denominators for row in self.rows)
        return assess(volumes, divisors, self.rules)

    def effects(self, wrong: Set[int] = frozenset()) -> Counter[Effect]:
        """What becomes of its RT, but those in `wrong` rows; the whole area is none."""
        return Counter(
            unit.effect
            for unit in self.units
            if not unit.row.is_whole and unit.row.number not in wrong
        )

    @property
    def changed_units(self) -> list[UnitPlan]:
        return [unit for unit in self.units if unit.effect == Effect.CHANGED]

    def summary(self) -> "AreaSummary":
        """What stays of the plan in memory once the area is done."""
        return AreaSummary(
            name=self.name,
            regency=self.regency.name,
            rows=len(self.units),
            is_new=self.is_new,
            is_whole=self.is_whole,
            effects=self.effects(),
            hectares=self.hectares,
            surveyed_on=self.surveyed_on,
            total=self.result.total,
            severity=self.result.severity,
            adds_line=self.new_line is not None,
            is_stored=self.same_survey is not None,
            changed=tuple(
                ChangedUnit(unit.row.rt_rw, unit.row.number, unit.changes)
                for unit in self.changed_units
            ),
            warnings=tuple(self.warnings),
        )


@dataclass(frozen=True, slots=True)
class ChangedUnit:
    """A stored RT whose figures the row of this number replaces."""

    rt_rw: str
    number: int
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class AreaSummary:
    """One area of the file as the preview tells it; `is_stored` with its survey."""

    name: str
    regency: str
    rows: int
    is_new: bool
    is_whole: bool
    effects: Counter[Effect]
    hectares: Decimal
    surveyed_on: date
    total: int
    severity: Severity
    adds_line: bool
    is_stored: bool
    changed: Sequence[ChangedUnit]
    warnings: Sequence[str]


@dataclass
class SurveyPlan:
    """All that an import does, area by area, in the order of the file.

    The counts of RT are those of rows without mistakes; `wrong` rows have some.
    """

    decree: Decree
    rule_set: RuleSet
    areas: list[AreaSummary] = field(default_factory=list)
    effects: Counter[Effect] = field(default_factory=Counter)
    wrong: int = 0
    kept_changes: int = 0

    def add(self, area: AreaSummary) -> None:
        """Count an area in, and keep it for the preview."""
        self.effects.update(area.effects)
        changed = area.changed[: max(0, CHANGES_KEPT - self.kept_changes)]
        self.kept_changes += len(changed)
        self.areas.append(replace(area, changed=changed))

    @property
    def new_units(self) -> int:
        return self.effects[Effect.NEW]

    @property
    def changed_units(self) -> int:
        return self.effects[Effect.CHANGED]

    @property
    def same_units(self) -> int:
        return self.effects[Effect.SAME]

    @property
    def hidden_changes(self) -> int:
        """Changed RT that are not listed."""
        return self.changed_units - self.kept_changes

    @property
    def new_areas(self) -> int:
        return _count(area.is_new for area in self.areas)

    @property
    def whole_areas(self) -> int:
        return _count(area.is_whole for area in self.areas)

    @property
    def new_lines(self) -> int:
        return _count(area.adds_line for area in self.areas)

    @property
    def same_surveys(self) -> int:
        return _count(area.is_stored for area in self.areas)

    @property
    def new_surveys(self) -> int:
        return len(self.areas) - self.same_surveys

    @property
    def has_effect(self) -> bool:
        """Whether anything would be written; a file imported twice has none."""
        return bool(
            self.new_units or self.changed_units or self.new_lines or self.new_surveys
        )

    @property
    def warnings(self) -> list[tuple[AreaSummary, str]]:
        return [(area, text) for area in self.areas for text in area.warnings]


class SurveyRefusedError(SpreadsheetError):
    """The file is refused; `plan` counts what its other rows would do."""

    def __init__(self, problems: Iterable[Problem], plan: SurveyPlan) -> None:
        super().__init__(problems)
        self.plan = plan


def _count(facts: Iterable[bool]) -> int:
    return sum(1 for fact in facts if fact)
