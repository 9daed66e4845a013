"""Codes of severity, authority and handling; what a rule set says, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Severity(models.TextChoices):
    """Tingkat kekumuhan."""

    HEAVY = "heavy", _("Heavily slum")
    MODERATE = "moderate", _("Moderately slum")
    LIGHT = "light", _("Lightly slum")
    NOT_SLUM = "not_slum", _("Not slum")

    @property
    def letter(self) -> str:
        """B, S, R or T: the class where colour alone must not tell it (map, print)."""
        return {"heavy": "B", "moderate": "S", "light": "R"}.get(self.value, "T")


class Authority(models.TextChoices):
    """Kewenangan: whose task an area is by its size (UU 23/2014, lampiran D)."""

    REGENCY = "regency", _("Regency/city")
    PROVINCE = "province", _("Province")
    CENTRAL = "central", _("Central")


class HandlingPattern(models.TextChoices):
    """Pola penanganan."""

    RENEWAL = "renewal", _("Renewal")
    REHABILITATION = "rehabilitation", _("Rehabilitation")
    RESETTLEMENT = "resettlement", _("Resettlement")


class Denominator(models.TextChoices):
    """What a volume is divided by; the values are the fields of `Denominators`."""

    HECTARES = "hectares", _("settlement area")
    BUILDINGS = "buildings", _("number of buildings")
    HOUSEHOLDS = "households", _("number of households")
    IDEAL_ROAD_M = "ideal_road_m", _("ideal road length")
    IDEAL_DRAINAGE_M = "ideal_drainage_m", _("ideal drainage length")
    EXISTING_ROAD_M = "existing_road_m", _("existing road length")

    @property
    def unit(self) -> "StrOrPromise":
        """The unit of the denominator, which is the unit of the volume as well."""
        return UNITS[self]


UNITS: dict[Denominator, "StrOrPromise"] = {
    Denominator.HECTARES: _("ha"),
    Denominator.BUILDINGS: _("building units"),
    Denominator.HOUSEHOLDS: _("HH"),
    Denominator.IDEAL_ROAD_M: _("m"),
    Denominator.IDEAL_DRAINAGE_M: _("m"),
    Denominator.EXISTING_ROAD_M: _("m"),
}


class LandStatus(models.TextChoices):
    """Status penguasaan tanah, in the words of SIM KOTAKU."""

    LEGAL = "legal", _("Legal land, legally occupied")
    OCCUPIED = "occupied", _("Legal land, occupied without title")
    ILLEGAL = "illegal", _("Illegal land")


class Level(models.TextChoices):
    """Kelas pertimbangan lain."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Scale(models.TextChoices):
    """What a bound of a rule set belongs to: from `lowest` on, `result` holds.

    Percent → score; total → severity; people/ha → score; answers 0 or 1 → score; sum
    of the three scores → level; number of positive answers → legal.
    """

    SCORE = "score", _("percentage → score")
    SEVERITY = "severity", _("total → severity")
    DENSITY = "density", _("people per ha → score")
    STRATEGIC = "strategic", _("strategic location (0 no, 1 yes) → score")
    SOCIAL = "social", _("social, economic, cultural (0 no, 1 yes) → score")
    CONSIDERATION = "consideration", _("sum of the considerations → level")
    LEGALITY = "legality", _("positive answers on land → legal")


OPTIONAL = frozenset({"existing_road_m"})


