"""What one area has on a day: the one definition that every sum is a sum over.

An area counts once, under the decree line in force on `as_of`; entries count when
effective by then (and, for "what did we say then", recorded before `known_at`).
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Expression,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from areas.models import Assessment, DecreeLine, LedgerEntry, LineSum, SlumArea
from areas.models.decree import CountingUnit
from areas.models.ledger import Outcome
from areas.rules import CENTRAL_FROM_HA, PROVINCE_FROM_HA, Authority
from core.fields import HectaresField

ZERO = Decimal(0)
AreaQuerySet = QuerySet[SlumArea]
AnnotatedAreas = QuerySet[Any]  # SlumArea with the fields that are added below
NOT_GIVEN = "none"
OUTCOMES = (Outcome.HANDLED, Outcome.IMPROVED, Outcome.CLEARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryScope:
    """Which ledger entries are asked for; all of them unless said otherwise.

    The base never changes with it: 40 ha of one agency are 40 ha of the whole decree.
    """

    agency: int | None = None
    fund: str = ""
    programme: str = ""
    year: int | None = None
    method: str = ""

    @property
    def is_all(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))

    @property
    def condition(self) -> Q:
        """On `LedgerEntry` and on `LineSum`, which have the same names."""
        wanted = {
            "agency": self.agency,
            "source__fund": self.fund,
            "source__programme_key": self.programme,
            "effective_on__year": self.year,
            "method": self.method,
        }
        found = Q()
        for name, value in wanted.items():
            if value == NOT_GIVEN:  # no source, so neither programme nor fund
                found &= Q(source=None)
            elif value:
                found &= Q(**{name: value})
        return found


ALL_ENTRIES = EntryScope()


def with_area_figures(
    areas: AreaQuerySet,
    *,
    as_of: date,
    known_at: datetime | None = None,
    entries: EntryScope = ALL_ENTRIES,
    at_once: bool = False,
) -> AnnotatedAreas:
    """Add to each area what it has on `as_of`.

    `line_id`, `decree_number`, `decreed` (as printed, plus area corrections),
    `handled`, `improved`, `cleared`, `unhandled` (decreed − handled), `uncleared`
    (decreed − cleared), all in hectares, and `authority` are None where no decree in
    force names the area; `severity`, `severity_total`, `assessed_on` and `verified`
    (hectares of the survey) where no survey up to then is verified. `entries` limits
    the three outcomes, never the base; what remains is then None. `at_once` finds the
    surveys of all areas together: the better plan for sums over many areas, the worse
    one for a page of a list.
    """
    in_force = DecreeLine.objects.all_in_force(as_of, known_at=known_at)
    line = Q(decree_lines__pk__in=Subquery(in_force.order_by().values("pk")))
    annotated: AnnotatedAreas = areas.annotate(
        line=FilteredRelation("decree_lines", condition=line),
        line_id=F("line__pk"),
        decree_number=F("line__decree__number"),
        decreed=F("line__hectares")
        + outcome_sum(Outcome.DECREED, as_of, known_at, ALL_ENTRIES),
        **{
            outcome.value: Case(
                When(
                    line__pk__isnull=False,
                    then=outcome_sum(outcome, as_of, known_at, entries),
                )
            )
            for outcome in OUTCOMES
        },
        **(_surveys_at_once if at_once else _latest_survey)(as_of, known_at),
    )
    return annotated.annotate(
        unhandled=_remaining("handled", entries),
        uncleared=_remaining("cleared", entries),
        authority=_authority(as_of, known_at),
    )


def _remaining(outcome: str, entries: EntryScope) -> Any:
    """Decreed less the outcome; not of some entries, which leave nothing over."""
    if not entries.is_all:
        return Cast(Value(None), HectaresField())
    return F("decreed") - F(outcome)


def outcome_sum(
    outcome: Outcome, as_of: date, known_at: datetime | None, entries: EntryScope
) -> Expression:
    """Hectares of the outcome under the line of `line`; 0 where there are none.

    From the line's total where that holds for `as_of`, else from the sums by day; from
    the entries themselves where the moment of recording matters (ADR 10).
    """
    if known_at is not None:
        return _added_up(
            LedgerEntry.objects.known(as_of=as_of, known_at=known_at), outcome, entries
        )
    by_day = _added_up(
        LineSum.objects.filter(effective_on__lte=as_of), outcome, entries
    )
    if not entries.is_all:
        return by_day
    name = "corrected" if outcome == Outcome.DECREED else outcome.value
    return Case(
        When(line__sum__pk__isnull=True, then=Value(ZERO)),
        When(line__sum__last_effective_on__lte=as_of, then=F(f"line__sum__{name}")),
        default=by_day,
        output_field=HectaresField(),
    )


def _added_up(rows: QuerySet[Any], outcome: Outcome, entries: EntryScope) -> Expression:
    summed = (
        rows.filter(entries.condition, decree_line=OuterRef("line__pk"))
        .filter(outcome=outcome)
        .order_by()
        .values("decree_line")
        .annotate(sum=Sum("hectares"))
        .values("sum")
    )
    return Coalesce(Subquery(summed), ZERO, output_field=HectaresField())


class AuthorityOf(Func):
    """`areas.rules.authority_of` in SQL, the hectares named once; None without any."""

    output_field = CharField()
    template = (
        f"(ARRAY['{Authority.REGENCY.value}', '{Authority.PROVINCE.value}',"
        f" '{Authority.CENTRAL.value}'])[1 + width_bucket(ROUND(%(expressions)s, 2),"
        f" ARRAY[{PROVINCE_FROM_HA}, {CENTRAL_FROM_HA}]::numeric[])]"
    )


def _authority(as_of: date, known_at: datetime | None) -> AuthorityOf:
    """By the area's own hectares, or by those of its village where the decree says."""
    return AuthorityOf(
        Case(
            When(
                line__decree__counting_unit=CountingUnit.VILLAGE,
                then=_of_the_village(as_of, known_at),
            ),
            default=F("decreed"),
            output_field=HectaresField(),
        )
    )


