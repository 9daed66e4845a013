"""Improved and cleared: what follows from comparing an area's verified surveys (ADR 9).

Nobody types these outcomes. Under each decree line (`areas.comparisons`), an area has
`improved` while its class is lower than at the decree's first survey, and is `cleared`
while its total is below the slum threshold and was not then. The class is the area's,
so the hectares are all those of the line.

Verifying or correcting a survey, a new decree and an area correction all end in
`settle_outcomes`, which brings the ledger to what the surveys say by adding entries:
credits, relapses (slum again), and reversals where a survey that came later in the
post but earlier by its date changes what was said.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from areas.comparisons import Turn, standing_surveys, survey_text, turns_of
from areas.ledger import lock_lines
from areas.ledger_corrections import undo
from areas.models import DecreeLine, LedgerEntry
from areas.models.ledger import WHOLE_AREA, Outcome
from core import html


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
    surveys = standing_surveys(keys)
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
        "before": survey_text(turn.base),
        "now": survey_text(turn.survey),
        "rules": turn.survey.rule_set.code,
    }


def _period(turn: Turn) -> str:
    return _("survey of %(date)s") % {"date": html.day(turn.day)}
