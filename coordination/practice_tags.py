"""What a practice is tagged with: codes of indicators, typologies, patterns.

A code is read in the newest published rule set that has it, because rule sets give the
same code to different indicators; `measure` says what is meant whatever it is called.
"""

from collections.abc import Iterable
from typing import Any

from areas.models.area import AreaTypology
from areas.rule_sets import published_rules
from areas.rules import HandlingPattern, Indicator


def tagged_indicators() -> dict[str, Indicator]:
    """Every code that a practice can be tagged with, as it is read, in order."""
    found: dict[str, Indicator] = {}
    for rules in published_rules().values():  # the newest first
        for row in rules.indicators:
            found.setdefault(row.code, row)
    return dict(sorted(found.items()))


def indicator_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """The codes with their names under their aspects, for check boxes."""
    names: dict[str, str] = {}
    for rules in published_rules().values():
        for aspect in rules.aspects:
            names.setdefault(aspect.code, str(aspect.name))
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, row in tagged_indicators().items():
        label = f"{row.aspect} {names[row.aspect]}"
        groups.setdefault(label, []).append((code, f"{code} {row.short_name}"))
    return list(groups.items())


def indicator_choices() -> list[tuple[str, str]]:
    """The codes with their names in one list, for filters."""
    return [choice for _label, choices in indicator_groups() for choice in choices]


def indicator_names(codes: Iterable[str]) -> list[str]:
    """`2a Jalan lingkungan` and so on; a code that no rule set has stays bare."""
    known = tagged_indicators()
    return [f"{c} {known[c].short_name}" if c in known else c for c in codes]


def typology_names(values: Iterable[str]) -> list[str]:
    return _labels(AreaTypology, values)


def pattern_names(values: Iterable[str]) -> list[str]:
    return _labels(HandlingPattern, values)


def _labels(choices: Any, values: Iterable[str]) -> list[str]:
    labels = dict(choices.choices)
    return [str(labels.get(value, value)) for value in values]
