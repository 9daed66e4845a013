"""Verified reports whose figures are no longer those that were verified.

An accepted change is a round of its own and no drift. What comes by other ways (the
admin, SQL) is seen here, because the figures of the last verification or change are
kept with its round (`rounds.figures_of`) and compared in the database.
"""

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DecimalField,
    Exists,
    Expression,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from core.counting import counted
from programs import workflow
from programs.models import ProgressReport, ReportLine, ReportLineUnit, ReportRound
from programs.rounds import NUMBERS, TEXTS, UNITS

EXACT = DecimalField(max_digits=20, decimal_places=6)


def with_drift(reports: "QuerySet[ProgressReport]") -> "QuerySet[ProgressReport]":
    """Add `has_drifted` to each report, in the same query."""
    return reports.annotate(
        has_drifted=Case(
            When(drifted_q(), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def drifted_q() -> Q:
    """Verified reports that say something else than when they were verified.

    Those verified before figures were kept are not known, and not among them.
    """
    kept = Subquery(_kept_rounds("pk").values("figures")[:1])
    lines = ReportLine.objects.filter(report=OuterRef("pk")).annotate(
        kept=_part(
            Subquery(_kept_rounds("report").values("figures")[:1]), _key("activity_id")
        )
    )
    known = Exists(_kept_rounds("pk"))
    return (
        Q(status=ProgressReport.Status.VERIFIED)
        & Q(known)
        & (
            Q(Exists(lines.filter(_line_differs())))
            | ~Q(_same_count(kept, counted(lines)))
        )
    )


def _kept_rounds(report: str) -> "QuerySet[ReportRound]":
    """The rounds with verified figures of the outer row's report, latest first."""
    return ReportRound.objects.filter(
        report=OuterRef(report),
        step__in=[workflow.VERIFY.name, workflow.CHANGE],
        figures__isnull=False,
    ).order_by("-at", "-pk")


def _line_differs() -> Q:
    """A line beside the figures `kept` of it, unit by unit."""
    units = ReportLineUnit.objects.filter(line=OuterRef("pk")).annotate(
        kept=_part(
            OuterRef("kept"),
            Value(UNITS),
            _key(Coalesce("neighbourhood_id", 0)),
        )
    )
    unit_differs = (
        Q(kept=None)
        | _differs("reported", "hectares", number=True)
        | _differs("verified", "verified", number=True)
    )
    found = Q(kept=None) | ~Q(_same("is_nil", "is_nil", BooleanField()))
    for name in NUMBERS:
        found |= _differs(name, name, number=True)
    for name in TEXTS:
        found |= _differs(name, name, number=False)
    return (
        found
        | Q(Exists(units.filter(unit_differs)))
        | ~Q(_same_count(_part(F("kept"), Value(UNITS)), counted(units)))
    )


def _differs(field: str, name: str, *, number: bool) -> Q:
    return ~Q(_same(field, name, EXACT if number else TextField()))


def _same(field: str, name: str, kind: Any) -> Func:
    """Whether the field is what the figures `kept` say under this name."""
    said = Cast(_text_of(name), kind)
    return _equal(Cast(F(field), kind), said)


def _same_count(kept: Any, count: Expression) -> Func:
    """Whether there are as many rows as the object kept has keys."""
    keys = Func(
        kept,
        template="(SELECT count(*) FROM jsonb_object_keys(%(expressions)s))",
        output_field=EXACT,
    )
    return _equal(keys, Cast(count, EXACT))


def _equal(one: Any, other: Any) -> Func:
    """The same, or both unknown."""
    return Func(
        one,
        other,
        template="(%(expressions)s)",
        arg_joiner=" IS NOT DISTINCT FROM ",
        output_field=BooleanField(),
    )


def _part(source: Any, *path: Any) -> Func:
    return Func(source, *path, function="jsonb_extract_path", output_field=JSONField())


def _text_of(name: str) -> Func:
    return Func(
        F("kept"),
        Value(name),
        function="jsonb_extract_path_text",
        output_field=CharField(),
    )


def _key(field: Any) -> Cast:
    return Cast(field, TextField())
