"""Codes of severity, authority and handling; the rule sets that score a survey."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
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
}


@dataclass(frozen=True)
class Denominators:
    """What the volumes of an area, or of one RT, are divided by."""

    hectares: Decimal
    buildings: Decimal
    households: Decimal
    ideal_road_m: Decimal
    ideal_drainage_m: Decimal

    @classmethod
    def of(cls, record: Any) -> Self:
        """The denominators of any record with attributes of these names."""
        return cls(**{f.name: Decimal(getattr(record, f.name)) for f in fields(cls)})

    def as_mapping(self) -> dict[str, Decimal]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Aspect:
    """One of the aspects whose means make the mean of an area."""

    code: str
    name: "StrOrPromise"


@dataclass(frozen=True)
class Indicator:
    """One measured criterion; `name` is the wording of the regulation."""

    code: str
    aspect: str
    denominator: Denominator
    name: "StrOrPromise"
    short_name: "StrOrPromise"

    @property
    def unit(self) -> "StrOrPromise":
        return self.denominator.unit


@dataclass(frozen=True)
class RuleSet:
    """A method of scoring: what is measured, and how figures become a class.

    `bands` are (lowest percentage, score), `class_bounds` (lowest total, severity),
    both highest first; below the last bound stand 0 and "not slum".
    """

    code: str
    citation: str
    aspects: tuple[Aspect, ...]
    indicators: tuple[Indicator, ...]
    bands: tuple[tuple[Decimal, int], ...]
    class_bounds: tuple[tuple[int, Severity], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(indicator.code for indicator in self.indicators)

    @property
    def by_code(self) -> Mapping[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @property
    def max_total(self) -> int:
        return len(self.indicators) * self.bands[0][1]

    def indicators_of(self, aspect: Aspect) -> tuple[Indicator, ...]:
        return tuple(row for row in self.indicators if row.aspect == aspect.code)


HA, BUILDINGS = Denominator.HECTARES, Denominator.BUILDINGS
HOUSEHOLDS = Denominator.HOUSEHOLDS
ROAD, DRAINAGE = Denominator.IDEAL_ROAD_M, Denominator.IDEAL_DRAINAGE_M

PERMEN_14_2018 = RuleSet(
    code="permen-14-2018",
    citation="Permen PUPR 14/PRT/M/2018",
    aspects=(
        Aspect("1", _("Condition of buildings")),
        Aspect("2", _("Condition of neighbourhood roads")),
        Aspect("3", _("Condition of drinking water supply")),
        Aspect("4", _("Condition of neighbourhood drainage")),
        Aspect("5", _("Condition of wastewater management")),
        Aspect("6", _("Condition of solid waste management")),
        Aspect("7", _("Condition of fire protection")),
    ),
    indicators=(
        Indicator(
            "1a",
            "1",
            BUILDINGS,
            _("Irregularity of buildings"),
            _("Irregular buildings"),
        ),
        Indicator(
            "1b",
            "1",
            HA,
            _("High density of buildings that does not conform to the spatial plan"),
            _("Building density against the spatial plan"),
        ),
        Indicator(
            "1c",
            "1",
            BUILDINGS,
            _("Quality of buildings that does not meet the requirements"),
            _("Substandard buildings"),
        ),
        Indicator(
            "2a",
            "2",
            ROAD,
            _(
                "The neighbourhood road network does not serve the whole housing or"
                " settlement area"
            ),
            _("Neighbourhood roads do not reach everywhere"),
        ),
        Indicator(
            "2b",
            "2",
            ROAD,
            _("The surface of neighbourhood roads is of poor quality"),
            _("Poor road surface (walkways on stilts included)"),
        ),
        Indicator(
            "3a",
            "3",
            HOUSEHOLDS,
            _("Safe access to drinking water is not available"),
            _("No safe access to drinking water"),
        ),
        Indicator(
            "3b",
            "3",
            HOUSEHOLDS,
            _("The minimum drinking water need of each individual is not met"),
            _("Minimum drinking water need not met"),
        ),
        Indicator(
            "4a",
            "4",
            HA,
            _(
                "Neighbourhood drainage cannot carry off rainwater run-off, so that"
                " water stands"
            ),
            _("Drainage cannot carry run-off (standing water)"),
        ),
        Indicator(
            "4b",
            "4",
            DRAINAGE,
            _("Neighbourhood drainage is not available"),
            _("No drainage"),
        ),
        Indicator(
            "4c",
            "4",
            DRAINAGE,
            _("The construction of neighbourhood drainage is of poor quality"),
            _("Poor drainage construction"),
        ),
        Indicator(
            "5a",
            "5",
            HOUSEHOLDS,
            _(
                "The wastewater management system does not meet the technical"
                " requirements"
            ),
            _("Substandard wastewater system"),
        ),
        Indicator(
            "5b",
            "5",
            HOUSEHOLDS,
            _(
                "Wastewater management infrastructure and facilities do not meet the"
                " technical requirements"
            ),
            _("Substandard wastewater facilities"),
        ),
        Indicator(
            "6a",
            "6",
            HOUSEHOLDS,
            _(
                "Solid waste infrastructure and facilities do not meet the technical"
                " requirements"
            ),
            _("Substandard waste facilities"),
        ),
        Indicator(
            "6b",
            "6",
            HOUSEHOLDS,
            _(
                "The solid waste management system does not meet the technical"
                " requirements"
            ),
            _("Substandard waste system"),
        ),
        Indicator(
            "7a",
            "7",
            BUILDINGS,
            _("Fire protection infrastructure is not available"),
            _("No fire protection infrastructure"),
        ),
        Indicator(
            "7b",
            "7",
            BUILDINGS,
            _("Fire protection facilities are not available"),
            _("No fire protection facilities"),
        ),
    ),
    bands=((Decimal(76), 5), (Decimal(51), 3), (Decimal(25), 1)),
    class_bounds=(
        (60, Severity.HEAVY),
        (38, Severity.MODERATE),
        (16, Severity.LIGHT),
    ),
)

RULE_SETS: dict[str, RuleSet] = {PERMEN_14_2018.code: PERMEN_14_2018}
