"""Scoring of surveys, authority and handling: values in, values out, never a float.

The method is that of the rule set given (`Rules`): Permen PUPR 02/PRT/M/2016 or
14/PRT/M/2018, or a version of theirs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from areas.severity import (
    Aspect,
    Authority,
    Denominator,
    Denominators,
    HandlingPattern,
    Indicator,
    Rules,
    Severity,
)
from areas.volume_checks import (
    blank,
    check_volumes,
    no_denominator,
    unknown,
    volume_of_nothing,
)
from core.errors import BusinessRuleError

__all__ = [
    "Aspect",
    "AspectResult",
    "AssessmentResult",
    "Authority",
    "Denominator",
    "Denominators",
    "HandlingPattern",
    "Indicator",
    "IndicatorResult",
    "Rules",
    "Severity",
    "assess",
    "authority_of",
    "check_volumes",
    "contribution",
    "exact_mean",
    "percentage",
    "score_of",
    "severity_of",
    "sum_denominators",
    "sum_volumes",
]

PERCENT_PLACES = 2
MEAN_PLACES = 4
PROVINCE_FROM_HA = Decimal(10)
CENTRAL_FROM_HA = Decimal(15)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator; `percent` is rounded half up to 2 decimals, `score` follows it."""

    code: str
    volume: Decimal
    denominator: Decimal
    percent: Decimal
    score: int


@dataclass(frozen=True)
class AspectResult:
    code: str
    mean_percent: Decimal


@dataclass(frozen=True)
class AssessmentResult:
    """What follows from the volumes of a survey; means have 4 decimals, 0 to 100."""

    indicators: tuple[IndicatorResult, ...]
    aspects: tuple[AspectResult, ...]
    total: int
    severity: Severity
    mean_percent: Decimal

    def as_dict(self) -> dict[str, Any]:
        """The result as JSON has it: integer scores, every other figure a string."""
        return {
            "indicators": [
                {
                    "code": row.code,
                    "volume": f"{row.volume:f}",
                    "denominator": f"{row.denominator:f}",
                    "percent": f"{row.percent:f}",
                    "score": row.score,
                }
                for row in self.indicators
            ],
            "aspects": [
                {"code": row.code, "mean_percent": f"{row.mean_percent:f}"}
                for row in self.aspects
            ],
            "total": self.total,
            "severity": self.severity.value,
            "mean_percent": f"{self.mean_percent:f}",
        }


def percentage(volume: Decimal, denominator: Decimal) -> Decimal:
    """`volume` in per cent of `denominator`, rounded half up to 2 decimals.

    Nothing of nothing is 0 %. Raises BusinessRuleError for a volume of nothing.
    """
    return _rounded(_share(volume, denominator), PERCENT_PLACES)


def score_of(percent: Decimal, rule_set: Rules) -> int:
    """The score of a percentage, which is rounded to 2 decimals before it is banded."""
    rounded = _rounded(Fraction(percent), PERCENT_PLACES)
    return next((score for low, score in rule_set.bands if rounded >= low), 0)


def severity_of(total: int, rule_set: Rules) -> Severity:
    """The class of a total score."""
    bounds = rule_set.class_bounds
    return next((name for low, name in bounds if total >= low), Severity.NOT_SLUM)


def assess(
    volumes: Mapping[str, Decimal], denominators: Denominators, rule_set: Rules
) -> AssessmentResult:
    """Percentages, scores, total, class and means of one survey.

    The means are plain means of unrounded percentages: of an aspect over its
    indicators, of the whole over the aspects. Ranges are not judged here, that is
    `check_volumes`. Raises BusinessRuleError, keyed by indicator code, only for what
    cannot be computed: a blank volume, an unknown code, a volume of nothing.
    """
    divisors = denominators.as_mapping()
    errors = unknown(volumes, rule_set)
    shares: dict[str, Fraction] = {}
    for row in rule_set.indicators:
        volume, divisor = volumes.get(row.code), divisors[row.denominator]
        if volume is None:
            errors[row.code] = [blank(row)]
        elif divisor is None:
            errors[row.code] = [no_denominator(row)]
        elif volume and not divisor:
            errors[row.code] = [volume_of_nothing(row, volume)]
        else:
            shares[row.code] = _share(volume, divisor)
    if errors:
        raise BusinessRuleError(errors=errors)
    return _result(shares, volumes, divisors, rule_set)


