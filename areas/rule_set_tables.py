"""Columns of the list of rule sets, and the tables of one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Assessment, RuleIndicator, RuleSet
from areas.rule_set_checks import CLASSES, LEGAL
from areas.severity import (
    Aspect,
    Bound,
    Decision,
    Indicator,
    Level,
    Rules,
    Scale,
    Severity,
)
from areas.tables import severity_badge
from core import html
from core.tables import Column


def with_counts(rule_sets: QuerySet[RuleSet], user: Any) -> QuerySet[RuleSet]:
    """Add `indicator_count`, and `assessment_count` of those the person sees."""
    assessments = Assessment.objects.visible_to(user)
    return rule_sets.annotate(
        indicator_count=_count(RuleIndicator.objects.all()),
        assessment_count=_count(assessments),
    )


def _count(rows: QuerySet) -> Coalesce:
    own = rows.filter(rule_set=OuterRef("pk")).order_by().values("rule_set")
    counted = own.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def rule_set_chip(rule_set: RuleSet) -> SafeString:
    """Draft; or, of a published one, whether it holds today."""
    if rule_set.status == RuleSet.Status.DRAFT:
        return html.chip(rule_set.get_status_display(), "warn", "edit")
    today, until = timezone.localdate(), rule_set.valid_until
    if today < rule_set.valid_from:
        return html.chip(_("Not yet valid"), "info", "clock")
    if until and until <= today:
        return html.chip(_("No longer valid"), "off")
    return html.chip(_("Valid"), "ok", "check")


def unverified_chip() -> SafeString:
    return html.chip(_("not verified"), "warn", "warning")


RULE_SET_COLUMNS = (
    Column(gettext_lazy("Rule set"), str, "title", link=True, note="citation"),
    Column(gettext_lazy("Code"), "code", "code", css="half"),
    Column(
        gettext_lazy("Status"),
        rule_set_chip,
        "status",
        "html",
        css="half",
        export="get_status_display",
    ),
    Column(gettext_lazy("Version"), "version", "version", "number"),
    Column(gettext_lazy("Valid from"), "valid_from", "valid_from", "date"),
    Column(gettext_lazy("Valid before"), "valid_until", "valid_until", "date"),
    Column(gettext_lazy("Indicators"), "indicator_count", "indicator_count", "number"),
    Column(
        gettext_lazy("Assessments"), "assessment_count", "assessment_count", "number"
    ),
    Column(gettext_lazy("Citation"), "citation", only="csv"),
    Column(gettext_lazy("Based on"), "based_on.code", only="csv"),
)


# ---- one rule set ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoundRow:
    """From where on what holds, in words."""

    bound: Bound
    lowest: SafeString
    result: Any


@dataclass(frozen=True, slots=True)
class ScaleTable:
    """A scale with its bounds, and what holds below the lowest of them."""

    scale: Scale
    rows: Sequence[BoundRow]
    below: Any

    @property
    def sources(self) -> list[str]:
        return _distinct(row.bound for row in self.rows)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A class and a level, with what is decided on legal and on other land."""

    badge: SafeString | None
    level: str
    legal: Decision | None
    not_legal: Decision | None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """The table, 9 × 2, in the order of its priorities, and where it comes from."""

    rows: Sequence[DecisionRow]
    decisions: Sequence[Decision]

    @property
    def sources(self) -> list[str]:
        return _distinct(self.decisions)

    @property
    def is_unverified(self) -> bool:
        """No cell is verified, so that it can be said once for all."""
        return not any(row.is_verified for row in self.decisions)


def aspect_groups(rules: Rules) -> list[tuple[Aspect | None, tuple[Indicator, ...]]]:
    """The indicators by aspect; those of an aspect that does not exist come last."""
    known = {aspect.code for aspect in rules.aspects}
    lost = tuple(row for row in rules.indicators if row.aspect not in known)
    groups: list[tuple[Aspect | None, tuple[Indicator, ...]]] = [
        (aspect, rules.indicators_of(aspect)) for aspect in rules.aspects
    ]
    return [*groups, (None, lost)] if lost else groups


def scale_tables(rules: Rules) -> list[ScaleTable]:
    """The scales in their order: bands and classes first."""
    return [
        ScaleTable(
            scale,
            [
                BoundRow(bound, _lowest(scale, bound), _result(scale, bound.result))
                for bound in rules.scales[scale]
            ],
            _below(scale),
        )
        for scale in Scale
    ]


def decision_table(rules: Rules) -> DecisionTable:
    rows = [
        DecisionRow(
            severity_badge(severity),
            str(level.label),
            rules.decision(severity, level, is_legal=True),
            rules.decision(severity, level, is_legal=False),
        )
        for level in Level
        for severity in CLASSES
    ]
    return DecisionTable(rows, rules.decisions)


def result_word(scale: str, result: str) -> str:
    """A result in words; one that is not known as it stands."""
    if scale == Scale.SEVERITY and result in Severity.values:
        return str(Severity(result).label)
    if scale == Scale.CONSIDERATION and result in Level.values:
        return str(Level(result).label)
    if scale == Scale.LEGALITY and result == LEGAL:
        return _("legal")
    return result


def _result(scale: Scale, result: str) -> Any:
    if scale == Scale.SEVERITY and result in Severity.values:
        return severity_badge(result)
    return result_word(scale, result)


def unverified_count(rules: Rules) -> int:
    """Rows whose source does not settle them."""
    bounds = [bound for scale in rules.scales.values() for bound in scale]
    rows: list[Any] = [*rules.indicators, *bounds, *rules.decisions]
    return sum(not row.is_verified for row in rows)


def _lowest(scale: Scale, bound: Bound) -> SafeString:
    """Percentages have two decimals, as they are rounded before they are banded."""
    if scale == Scale.SCORE:
        return format_html("{}{}%", html.figure(bound.lowest), html.NBSP)
    return html.figure(bound.lowest, None)


def _below(scale: Scale) -> Any:
    """What `Rules` and the conclusions say below the last bound."""
    if scale == Scale.SEVERITY:
        return severity_badge(Severity.NOT_SLUM)
    if scale == Scale.CONSIDERATION:
        return Level.LOW.label
    return _("not legal") if scale == Scale.LEGALITY else "0"


def _distinct(rows: Iterable[Bound | Decision]) -> list[str]:
    """The sources of the rows, each once, in their order."""
    return list(dict.fromkeys(row.source for row in rows if row.source))
