"""Why less is verified than was reported, in the words of the verifier."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    Case,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import html
from programs.models import ProgressReport, ReportLineUnit


def with_reasons(reports: "QuerySet[ProgressReport]") -> "QuerySet[ProgressReport]":
    """Add `less_because`: each reason once; NULL where nothing was taken off.

    Where other work counts the unit already, that is the reason.
    """
    why = Case(
        When(counted_in__isnull=False, then=Value(_("counted before"))),
        default=F("verifier_reason"),
        output_field=TextField(),
    )
    units = (
        ReportLineUnit.objects.filter(
            line__report=OuterRef("pk"), verified__lt=F("reported")
        )
        .order_by()
        .values("line__report")
        .annotate(said=StringAgg(why, "; ", distinct=True))
    )
    return reports.annotate(less_because=Subquery(units.values("said")))


def difference_of(report: ProgressReport) -> SafeString | str:
    """`−0,30 ha: bagian timur belum selesai` of a report with sums and reasons."""
    reported, verified = report.reported, report.verified  # type: ignore[attr-defined]
    if verified is None or verified == reported:
        return ""
    because = report.less_because  # type: ignore[attr-defined]
    return format_html("{} ha: {}", html.figure(verified - reported), because)


def difference_in_files(report: ProgressReport) -> str | None:
    """The reasons alone: the hectares stand beside them."""
    return report.less_because  # type: ignore[attr-defined]
