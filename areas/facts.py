"""The figures at the head of an area, each with what it was computed from."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from areas.comparisons import Comparison, survey_text
from areas.models import DecreeLine
from areas.tables import fraction_text
from areas.unit_ledger import compared
from core import html
from core.numbers import format_decimal


def area_facts(area: Any) -> list[dict[str, Any]]:
    """The figures at the head of an area `with_figures()` of today; 3 more queries."""
    units = _sums_of_units(area)
    surveys, comparison = _compared(area)
    return [
        {
            "label": _("Decreed"),
            "value": _hectares(area.decreed),
            "note": _units_note(units),
        },
        {
            "label": _("Handled"),
            "value": _hectares(area.handled),
            "note": fraction_text(
                area.handled or Decimal(0), area.decreed or Decimal(0)
            ),
            "url": reverse("areas:area-ledger", args=[area.pk]),
        },
        {
            "label": _("Improved"),
            **outcome_fact(area.improved, surveys, comparison),
        },
        {
            "label": _("Out of slum"),
            **outcome_fact(area.cleared, surveys, comparison),
        },
        {
            "label": _("Not handled (decreed − handled)"),
            "value": _hectares(area.unhandled),
            "note": _difference(area),
        },
        {
            "label": _("Buildings · households · people"),
            "value": _counts(units),
            "note": _density(units),
        },
    ]


def _compared(area: Any) -> tuple[int, Comparison | None]:
    if area.line_id is None:
        return 0, None
    line = DecreeLine.objects.select_related("decree").get(pk=area.line_id)
    return compared(line, timezone.localdate())


def outcome_fact(
    hectares: Decimal | None, surveys: int, comparison: Comparison | None
) -> dict[str, Any]:
    """Improved or cleared with the surveys behind it; not known is not zero."""
    if hectares is None:
        return {"value": _("no decree")}
    if comparison is None:
        return {"value": _("cannot be compared yet"), "note": _nothing_yet(surveys)}
    return {
        "value": _hectares(hectares),
        "note": comparison_text(comparison),
        "url": comparison.survey.get_absolute_url(),
    }


def comparison_text(comparison: Comparison) -> str:
    """`Kumuh berat, 65 (8 Jan 2020) → Kumuh ringan, 20 (20 Des 2023)`."""
    return f"{survey_text(comparison.base)} → {survey_text(comparison.survey)}"


def _nothing_yet(surveys: int) -> str:
    if surveys == 0:
        return _("there is no verified assessment yet")
    if surveys == 1:
        return _("there is only one assessment")
    return _("no two assessments under this decree are of one rule set")


def _sums_of_units(area: Any) -> dict[str, Any]:
    return area.neighbourhoods.aggregate(
        count=Count("pk"),
        counted=Count("population"),
        hectares=Sum("hectares"),
        buildings=Sum("buildings"),
        households=Sum("households"),
        population=Sum("population"),
    )


def _hectares(value: Decimal | None) -> Any:
    if value is None:
        return _("no decree")
    return format_html("{} ha", html.figure(value))


def _units_note(units: Mapping[str, Any]) -> str:
    if not units["count"]:
        return _("no RT yet")
    return _("%(count)s RT, together %(hectares)s ha") % {
        "count": format_decimal(units["count"], 0),
        "hectares": format_decimal(units["hectares"]),
    }


def _difference(area: Any) -> str:
    if area.decreed is None:
        return ""
    return f"{format_decimal(area.decreed)} − {format_decimal(area.handled)}"


def _counts(units: Mapping[str, Any]) -> str:
    names = ("buildings", "households", "population")
    return " · ".join(
        "–" if units[name] is None else format_decimal(units[name], 0) for name in names
    )


def _density(units: Mapping[str, Any]) -> str:
    if not units["population"] or units["counted"] < units["count"]:
        return ""  # an RT without its people would make the density too low
    density = Decimal(units["population"]) / units["hectares"]
    return _("%(people)s ÷ %(hectares)s = %(density)s people/ha") % {
        "people": format_decimal(units["population"], 0),
        "hectares": format_decimal(units["hectares"]),
        "density": format_decimal(density),
    }
