"""Physical output of a report line: where it may lie, and what is refused.

An output says what a period added in one RT: metres, households, units.
"""

from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import gettext as _

from areas.models import Neighbourhood
from areas.rules import Rules
from core.numbers import format_decimal
from programs.models import PhysicalOutput, ReportLine

MEASURES = ("length", "width", "households", "units")
MOST = 100_000_000  # beyond what the columns hold
Problems = dict[str, str]


def places_of(line: ReportLine) -> list[Neighbourhood]:
    """The RT of the activity, else of its area, and those with an output already.

    Empty where the area has no RT: the output is then the whole area's.
    """
    activity = line.activity
    named = list(activity.neighbourhoods.all())
    offered = named or list(Neighbourhood.objects.filter(area=activity.area_id))
    had = [output.neighbourhood for output in line.outputs.all()]
    known = {unit.pk for unit in offered}
    return [*offered, *(unit for unit in had if unit and unit.pk not in known)]


def is_blank(
    *,
    length: Decimal | None,
    width: Decimal | None,
    households: int | None,
    units: int | None,
    note: str,
) -> bool:
    """Whether a row says nothing at all, and so is none."""
    return not note and (length, width, households, units) == (None, None, None, None)


def output_problems(
    *,
    neighbourhood: int | None,
    indicator: str,
    length: Decimal | None,
    width: Decimal | None,
    households: int | None,
    units: int | None,
    places: Collection[int],
    rules: Rules,
) -> Problems:
    """Why one row is refused, by field. `places` are the keys of RT it may name."""
    problems: Problems = {}
    if neighbourhood is None and places:
        problems["neighbourhood"] = _("Choose the RT where this was built.")
    elif neighbourhood is not None and neighbourhood not in places:
        problems["neighbourhood"] = _("This RT is not one of the activity's.")
    if indicator not in rules.codes:
        problems["indicator"] = _("Choose an indicator of “%(rules)s”.") % {
            "rules": rules.title
        }
    for name, value in (("length", length), ("width", width)):
        if value is not None and not 0 < value < MOST:
            problems[name] = _("Write more than 0 and at most 99,999,999.")
    for name, count in (("households", households), ("units", units)):
        if count is not None and not 0 <= count < MOST:
            problems[name] = _("Write 0 or more, in digits; at most 99,999,999.")
    if width is not None and length is None:
        problems.setdefault("length", _("A width needs its length."))
    elif (length, households, units) == (None, None, None):
        problems.setdefault(
            "length", _("Fill in a length, households or units, or clear the row.")
        )
    return problems


def summary_of(output: PhysicalOutput) -> str:
    """`120 × 1,5 m, 14 KK, 3 unit`: the measures that are filled in."""
    parts = []
    if output.length is not None:
        size = format_decimal(output.length, None)
        if output.width is not None:
            size = f"{size} × {format_decimal(output.width, None)}"
        parts.append(f"{size} m")
    if output.households is not None:
        parts.append(_("%(count)s KK") % {"count": _count(output.households)})
    if output.units is not None:
        parts.append(_("%(count)s unit") % {"count": _count(output.units)})
    return ", ".join(parts)


def _count(value: int) -> str:
    return format_decimal(value, 0)
