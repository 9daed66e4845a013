"""Why the volumes of a survey are refused: every reason at once, in sentences."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from areas.severity import Denominator, Denominators, Indicator, Rules

LONGEST_CODE_SHOWN = 20


def check_volumes(
    volumes: Mapping[str, Decimal | None],
    denominators: Denominators | Mapping[str, Decimal | None],
    rule_set: Rules,
) -> dict[str, list[str]]:
    """Every reason to refuse these volumes, by indicator code; empty if there is none.

    A negative denominator stands under its own name (`hectares`, `buildings` …). One
    that is None in a mapping is not known yet: the volumes over it are then checked
    for what can be said without it. One that is None in `Denominators` is missing.
    """
    is_final = isinstance(denominators, Denominators)
    divisors: Mapping[str, Decimal | None] = (
        denominators.as_mapping()
        if isinstance(denominators, Denominators)
        else denominators
    )
    errors = unknown(volumes, rule_set)
    for kind in Denominator:
        divisor = divisors.get(kind)
        if divisor is not None and divisor < 0:
            errors[kind.value] = [_negative_denominator(kind, divisor)]
    for row in rule_set.indicators:
        divisor = divisors.get(row.denominator)
        problem = _problem(row, volumes.get(row.code), divisor)
        if is_final and divisor is None:
            problem = problem or no_denominator(row)
        if problem:
            errors[row.code] = [problem]
    return errors


def _problem(
    row: Indicator, volume: Decimal | None, denominator: Decimal | None
) -> str | None:
    if volume is None:
        return blank(row)
    if volume < 0:
        return _negative(row, volume)
    if denominator is None or denominator < 0:
        return None
    if volume and not denominator:
        return volume_of_nothing(row, volume)
    if volume > denominator:
        return _above(row, volume, denominator)
    return None


def unknown(volumes: Iterable[str], rule_set: Rules) -> dict[str, list[str]]:
    """The refusals of codes that the rule set does not have."""
    known = set(rule_set.codes)
    return {
        code: [
            _(
                "Indicator %(code)s is not part of %(citation)s. Use one of these"
                " codes: %(codes)s."
            )
            % {
                "code": str(code)[:LONGEST_CODE_SHOWN],
                "citation": rule_set.citation,
                "codes": ", ".join(rule_set.codes),
            }
        ]
        for code in volumes
        if code not in known
    }


def blank(row: Indicator) -> str:
    """The refusal of a volume that is not there."""
    return _(
        "The volume of %(code)s is blank. Write it in %(unit)s, or write 0 when there"
        " is none."
    ) % _words(row)


def no_denominator(row: Indicator) -> str:
    """The refusal of a volume whose denominator nobody has filled in."""
    return _(
        "%(code)s is divided by the %(denominator_name)s, which is not filled in. Fill"
        " in the %(denominator_name)s first."
    ) % _words(row)


def _negative(row: Indicator, volume: Decimal) -> str:
    return _(
        "The volume of %(code)s is negative (%(volume)s %(unit)s). Write 0 or the"
        " volume that was measured."
    ) % _words(row, volume=volume)


def volume_of_nothing(row: Indicator, volume: Decimal) -> str:
    """The refusal of a volume whose denominator is 0."""
    return _(
        "The volume of %(code)s is %(volume)s %(unit)s, but the %(denominator_name)s"
        " is 0. Write 0, or fill in the %(denominator_name)s first."
    ) % _words(row, volume=volume)


def _above(row: Indicator, volume: Decimal, denominator: Decimal) -> str:
    return _(
        "The volume of %(code)s, %(volume)s %(unit)s, is above the"
        " %(denominator_name)s, %(denominator)s %(unit)s (%(volume)s −"
        " %(denominator)s = %(excess)s %(unit)s too many). Lower the volume, or"
        " correct the %(denominator_name)s if that is what is wrong."
    ) % _words(row, volume=volume, denominator=denominator, excess=volume - denominator)


def _negative_denominator(kind: Denominator, value: Decimal) -> str:
    return _(
        "The %(denominator_name)s is negative (%(value)s %(unit)s). Write 0 or more."
    ) % {
        "denominator_name": kind.label,
        "unit": kind.unit,
        "value": _figure(value),
    }


def _words(row: Indicator, **figures: Decimal) -> dict[str, Any]:
    return {
        "code": row.code,
        "unit": row.unit,
        "denominator_name": row.denominator.label,
        **{name: _figure(value) for name, value in figures.items()},
    }


def _figure(value: Decimal) -> str:
    """Exact, without idle zeros, as people write it: 1.234,5 in Indonesian."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return number_format(text, force_grouping=True)
