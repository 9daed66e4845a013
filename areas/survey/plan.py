"""What an import would do: shown as the preview, then carried out as it stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import cached_property

from agencies.models import Agency, Region
from areas.models import Assessment, Decree, Neighbourhood, RuleSet, SlumArea
from areas.rules import (
    AssessmentResult,
    Rules,
    assess,
    sum_denominators,
    sum_volumes,
)
from areas.survey.rows import SurveyRow

ZERO = Decimal(0)


class Effect(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of a stored RT that the import replaces; `heading` is its column."""

    heading: str
    field: str
    old: Decimal | int | None
    new: Decimal | int


@dataclass(slots=True)
class UnitPlan:
    """One RT: its row, its village, and the stored one (once written, the new one)."""

    row: SurveyRow
    village: Region
    stored: Neighbourhood | None = None
    is_new: bool = True
    changes: Sequence[Change] = ()

    @property
    def effect(self) -> Effect:
        if self.is_new:
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
    def first_row(self) -> int:
        return self.units[0].row.number

    @property
    def surveyed_on(self) -> date:
        """The latest date of its RT (design 4.3)."""
        return max(unit.row.surveyed_on for unit in self.units if unit.row.surveyed_on)

    @property
    def hectares(self) -> Decimal:
        return sum((unit.row.hectares or ZERO for unit in self.units), ZERO)

    @cached_property
    def result(self) -> AssessmentResult:
        """The score of the survey: the sums of its RT (design 4.3)."""
        rows = [unit.row for unit in self.units]
        volumes = sum_volumes([row.volumes for row in rows], self.rules)  # type: ignore[misc]
        divisors = sum_denominators(row.denominators for row in rows)
        return assess(volumes, divisors, self.rules)

    @property
    def effects(self) -> Counter[Effect]:
        return Counter(unit.effect for unit in self.units)

    def units_with(self, effect: Effect) -> list[UnitPlan]:
        return [unit for unit in self.units if unit.effect == effect]

    @property
    def changed_units(self) -> list[UnitPlan]:
        return self.units_with(Effect.CHANGED)


@dataclass
class SurveyPlan:
    """All that an import does, area by area, in the order of the file."""

    decree: Decree
    rule_set: RuleSet
    areas: list[AreaPlan]

    @cached_property
    def effects(self) -> Counter[Effect]:
        return sum((area.effects for area in self.areas), Counter())

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
    def new_areas(self) -> int:
        return _count(area.is_new for area in self.areas)

    @property
    def new_lines(self) -> int:
        return _count(area.new_line is not None for area in self.areas)

    @property
    def new_surveys(self) -> int:
        return _count(area.same_survey is None for area in self.areas)

    @property
    def same_surveys(self) -> int:
        return len(self.areas) - self.new_surveys

    @property
    def has_effect(self) -> bool:
        """Whether anything would be written; a file imported twice has none."""
        return bool(
            self.new_units or self.changed_units or self.new_lines or self.new_surveys
        )

    @property
    def warnings(self) -> list[tuple[AreaPlan, str]]:
        return [(area, text) for area in self.areas for text in area.warnings]


def _count(facts: Iterable[bool]) -> int:
    return sum(1 for fact in facts if fact)
