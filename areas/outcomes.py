"""Improved and cleared: what follows from comparing an area's verified surveys (ADR 9).

Nobody types these outcomes. Under each decree line, the survey that stood when the
decree came into force (else the first one after it) is what later ones are compared
with: `improved` while the class is lower than it was then, `cleared` while the total is
below the slum threshold and was not then. The class is the area's, so the hectares are
all those of the line. Classes are compared under one rule set only; each has its own
first survey.

Verifying or correcting a survey, a new decree and an area correction all end in
`settle_outcomes`, which brings the ledger to what the surveys say by adding entries:
credits, relapses (slum again), and reversals where a survey that came later in the
post but earlier by its date changes what was said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from areas.ledger import lock_lines
from areas.ledger_corrections import undo
from areas.models import Assessment, DecreeLine, LedgerEntry
from areas.models.ledger import WHOLE_AREA, Outcome
from areas.severity import Severity
from core import html

RANK: Mapping[str, int] = {
    Severity.NOT_SLUM: 0,
    Severity.LIGHT: 1,
    Severity.MODERATE: 2,
    Severity.HEAVY: 3,
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


def turns_of(
    surveys: Sequence[Assessment], *, since: date, until: date | None
) -> dict[Outcome, list[Turn]]:
    """When the area improved, was cleared, and was slum again, under one decree.

    `surveys` are the standing ones of the area in the order of their dates; the decree
    holds from `since` to before `until`.
    """
    turns: dict[Outcome, list[Turn]] = {Outcome.IMPROVED: [], Outcome.CLEARED: []}
    bases: dict[int, Assessment] = {}
    for survey in surveys:
        if until is not None and survey.surveyed_on >= until:
            break
        base = bases.get(survey.rule_set_id)
        if base is None or survey.surveyed_on <= since:
            bases[survey.rule_set_id] = survey
            continue
        state = _state(base, survey)
        for outcome, found in turns.items():
            was_on = bool(found) and found[-1].is_on
            if state[outcome] != was_on:
                found.append(Turn(not was_on, survey, base))
    return turns


def _state(base: Assessment, survey: Assessment) -> dict[Outcome, bool]:
    before, now = RANK[base.severity], RANK[survey.severity]
    return {
        Outcome.IMPROVED: now < before,
        Outcome.CLEARED: now == 0 and before > 0,
    }


@transaction.atomic
def settle_outcomes(areas: Iterable[int], *, by: Any) -> list[LedgerEntry]:
    """Bring the ledger of these areas to what their surveys say; the new entries.

    To be called inside the service that changed a survey, a decree or its hectares:
    that one has asked for the right.
    """
    with translation.override("id"):  # entries are read for years, by everybody
        return _settle(sorted(set(areas)), by)


def _settle(keys: list[int], by: Any) -> list[LedgerEntry]:
    lines = DecreeLine.objects.filter(area__in=keys).exclude(decree__status="draft")
    locked = lock_lines(lines.values_list("pk", flat=True))
    surveys = _surveys(keys)
    kept = _chains(locked)
    posted: list[LedgerEntry] = []
    for line in locked.values():
        wanted = turns_of(
            surveys.get(line.area_id, []),
            since=line.decree.in_force_from,
            until=line.decree.in_force_until,
        )
        for outcome, turns in wanted.items():
            chain = kept.get((line.pk, outcome), [])
            posted += _settled(line, outcome, turns, chain, by)
    return posted


def _surveys(areas: Iterable[int]) -> dict[int, list[Assessment]]:
    found: dict[int, list[Assessment]] = {}
    standing = Assessment.objects.standing().filter(area__in=list(areas))
    rows = standing.select_related("rule_set").defer("results")
    for survey in rows.order_by("surveyed_on", "pk"):
        found.setdefault(survey.area_id, []).append(survey)
    return found


def _chains(lines: Iterable[int]) -> dict[tuple[int, str], list[LedgerEntry]]:
    """The credits and relapses that stand, by line and outcome, in their order."""
    entries = LedgerEntry.objects.filter(
        decree_line__in=list(lines),
        outcome__in=[Outcome.IMPROVED, Outcome.CLEARED],
        reversed_by=None,
    ).exclude(kind=LedgerEntry.Kind.REVERSAL)
    chains: dict[tuple[int, str], list[LedgerEntry]] = {}
    for entry in entries.order_by("effective_on", "pk"):
        chains.setdefault((entry.decree_line_id, entry.outcome), []).append(entry)
    return chains


def _settled(
    line: DecreeLine,
    outcome: Outcome,
    turns: Sequence[Turn],
    chain: Sequence[LedgerEntry],
    by: Any,
) -> list[LedgerEntry]:
    """Keep what both agree on from the start; take the rest back and post it anew."""
    same = 0
    for entry, turn in zip(chain, turns, strict=False):
        if not _says(entry, turn, line.hectares_now):
            break
        same += 1
    posted = [
        undo(entry, by=by, reason=_("The surveys of the area now say otherwise."))
        for entry in reversed(chain[same:])
    ]
    credit = chain[same - 1] if same else None
    for turn in turns[same:]:
        if turn.is_on:
            credit = _credited(line, outcome, turn, by)
            posted.append(credit)
        else:
            assert credit is not None  # an outcome ends only after it began
            posted.append(_relapsed(credit, turn, by))
    return posted


def _says(entry: LedgerEntry, turn: Turn, hectares: Decimal) -> bool:
    return (
        (entry.hectares > 0) == turn.is_on
        and entry.assessment_id == turn.survey.pk
        and abs(entry.hectares) == hectares
    )


def _credited(line: DecreeLine, outcome: Outcome, turn: Turn, by: Any) -> LedgerEntry:
    return LedgerEntry.objects.create(
        decree_line=line,
        footprint=WHOLE_AREA,
        outcome=outcome,
        kind=LedgerEntry.Kind.CREDIT,
        hectares=line.hectares_now,
        agency=line.area.agency,
        method=LedgerEntry.Method.SURVEY,
        assessment=turn.survey,
        cause=_cause(turn),
        period=_period(turn),
        effective_on=turn.day,
        recorded_by=by,
    )


def _relapsed(credit: LedgerEntry, turn: Turn, by: Any) -> LedgerEntry:
    return undo(
        credit,
        by=by,
        reason="",
        effective_on=turn.day,
        kind=LedgerEntry.Kind.RELAPSE,
        link="relapse_of",
        assessment_id=turn.survey.pk,
        cause=_cause(turn),
        period=_period(turn),
    )


def _cause(turn: Turn) -> str:
    """`Berat (8 Jan 2019) → Ringan (20 Des 2023)`, with both totals."""
    return _("%(before)s → %(now)s under %(rules)s") % {
        "before": _named(turn.base),
        "now": _named(turn.survey),
        "rules": turn.survey.rule_set.code,
    }


def _named(survey: Assessment) -> str:
    return _("%(severity)s, score %(total)s (%(date)s)") % {
        "severity": Severity(survey.severity).label,
        "total": survey.total,
        "date": html.day(survey.surveyed_on),
    }


def _period(turn: Turn) -> str:
    return _("survey of %(date)s") % {"date": html.day(turn.day)}
