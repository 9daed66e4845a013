"""The figures at the head of an area, each with what it was computed from."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from areas.tables import fraction_text
from core import html
from core.numbers import format_decimal


def area_facts(area: Any) -> list[dict[str, Any]]:
    """The figures at the head of an area `with_figures()`; one more query."""
    units = _sums_of_units(area)
    pending = {
        "value": _("not computed yet"),
        "note": _("The ledger does not post it yet."),
    }
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
        {"label": _("Improved"), **pending},
        {"label": _("Out of slum"), **pending},
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