@dataclass(frozen=True)
class Denominators:
    """What the volumes of an area, or of one RT, are divided by.

    `existing_road_m` is None where nobody measured it: only some rule sets ask for it.
    """

    hectares: Decimal
    buildings: Decimal
    households: Decimal
    ideal_road_m: Decimal
    ideal_drainage_m: Decimal
    existing_road_m: Decimal | None = None

    @classmethod
    def of(cls, record: Any) -> Self:
        """The denominators of any record with attributes of these names."""
        return cls.from_mapping(
            {field.name: getattr(record, field.name) for field in fields(cls)}
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """The denominators of these names; only an optional one may be None."""
        found: dict[str, Any] = {
            name: None if value is None and name in OPTIONAL else Decimal(value)
            for name, value in values.items()
        }
        return cls(**found)

    def as_mapping(self) -> dict[str, Decimal | None]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Wording:
    """A name in both languages: the Indonesian one is that of the regulation."""

    indonesian: str
    english: str

    def __str__(self) -> str:
        is_english = (get_language() or "").startswith("en")
        return self.english if is_english and self.english else self.indonesian


@dataclass(frozen=True)
class Aspect:
    """One of the aspects whose means make the mean of an area."""

    code: str
    name: Wording


@dataclass(frozen=True)
class Indicator:
    """One measured criterion; `name` is the wording of the regulation.

    `measure` says what is measured whatever the rule set calls it: codes belong to
    their rule set (4c of 2016 is not 4c of 2018). `source` tells where unit and
    denominator come from, `is_verified` whether that settles them.
    """

    code: str
    aspect: str
    denominator: Denominator
    name: Wording
    short_name: Wording
    measure: str
    source: str = ""
    is_verified: bool = True

    @property
    def unit(self) -> "StrOrPromise":
        return self.denominator.unit


@dataclass(frozen=True)
class Bound:
    """From `lowest` on, `result` holds."""

    lowest: Decimal
    result: str
    source: str = ""
    is_verified: bool = True


@dataclass(frozen=True)
class Decision:
    """A row of the decision table: priority 1 to 9, its letter code, the pattern."""

    severity: Severity
    consideration: Level
    is_legal: bool
    priority: int
    code: str
    pattern: HandlingPattern
    source: str = ""
    is_verified: bool = True


@dataclass(frozen=True, eq=False)
class Rules:
    """A rule set as values: what is measured, and how figures become a class.

    It comes from `areas.rule_sets`, which reads the rows of the database. The bounds of
    a scale stand highest first; below the last one nothing of the scale holds (score
    0, "not slum", the lowest level, not legal).
    """

    code: str
    title: str
    citation: str
    valid_from: date
    valid_until: date | None
    aspects: tuple[Aspect, ...]
    indicators: tuple[Indicator, ...]
    scales: Mapping[str, tuple[Bound, ...]]
    decisions: tuple[Decision, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(indicator.code for indicator in self.indicators)

    @cached_property
    def by_code(self) -> Mapping[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def by_measure(self) -> Mapping[str, Indicator]:
        return {indicator.measure: indicator for indicator in self.indicators}

    @cached_property
    def bands(self) -> tuple[tuple[Decimal, int], ...]:
        """(lowest percentage, score), highest first."""
        bounds = self.scales[Scale.SCORE]
        return tuple((bound.lowest, int(bound.result)) for bound in bounds)

    @cached_property
    def class_bounds(self) -> tuple[tuple[int, Severity], ...]:
        """(lowest total, severity), highest first."""
        bounds = self.scales[Scale.SEVERITY]
        return tuple((int(b.lowest), Severity(b.result)) for b in bounds)

    @property
    def max_total(self) -> int:
        return len(self.indicators) * self.bands[0][1]

    @property
    def slum_from(self) -> int:
        """The lowest total that is slum: 16 under Permen 14/2018."""
        return self.class_bounds[-1][0]

    def indicators_of(self, aspect: Aspect) -> tuple[Indicator, ...]:
        return tuple(row for row in self.indicators if row.aspect == aspect.code)

    def bound_at(self, scale: str, value: Decimal) -> Bound | None:
        """The bound of that scale in which `value` lies; None below all of them."""
        return next((b for b in self.scales[scale] if value >= b.lowest), None)

    def decision(
        self, severity: Severity, consideration: Level, *, is_legal: bool
    ) -> Decision | None:
        """The row of the decision table; none for what is not slum."""
        wanted = (severity, consideration, is_legal)
        return next(
            (
                row
                for row in self.decisions
                if (row.severity, row.consideration, row.is_legal) == wanted
            ),
            None,
        )
