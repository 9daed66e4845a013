"""What surveys say beside what the ledger says: improved, out of slum, slum again."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from areas.models import Assessment, LedgerEntry
from areas.models.ledger import Outcome
from areas.outcomes import turns_of
from core import html
from core.numbers import format_decimal
from dashboard.health.hectare_checks import lines

OUTCOMES = (Outcome.IMPROVED, Outcome.CLEARED)
Key = tuple[int, str]
Said = tuple[
    date, int | None, Decimal
]  # the day, the survey, hectares that begin or end


def lines_with_surveys(today: date) -> QuerySet[Any]:
    """Lines about which surveys or the ledger have something to say."""
    surveys = Assessment.objects.filter(
        area=OuterRef("area"), status=Assessment.Status.VERIFIED
    )
    entries = LedgerEntry.objects.filter(
        decree_line=OuterRef("pk"), outcome__in=OUTCOMES
    )
    return lines().filter(Q(Exists(surveys)) | Q(Exists(entries)))


def unlike_surveys(rows: QuerySet[Any]) -> Mapping[int, str]:
    """Of these lines, those whose entries are not what the surveys say; three queries.

    The words name each outcome with the last day on either side.
    """
    found = list(rows.order_by("pk"))
    surveys = _surveys(rows)
    entries = _entries(rows)
    problems: dict[int, str] = {}
    for line in found:
        turns = turns_of(
            surveys.get(line.area_id, []),
            since=line.decree.in_force_from,
            until=line.decree.in_force_until,
        )
        texts = []
        for outcome in OUTCOMES:
            wanted = [
                (turn.day, turn.survey.pk, _signed(turn.is_on, line.decreed))
                for turn in turns[outcome]
            ]
            kept = entries.get((line.pk, outcome), [])
            if wanted != kept:
                texts.append(_sentence(outcome, wanted, kept))
        if texts:
            problems[line.pk] = " ".join(texts)
    return problems


def _signed(is_on: bool, hectares: Decimal) -> Decimal:
    return hectares if is_on else -hectares


def _surveys(rows: QuerySet[Any]) -> dict[int, list[Assessment]]:
    """The standing surveys of the lines' areas, in the order of their dates."""
    areas = rows.order_by().values("area")
    standing = Assessment.objects.standing().filter(area__in=areas).defer("results")
    found: dict[int, list[Assessment]] = {}
    for survey in standing.order_by("surveyed_on", "pk"):
        found.setdefault(survey.area_id, []).append(survey)
    return found


def _entries(rows: QuerySet[Any]) -> dict[Key, list[Said]]:
    """The credits and relapses that stand under the lines, in their order."""
    standing = LedgerEntry.objects.filter(
        decree_line__in=rows.order_by().values("pk"),
        outcome__in=OUTCOMES,
        reversed_by=None,
    ).exclude(kind=LedgerEntry.Kind.REVERSAL)
    found: dict[Key, list[Said]] = {}
    for entry in standing.order_by("effective_on", "pk"):
        said = (entry.effective_on, entry.assessment_id, entry.hectares)
        found.setdefault((entry.decree_line_id, entry.outcome), []).append(said)
    return found


def _sentence(outcome: Outcome, wanted: Sequence[Said], kept: Sequence[Said]) -> str:
    return _("%(outcome)s: surveys say %(wanted)s, the ledger says %(kept)s.") % {
        "outcome": outcome.label,
        "wanted": _last(wanted),
        "kept": _last(kept),
    }


def _last(said: Sequence[Said]) -> str:
    """`since 8 Jan 2024, 12,50 ha`, the last of them."""
    if not said:
        return _("never")
    day, _survey, hectares = said[-1]
    word = _("since %(date)s") if hectares > 0 else _("no longer since %(date)s")
    size = format_decimal(abs(hectares))
    return f"{word % {'date': html.day(day)}}, {size} ha"