def _result(
    shares: Mapping[str, Fraction],
    volumes: Mapping[str, Decimal],
    divisors: Mapping[str, Decimal | None],
    rule_set: Rules,
) -> AssessmentResult:
    indicators = tuple(
        IndicatorResult(
            code=row.code,
            volume=volumes[row.code],
            denominator=_known(divisors[row.denominator]),
            percent=(percent := _rounded(shares[row.code], PERCENT_PLACES)),
            score=score_of(percent, rule_set),
        )
        for row in rule_set.indicators
    )
    means = {
        aspect.code: _mean([shares[i.code] for i in rule_set.indicators_of(aspect)])
        for aspect in rule_set.aspects
    }
    total = sum(row.score for row in indicators)
    return AssessmentResult(
        indicators=indicators,
        aspects=tuple(
            AspectResult(code, _rounded(mean, MEAN_PLACES))
            for code, mean in means.items()
        ),
        total=total,
        severity=severity_of(total, rule_set),
        mean_percent=_rounded(_mean(list(means.values())), MEAN_PLACES),
    )


def sum_volumes(
    units: Iterable[Mapping[str, Decimal]], rule_set: Rules
) -> dict[str, Decimal]:
    """The volumes of an area: per indicator, the sum over its RT.

    An indicator that is blank in any RT is left out, so that the area's is blank too
    instead of too small.
    """
    rows = list(units)
    return {
        code: sum((row[code] for row in rows), start=Decimal(0))
        for code in rule_set.codes
        if all(row.get(code) is not None for row in rows)
    }


def sum_denominators(units: Iterable[Denominators]) -> Denominators:
    """The denominators of an area: the sums over its RT.

    One that is unknown in any RT is unknown in the area.
    """
    rows = [unit.as_mapping() for unit in units]
    sums: dict[str, Any] = {}
    for kind in Denominator:
        known = [value for row in rows if (value := row[kind]) is not None]
        whole = len(known) == len(rows)
        sums[kind.value] = sum(known, start=Decimal(0)) if whole else None
    return Denominators(**sums)


def exact_mean(
    volumes: Mapping[str, Decimal], denominators: Denominators, rule_set: Rules
) -> Fraction:
    """The mean over the aspects in percent, unrounded: what `assess` rounds."""
    divisors = denominators.as_mapping()
    return _mean(
        [
            _mean(
                [
                    _share(volumes[row.code], _known(divisors[row.denominator]))
                    for row in rule_set.indicators_of(aspect)
                ]
            )
            for aspect in rule_set.aspects
        ]
    )


def contribution(before: Fraction, after: Fraction) -> Decimal:
    """How much of the mean severity went, in percent with 4 decimals (domain.md 1.5).

    From unrounded means; nothing of nothing is 0.
    """
    if not before:
        return _rounded(Fraction(0), MEAN_PLACES)
    return _rounded((before - after) * 100 / before, MEAN_PLACES)


def authority_of(hectares: Decimal) -> Authority:
    """Whose task an area of this size is: UU 23/2014, lampiran D (permukiman).

    Below 10 ha the regency or city, from 10 to below 15 ha the province, from 15 ha
    the central government; compared after rounding half up to 2 decimals, as decrees
    print it.
    """
    rounded = hectares.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
    if rounded >= CENTRAL_FROM_HA:
        return Authority.CENTRAL
    if rounded >= PROVINCE_FROM_HA:
        return Authority.PROVINCE
    return Authority.REGENCY


def _share(volume: Decimal, denominator: Decimal) -> Fraction:
    """The exact percentage."""
    if denominator:
        return Fraction(volume) * 100 / Fraction(denominator)
    if volume:
        raise BusinessRuleError(
            _(
                "There is a volume, but its denominator is 0. Fill in the denominator"
                " first, or write 0 as the volume."
            )
        )
    return Fraction(0)


def _known(divisor: Decimal | None) -> Decimal:
    """The denominator as it was given; 0 where nobody knows it."""
    return Decimal(0) if divisor is None else divisor


def _mean(shares: list[Fraction]) -> Fraction:
    return sum(shares, start=Fraction(0)) / len(shares)


def _rounded(value: Fraction, places: int) -> Decimal:
    """`value` rounded half up (halves away from zero), whatever its digits."""
    units = int(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(f"{'-' if value < 0 and units else ''}{units}E-{places}")
