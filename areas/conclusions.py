"""What follows from a survey beside its class: considerations, land, priority, pattern.

Values in, values out. Each conclusion explains itself: the values it was drawn from,
the rule, and the citation; one whose rule is not verified says so.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from areas.rules import AssessmentResult
from areas.severity import (
    Bound,
    Decision,
    Denominators,
    HandlingPattern,
    LandStatus,
    Level,
    Rules,
    Scale,
    Severity,
)
from core.numbers import format_decimal, rounded

DENSITY_PLACES = 2
# KOTAKU's five services (kotaku.pu.go.id, tag Kumuh): at least 80 % of the need.
SERVICES = ("2", "3", "4", "5", "6")
SERVED_FROM = Decimal(80)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What was recorded about the place; None or empty where nobody said."""

    population: int | None = None
    is_strategic: bool | None = None
    has_social_need: bool | None = None
    land_status: str = ""
    conforms_to_plan: bool | None = None

    @classmethod
    def of(cls, record: Any, population: int | None) -> "SiteFacts":
        """The facts of an assessment, with the people of its RT."""
        return cls(
            population=population,
            is_strategic=record.is_strategic,
            has_social_need=record.has_social_need,
            land_status=record.land_status,
            conforms_to_plan=record.conforms_to_plan,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion: `value` is a code or a figure, None where it cannot be drawn.

    `because` are the values it follows from, `rule` the rule in words, `citation`
    where the rule comes from; `is_verified` whether that source settles it.
    """

    code: str
    label: str
    value: Any
    shown: str
    because: tuple[str, ...]
    rule: str = ""
    citation: str = ""
    is_verified: bool = True

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it; figures are strings."""
        value = self.value
        return {
            "code": self.code,
            "label": self.label,
            "value": f"{value:f}" if isinstance(value, Decimal) else value,
            "shown": self.shown,
            "because": list(self.because),
            "rule": self.rule,
            "citation": self.citation,
            "is_verified": self.is_verified,
        }


@dataclass(frozen=True, slots=True)
class Service:
    """How much of a need is met, in percent: 100 minus the mean of the aspect."""

    aspect: str
    level: Decimal

    @property
    def is_served(self) -> bool:
        return self.level >= SERVED_FROM


@dataclass(frozen=True, slots=True)
class Conclusions:
    """All that follows; every finding in the order in which people ask for it."""

    findings: tuple[Finding, ...]
    services: tuple[Service, ...]
    people_per_ha: Decimal | None
    buildings_per_ha: Decimal | None

    def __getitem__(self, code: str) -> Finding:
        return next(finding for finding in self.findings if finding.code == code)

    def as_dict(self) -> dict[str, Any]:
        return {
            "findings": [finding.as_dict() for finding in self.findings],
            "services": [
                {"aspect": row.aspect, "level": f"{row.level:f}"}
                for row in self.services
            ],
            "people_per_ha": _text(self.people_per_ha),
            "buildings_per_ha": _text(self.buildings_per_ha),
        }


def conclude(
    result: AssessmentResult, divisors: Denominators, facts: SiteFacts, rules: Rules
) -> Conclusions:
    """Everything beside the class that follows from a survey (domain.md 1.6–1.9)."""
    density = density_of(facts.population, divisors.hectares)
    considerations = consider(facts, density, rules)
    land = judge_land(facts, rules)
    priority, pattern = decide(result.severity, considerations[-1], land, rules)
    return Conclusions(
        findings=(
            _severity(result, rules),
            *considerations,
            land,
            priority,
            pattern,
        ),
        services=tuple(
            Service(row.code, Decimal(100) - row.mean_percent)
            for row in result.aspects
            if row.code in SERVICES
        ),
        people_per_ha=density,
        buildings_per_ha=density_of(divisors.buildings, divisors.hectares),
    )


def density_of(number: Decimal | int | None, hectares: Decimal) -> Decimal | None:
    """So many per hectare, rounded half up to 2 decimals; None where not known."""
    if number is None or not hectares:
        return None
    return rounded(Decimal(number) / hectares, DENSITY_PLACES)


def consider(
    facts: SiteFacts, density: Decimal | None, rules: Rules
) -> tuple[Finding, ...]:
    """The three considerations and, last, the level of their sum (1.6)."""
    strategic = _answered(
        "strategic", _("Strategic location"), facts.is_strategic, Scale.STRATEGIC, rules
    )
    people = _scored_density(density, facts.population, rules)
    social = _answered(
        "social",
        _("Social, economic, cultural condition"),
        facts.has_social_need,
        Scale.SOCIAL,
        rules,
    )
    scores = (strategic, people, social)
    return (*scores, _level(scores, rules))


def judge_land(facts: SiteFacts, rules: Rules) -> Finding:
    """Legal or not, from tenure and conformity with the spatial plan (1.7)."""
    label = _("Legality of the land")
    missing = []
    if not facts.land_status:
        missing.append(_("land tenure"))
    if facts.conforms_to_plan is None:
        missing.append(_("conformity with the spatial plan"))
    if missing:
        return _unknown("legality", label, missing)
    positives = sum(
        (facts.land_status == LandStatus.LEGAL, bool(facts.conforms_to_plan))
    )
    bound = rules.bound_at(Scale.LEGALITY, Decimal(positives))
    lowest = rules.scales[Scale.LEGALITY][-1]
    plan = _("conforms") if facts.conforms_to_plan else _("does not conform")
    return Finding(
        "legality",
        label,
        bound is not None,
        _("Legal") if bound else _("Not legal"),
        (
            _("Land tenure: %(status)s") % {"status": _land(facts.land_status)},
            _("Spatial plan: %(answer)s") % {"answer": plan},
        ),
        _("Legal from %(count)s positive answers on.") % {"count": int(lowest.lowest)},
        lowest.source or rules.citation,
        lowest.is_verified,
    )


def decide(
    severity: Severity, level: Finding, land: Finding, rules: Rules
) -> tuple[Finding, Finding]:
    """The priority with its letter code, and the pattern of handling (1.8, 1.9)."""
    names = ("priority", _("Priority")), ("pattern", _("Pattern of handling"))
    if severity == Severity.NOT_SLUM:
        reason = (str(severity.label),)
        return tuple(  # type: ignore[return-value]
            Finding(code, label, None, _("none"), reason, _("Not slum: no handling."))
            for code, label in names
        )
    missing = [f.label for f in (level, land) if f.value is None]
    if missing:
        return tuple(_unknown(code, label, missing) for code, label in names)  # type: ignore[return-value]
    row = rules.decision(severity, Level(level.value), is_legal=land.value)
    because = (
        str(severity.label),
        f"{level.label}: {level.shown}",
        f"{land.label}: {land.shown}",
    )
    if row is None:
        text = _("The rule set has no row for this.")
        return tuple(
            Finding(code, label, None, "–", because, text) for code, label in names
        )  # type: ignore[return-value]
    return _decided(row, because, rules)


def _decided(
    row: Decision, because: tuple[str, ...], rules: Rules
) -> tuple[Finding, Finding]:
    table = _("Decision table of severity, considerations and land.")
    source = row.source or rules.citation
    return (
        Finding(
            "priority",
            _("Priority"),
            row.priority,
            f"{row.priority} ({row.code})",
            because,
            table,
            source,
            row.is_verified,
        ),
        Finding(
            "pattern",
            _("Pattern of handling"),
            row.pattern.value,
            str(HandlingPattern(row.pattern).label),
            because,
            table,
            source,
            row.is_verified,
        ),
    )


def _severity(result: AssessmentResult, rules: Rules) -> Finding:
    bound = rules.bound_at(Scale.SEVERITY, Decimal(result.total))
    rule = (
        _("From %(lowest)s on: %(severity)s.")
        if bound
        else _("Below %(lowest)s: %(severity)s.")
    ) % {
        "lowest": int(bound.lowest) if bound else rules.slum_from,
        "severity": result.severity.label,
    }
    return Finding(
        "severity",
        _("Severity"),
        result.severity.value,
        str(result.severity.label),
        (
            _("Total %(total)s of at most %(highest)s")
            % {"total": result.total, "highest": rules.max_total},
        ),
        rule,
        rules.citation,
        bound.is_verified if bound else True,
    )


def _answered(
    code: str, label: str, answer: bool | None, scale: Scale, rules: Rules
) -> Finding:
    if answer is None:
        return _unknown(code, label, [label])
    bound = rules.bound_at(scale, Decimal(int(answer)))
    said = _("yes") if answer else _("no")
    return _scored(code, label, (f"{label}: {said}",), said, bound, rules)


def _scored_density(
    density: Decimal | None, population: int | None, rules: Rules
) -> Finding:
    code, label = "density", _("Population density")
    if density is None or population is None:
        return _unknown(code, label, [_("population of every RT")])
    bound = rules.bound_at(Scale.DENSITY, density)
    figure = _("%(density)s people/ha") % {"density": format_decimal(density)}
    people = _("%(people)s people") % {"people": format_decimal(population, 0)}
    return _scored(code, label, (people, figure), figure, bound, rules)


def _scored(
    code: str,
    label: str,
    because: tuple[str, ...],
    said: str,
    bound: Bound | None,
    rules: Rules,
) -> Finding:
    score = int(bound.result) if bound else 0
    lowest = format_decimal(bound.lowest, None) if bound else "0"
    return Finding(
        code,
        label,
        score,
        _("%(said)s: score %(score)s") % {"said": said, "score": score},
        because,
        _("From %(lowest)s on: score %(score)s.") % {"lowest": lowest, "score": score},
        (bound.source if bound else "") or rules.citation,
        bound.is_verified if bound else True,
    )


def _level(scores: tuple[Finding, ...], rules: Rules) -> Finding:
    code, label = "consideration", _("Other considerations")
    missing = [finding.label for finding in scores if finding.value is None]
    if missing:
        return _unknown(code, label, missing)
    total = sum(finding.value for finding in scores)
    bound = rules.bound_at(Scale.CONSIDERATION, Decimal(total))
    level = Level(bound.result) if bound else Level.LOW
    bounds = rules.scales[Scale.CONSIDERATION]
    rule = "; ".join(f"≥ {int(b.lowest)} {Level(b.result).label}" for b in bounds)
    lowest = bounds[-1]
    return Finding(
        code,
        label,
        level.value,
        _("%(level)s (sum %(sum)s)") % {"level": level.label, "sum": total},
        tuple(f"{finding.label}: {finding.value}" for finding in scores),
        _("%(bounds)s; below that %(level)s.")
        % {"bounds": rule, "level": Level.LOW.label},
        (bound or lowest).source or rules.citation,
        (bound or lowest).is_verified,
    )


def _unknown(code: str, label: str, missing: list[str]) -> Finding:
    text = _("Not filled in yet: %(names)s.") % {"names": ", ".join(missing)}
    return Finding(code, label, None, _("not assessed"), (text,))


def _land(status: str) -> str:
    return str(LandStatus(status).label)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
