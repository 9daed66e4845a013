"""Rule sets out of the database as values; published ones are read once a process."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from areas.models import RuleSet
from areas.severity import (
    Aspect,
    Bound,
    Decision,
    Denominator,
    HandlingPattern,
    Indicator,
    Level,
    Rules,
    Scale,
    Severity,
    Wording,
)
from core.errors import BusinessRuleError

# By primary key. A published rule set never changes (trigger), so it may be kept.
_published: dict[int, Rules] = {}


def rules_of(key: int) -> Rules:
    """The rule set of this primary key; no query for a published one read before."""
    if key not in _published:
        row = RuleSet.objects.get(pk=key)
        rules = as_rules(row)
        if row.status != RuleSet.Status.PUBLISHED:
            return rules
        _published[key] = rules
    return _published[key]


def published_rules() -> dict[str, Rules]:
    """Every published rule set by its code, the newest first; one query."""
    keys = RuleSet.objects.published().values_list("code", "pk")
    return {code: rules_of(key) for code, key in keys}


def rule_set_on(day: date) -> RuleSet:
    """The published rule set to use for a survey of that day.

    Raises BusinessRuleError when none holds then.
    """
    found = RuleSet.objects.valid_on(day).first()
    if found is None:
        raise BusinessRuleError(
            errors={
                "surveyed_on": [
                    _(
                        "No published rule set holds on that day. Choose another date,"
                        " or ask the administrator to publish one."
                    )
                ]
            }
        )
    return found


def forget_rules() -> None:
    """For tests, whose databases use the same keys for different rows."""
    _published.clear()


def as_rules(row: RuleSet) -> Rules:
    """The rows of a rule set as values; five queries."""
    return rules_from(
        {name: getattr(row, name) for name in HEAD},
        aspects=row.aspects.values(),
        indicators=row.indicators.values(),
        bounds=row.bounds.values(),
        decisions=row.decisions.values(),
    )


HEAD = ("code", "title", "citation", "valid_from", "valid_until")


def rules_from(
    head: Mapping[str, Any],
    *,
    aspects: Iterable[Mapping[str, Any]],
    indicators: Iterable[Mapping[str, Any]],
    bounds: Iterable[Mapping[str, Any]],
    decisions: Iterable[Mapping[str, Any]],
) -> Rules:
    """A rule set from its parts, each a mapping with the columns of its model."""
    return Rules(
        **{name: head[name] for name in HEAD},
        aspects=tuple(
            Aspect(row["code"], _wording(row, "name"))
            for row in sorted(aspects, key=lambda row: row["code"])
        ),
        indicators=tuple(
            Indicator(
                code=row["code"],
                aspect=row["aspect"],
                denominator=Denominator(row["denominator"]),
                name=_wording(row, "name"),
                short_name=_wording(row, "short_name"),
                measure=row["measure"],
                source=row["source"],
                is_verified=row["is_verified"],
            )
            for row in sorted(indicators, key=lambda row: row["code"])
        ),
        scales=_scales(bounds),
        decisions=tuple(_decision(row) for row in decisions),
    )


def _wording(row: Mapping[str, Any], name: str) -> Wording:
    return Wording(row[name], row[f"{name}_en"])


def _scales(bounds: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Bound, ...]]:
    found: dict[str, list[Bound]] = defaultdict(list)
    for row in bounds:
        found[row["scale"]].append(
            Bound(
                Decimal(row["lowest"]), row["result"], row["source"], row["is_verified"]
            )
        )
    return {
        scale.value: tuple(
            sorted(found[scale.value], key=lambda bound: bound.lowest, reverse=True)
        )
        for scale in Scale
    }


def _decision(row: Mapping[str, Any]) -> Decision:
    return Decision(
        severity=Severity(row["severity"]),
        consideration=Level(row["consideration"]),
        is_legal=row["is_legal"],
        priority=row["priority"],
        code=row["code"],
        pattern=HandlingPattern(row["pattern"]),
        source=row["source"],
        is_verified=row["is_verified"],
    )
