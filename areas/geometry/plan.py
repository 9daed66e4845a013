"""What an import of outlines would do: shown as the preview, then carried out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from areas.geometry.checks import Checked
from areas.geometry.choices import Choices
from areas.geometry.matching import Target
from areas.geometry.reading import MapFile
from areas.models import Neighbourhood
from areas.outlines import Outline


class Effect(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass
class PlannedOutline:
    """One row of the file: whose outline it becomes, and what is to be said of it.

    `decreed` and `surveyed` are the hectares beside which those of the outline stand;
    None where there are none. `overlaps` are names with the hectares both cover.
    """

    number: int
    label: str
    checked: Checked
    target: Target | None = None
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    decreed: Decimal | None = None
    surveyed: Decimal | None = None
    overlaps: list[tuple[str, Decimal]] = field(default_factory=list)

    @property
    def effect(self) -> Effect:
        if self.problems or self.target is None:
            return Effect.REFUSED
        if self.target.outline is None:
            return Effect.NEW
        is_same = self.outline and self.target.outline == self.outline.geometry
        return Effect.SAME if is_same else Effect.CHANGED

    @property
    def outline(self) -> Outline | None:
        return self.checked.outline

    @property
    def hectares(self) -> Decimal | None:
        return self.outline.hectares if self.outline else None

    @property
    def problems(self) -> list[str]:
        """All that is wrong with the row: with its outline, and with where it goes."""
        return [*self.errors, *self.checked.errors]

    @property
    def remarks(self) -> list[str]:
        return [*self.checked.notes, *self.notes]

    @property
    def name(self) -> str:
        """What the row becomes, or what the file calls it."""
        if isinstance(self.target, Neighbourhood):
            return f"RT {self.target.rt_rw} · {self.target.area.name}"
        return self.target.name if self.target else self.label


@dataclass
class OutlinePlan:
    """All rows of a file; nothing is stored unless every one of them is right."""

    file: MapFile
    choices: Choices
    rows: Sequence[PlannedOutline]

    @property
    def effects(self) -> Counter[Effect]:
        return Counter(row.effect for row in self.rows)

    @property
    def is_sound(self) -> bool:
        return not self.effects[Effect.REFUSED]

    @property
    def has_effect(self) -> bool:
        """Whether there is anything to store, and nothing in the way."""
        effects = self.effects
        return self.is_sound and bool(effects[Effect.NEW] + effects[Effect.CHANGED])

    @property
    def problem_count(self) -> int:
        return sum(len(row.problems) for row in self.rows)
