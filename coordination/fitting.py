"""Practices that fit an area: its weak indicators, its typology, patterns of its works.

Read from the latest verified survey that stands; the volumes are never asked again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from areas.models import Assessment, SlumArea
from areas.results import stored_result
from coordination.models import Practice
from coordination.practice_tags import (
    pattern_names,
    tagged_indicators,
    typology_names,
)
from programs.models import Activity


@dataclass(frozen=True, slots=True)
class Traits:
    """What a practice can fit: scores above 0 by its codes, typology, patterns."""

    weak: dict[str, int]
    typology: str
    patterns: frozenset[str]


@dataclass(frozen=True)
class Fit:
    """A practice with what it has in common with an area."""

    practice: Practice
    indicators: Sequence[str]
    typologies: Sequence[str]
    patterns: Sequence[str]
    score: int

    @cached_property
    def reason(self) -> str:
        """`indikator 2a, tepi air`."""
        parts = []
        if self.indicators:
            codes = ", ".join(self.indicators)
            parts.append(_("indicator %(codes)s") % {"codes": codes})
        parts += [name.lower() for name in typology_names(self.typologies)]
        parts += [name.lower() for name in pattern_names(self.patterns)]
        return ", ".join(parts)

    @property
    def rank(self) -> tuple[int, int, int, str, int]:
        """The worst indicators first, then typology, pattern, name."""
        practice = self.practice
        common = len(self.typologies), len(self.patterns)
        return (-self.score, -common[0], -common[1], practice.title, practice.pk)


def fitting_practices(area: SlumArea, user: Any) -> list[Fit]:
    """The published practices that fit the area, best first; four queries.

    Ranked by the sum of the scores of the indicators in common, then by typology and
    pattern. One that has nothing in common is left out.
    """
    traits = traits_of(area)
    asked = Q(indicators__overlap=list(traits.weak))
    asked |= Q(patterns__overlap=list(traits.patterns))
    if traits.typology:
        asked |= Q(typologies__contains=[traits.typology])
    practices = Practice.objects.visible_to(user).filter(asked, is_published=True)
    return ranked(practices, traits)


def traits_of(area: SlumArea) -> Traits:
    """What the area has; no weak indicator while it has no verified survey."""
    survey = (
        Assessment.objects.standing()
        .filter(area=area)
        .select_related("rule_set")
        .order_by("-surveyed_on", "-pk")
        .first()
    )
    patterns = (
        Activity.objects.filter(area=area, programme__is_draft=False)
        .exclude(pattern="")
        .order_by()
        .values_list("pattern", flat=True)
    )
    weak = _weak(survey) if survey and survey.results else {}
    return Traits(weak, area.typology, frozenset(patterns))


def ranked(practices: Iterable[Practice], traits: Traits) -> list[Fit]:
    """Those that have something in common with the traits, best first."""
    found = [fit_of(practice, traits) for practice in practices]
    some = [fit for fit in found if fit.reason]
    return sorted(some, key=lambda fit: fit.rank)


def fit_of(practice: Practice, traits: Traits) -> Fit:
    """What the practice and the traits have in common."""
    weak = [code for code in practice.indicators if code in traits.weak]
    return Fit(
        practice=practice,
        indicators=weak,
        typologies=[t for t in practice.typologies if t == traits.typology],
        patterns=[p for p in practice.patterns if p in traits.patterns],
        score=sum(traits.weak[code] for code in weak),
    )


def _weak(survey: Assessment) -> dict[str, int]:
    """The scores above 0, by the codes under which practices are tagged.

    They may differ from those of the survey: its rule set can be an older one.
    """
    assert survey.results is not None  # verified
    measures = {row.code: row.measure for row in survey.rules.indicators}
    rows = stored_result(survey.results).indicators
    scores = {measures[row.code]: row.score for row in rows if row.score}
    tags = tagged_indicators().items()
    return {c: scores[row.measure] for c, row in tags if row.measure in scores}