def _of_the_village(as_of: date, known_at: datetime | None) -> Subquery:
    """Hectares that the decree gives to the village of the line, all areas together."""
    lines = DecreeLine.objects.filter(
        decree=OuterRef("line__decree"), village=OuterRef("line__village")
    )
    corrections = LedgerEntry.objects.known(as_of=as_of, known_at=known_at).filter(
        outcome=Outcome.DECREED,
        decree_line__decree=OuterRef("line__decree"),
        decree_line__village=OuterRef("line__village"),
    )
    if known_at is not None:
        lines = lines.filter(recorded_at__lt=known_at)
    printed = lines.order_by().values("decree").annotate(all=Sum("hectares"))
    corrected = corrections.order_by().values("outcome").annotate(all=Sum("hectares"))
    return Subquery(printed.values("all")) + Coalesce(  # type: ignore[return-value]
        Subquery(corrected.values("all")), ZERO, output_field=HectaresField()
    )


def _surveys_at_once(as_of: date, known_at: datetime | None) -> dict[str, Any]:
    """The same as `_latest_survey`, found for every area in one pass."""
    standing = Assessment.objects.all_standing(known_at).filter(surveyed_on__lte=as_of)
    latest = standing.order_by("area_id", "-surveyed_on", "-pk").distinct("area_id")
    survey = Q(assessments__pk__in=Subquery(latest.values("pk")))
    return {
        "survey": FilteredRelation("assessments", condition=survey),
        "severity": F("survey__severity"),
        "severity_total": F("survey__total"),
        "assessed_on": F("survey__surveyed_on"),
        "verified": F("survey__hectares"),
    }


def _latest_survey(as_of: date, known_at: datetime | None) -> dict[str, Any]:
    """The latest survey up to then that is verified (or was so before `known_at`)."""
    surveys = (
        Assessment.objects.standing(known_at)
        .filter(area=OuterRef("pk"), surveyed_on__lte=as_of)
        .order_by("-surveyed_on", "-pk")
    )
    return {
        "severity": Subquery(surveys.values("severity")[:1]),
        "severity_total": Subquery(surveys.values("total")[:1]),
        "assessed_on": Subquery(surveys.values("surveyed_on")[:1]),
        "verified": Subquery(surveys.values("hectares")[:1]),
    }
