"""What pages of surveys and areas show, worked out for the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from areas.conclusions import Conclusions, Finding
from areas.rules import (
    AssessmentResult,
    Authority,
    Denominators,
    Indicator,
    IndicatorResult,
    Rules,
    Severity,
    authority_of,
    percentage,
    score_of,
)
from areas.tables import severity_badge
from core.errors import BusinessRuleError
from core.numbers import format_decimal

ORDER = (Severity.NOT_SLUM, Severity.LIGHT, Severity.MODERATE, Severity.HEAVY)


# ---- 16 indicators -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator now and, where there is one, at the baseline."""

    indicator: Indicator
    now: IndicatorResult
    base: IndicatorResult | None

    @property
    def change(self) -> int:
        return self.now.score - (self.base or self.now).score

    @property
    def is_changed(self) -> bool:
        return self.base is not None and self.base.volume != self.now.volume


@dataclass(frozen=True, slots=True)
class AspectGroup:
    """The indicators of one aspect, with the sum of their scores of the highest."""

    code: str
    name: str
    rows: Sequence[IndicatorRow]
    highest: int

    @property
    def total(self) -> int:
        return sum(row.now.score for row in self.rows)

    @property
    def base_total(self) -> int | None:
        scores = [row.base.score for row in self.rows if row.base]
        return sum(scores) if scores else None


def indicator_groups(
    rule_set: Rules, now: AssessmentResult, base: AssessmentResult | None = None
) -> list[AspectGroup]:
    """The rows of the table of indicators, by aspect."""
    present = {row.code: row for row in now.indicators}
    former = {row.code: row for row in base.indicators} if base else {}
    return [
        AspectGroup(
            aspect.code,
            str(aspect.name),
            [
                IndicatorRow(row, present[row.code], former.get(row.code))
                for row in rule_set.indicators_of(aspect)
            ],
            len(rule_set.indicators_of(aspect)) * rule_set.bands[0][1],
        )
        for aspect in rule_set.aspects
    ]


@dataclass(frozen=True, slots=True)
class Zone:
    """A class on the ruler: from where to where of its width, in percent."""

    letter: str
    start: Decimal
    width: Decimal
    first: int
    text: str

    @property
    def key(self) -> str:
        return self.letter.lower()


@dataclass(frozen=True, slots=True)
class Mark:
    """A total on the ruler; near the ends its text turns inwards."""

    text: str
    place: Decimal
    is_base: bool = False

    @property
    def anchor(self) -> str:
        if self.place < 12:
            return "start"
        return "end" if self.place > 88 else "middle"


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where totals stand between 0 and the highest one."""

    zones: Sequence[Zone]
    marks: Sequence[Mark]
    highest: int
    said: str


def ruler(rule_set: Rules, now: int, base: int | None = None) -> Ruler:
    highest = rule_set.max_total
    firsts = [0, *sorted(low for low, _name in rule_set.class_bounds)]
    ends = [*firsts[1:], highest]
    zones = []
    for severity, first, end in zip(ORDER, firsts, ends, strict=True):
        last = end if end == highest else end - 1
        zones.append(
            Zone(
                severity.letter,
                _percent(first, highest),
                _percent(end - first, highest),
                first,
                f"< {end}" if first == 0 else f"{first}–{last}",
            )
        )
    text = _("total %(total)s") if base is None else _("now %(total)s")
    marks = [Mark(text % {"total": now}, _percent(now, highest))]
    if base is not None and base != now:
        text = _("baseline %(total)s") % {"total": base}
        marks.insert(0, Mark(text, _percent(base, highest), is_base=True))
    said = _("Total score %(total)s of at most %(highest)s.") % {
        "total": now,
        "highest": highest,
    }
    return Ruler(zones, marks, highest, said)


# ---- what follows from a survey ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """A result in words, with its values, its rule, and where the rule comes from."""

    title: str
    value: Any
    reason: str
    rule: str = ""
    citation: str = ""
    is_verified: bool = True


def why(area: Any, conclusions: Conclusions) -> list[Why]:
    """Class, authority, considerations, land, priority, pattern, each explained."""
    found = [_why(finding) for finding in conclusions.findings]
    found.insert(1, _why_authority(area))
    return found


def why_survey(conclusions: Conclusions) -> list[Why]:
    """The same for a survey alone: authority is the area's, not the survey's."""
    return [_why(finding) for finding in conclusions.findings]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """How much of a need is met, by aspect."""

    name: str
    level: Decimal
    is_served: bool


def services_of(conclusions: Conclusions, rules: Rules) -> list[ServiceRow]:
    """Service levels of the five services that KOTAKU watches."""
    names = {aspect.code: str(aspect.name) for aspect in rules.aspects}
    return [
        ServiceRow(names[row.aspect], row.level, row.is_served)
        for row in conclusions.services
    ]


def densities_of(conclusions: Conclusions) -> list[tuple[str, Decimal]]:
    """People and buildings per hectare, as far as they are known."""
    pairs = (
        (_("people/ha"), conclusions.people_per_ha),
        (_("buildings/ha"), conclusions.buildings_per_ha),
    )
    return [(unit, value) for unit, value in pairs if value is not None]


def _why(finding: Finding) -> Why:
    value: Any = finding.shown
    if finding.code == "severity":
        value = severity_badge(Severity(finding.value), large=True)
    return Why(
        finding.label,
        value,
        "; ".join(finding.because),
        finding.rule,
        finding.citation,
        finding.is_verified,
    )


def _why_authority(area: Any) -> Why:
    if not area.decreed:
        return Why(
            _("Authority"), _("unknown"), _("No decree in force names this area.")
        )
    limits = {
        Authority.REGENCY: _("below 10 ha"),
        Authority.PROVINCE: _("10 ha to below 15 ha"),
        Authority.CENTRAL: _("15 ha or more"),
    }
    authority = authority_of(area.decreed)
    return Why(
        _("Authority"),
        authority.label,
        _("%(hectares)s ha in the decree: %(limits)s (UU 23/2014).")
        % {"hectares": format_decimal(area.decreed), "limits": limits[authority]},
        citation=_("UU 23/2014, lampiran D"),
    )


# ---- the entry of one RT -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One input with what follows from it; percent and score only where filled."""

    indicator: Indicator
    field: Any
    denominator: Decimal
    percent: Decimal | None
    score: int | None
    previous: Decimal | None


def entry_groups(
    rule_set: Rules,
    form: Any,
    divisors: Denominators,
    volumes: Mapping[str, Decimal | None],
    previous: Mapping[str, Decimal],
) -> list[tuple[str, list[EntryRow]]]:
    """The inputs by aspect, each beside the volume of the survey before."""
    denominators = divisors.as_mapping()
    groups = []
    for aspect in rule_set.aspects:
        rows = []
        for row in rule_set.indicators_of(aspect):
            divisor = denominators[row.denominator] or Decimal(0)
            percent = _percentage(volumes.get(row.code), divisor)
            score = None if percent is None else score_of(percent, rule_set)
            before = previous.get(row.code)
            rows.append(EntryRow(row, form[row.code], divisor, percent, score, before))
        groups.append((f"{aspect.code}. {aspect.name}", rows))
    return groups


def _percentage(volume: Decimal | None, divisor: Decimal) -> Decimal | None:
    """The percentage of a volume that can stand; None for blank or refused ones."""
    if volume is None or volume < 0 or volume > divisor:
        return None
    try:
        return percentage(volume, divisor)
    except BusinessRuleError:
        return None


def _percent(part: int, whole: int) -> Decimal:
    return Decimal(part) * 100 / whole
