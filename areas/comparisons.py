"""Comparing an area's surveys under one decree: the rule behind improved and cleared.

The survey that stood when the decree came into force (else the first one after it) is
what later ones are compared with. Classes are compared under one rule set only; each
has its own first survey.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from areas.models import Assessment
from areas.models.ledger import Outcome
from areas.severity import Severity
from core import html

RANK: Mapping[str, int] = {
    Severity.NOT_SLUM: 0,
    Severity.LIGHT: 1,
    Severity.MODERATE: 2,
    Severity.HEAVY: 3,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A survey beside the first one of its rule set under the decree."""

    base: Assessment
    survey: Assessment

    @property
    def state(self) -> dict[Outcome, bool]:
        """Improved: the class is lower than it was; cleared: it is slum no longer."""
        before, now = RANK[self.base.severity], RANK[self.survey.severity]
        return {
            Outcome.IMPROVED: now < before,
            Outcome.CLEARED: now == 0 and before > 0,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which an outcome begins (`is_on`) or ends, by which survey."""

    is_on: bool
    survey: Assessment
    base: Assessment

    @property
    def day(self) -> date:
        return self.survey.surveyed_on


def comparisons(
    surveys: Iterable[Assessment], *, since: date, until: date | None
) -> Iterator[Comparison]:
    """Each survey that can be compared with an earlier one, in the order of dates.

    `surveys` are the standing ones of the area in that order; the decree holds from
    `since` to before `until`.
    """
    bases: dict[int, Assessment] = {}
    for survey in surveys:
        if until is not None and survey.surveyed_on >= until:
            return
        base = bases.get(survey.rule_set_id)
        if base is None or survey.surveyed_on <= since:
            bases[survey.rule_set_id] = survey
        else:
            yield Comparison(base, survey)


def turns_of(
    surveys: Sequence[Assessment], *, since: date, until: date | None
) -> dict[Outcome, list[Turn]]:
    """When the area improved, was cleared, and was slum again, under one decree."""
    turns: dict[Outcome, list[Turn]] = {Outcome.IMPROVED: [], Outcome.CLEARED: []}
    for found in comparisons(surveys, since=since, until=until):
        for outcome, is_on in found.state.items():
            was_on = bool(turns[outcome]) and turns[outcome][-1].is_on
            if is_on != was_on:
                turns[outcome].append(Turn(is_on, found.survey, found.base))
    return turns


def survey_text(survey: Assessment) -> str:
    """`Kumuh berat, nilai 65 (8 Jan 2020)`."""
    return _("%(severity)s, score %(total)s (%(date)s)") % {
        "severity": Severity(survey.severity).label,
        "total": survey.total,
        "date": html.day(survey.surveyed_on),
    }


def standing_surveys(
    areas: Iterable[int], *, known_at: datetime | None = None
) -> dict[int, list[Assessment]]:
    """The verified surveys that count, by area, in the order of their dates."""
    found: dict[int, list[Assessment]] = {}
    standing = Assessment.objects.standing(known_at).filter(area__in=list(areas))
    rows = standing.select_related("rule_set").defer("results")
    for survey in rows.order_by("surveyed_on", "pk"):
        found.setdefault(survey.area_id, []).append(survey)
    return found
