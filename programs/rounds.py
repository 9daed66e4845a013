"""What a submitted report said, kept with its round, and what the next one changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.numbers import format_decimal
from programs.sheet import LineSheet, ReportSheet

UNITS = "units"


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that differs between two rounds; `old` or `new` is empty if none."""

    number: int
    activity: str
    what: str
    old: str
    new: str


def figures_of(sheet: ReportSheet) -> dict[str, Any]:
    """The report's figures as JSON: by activity, exact, as texts."""
    return {str(line.activity.pk): _line_figures(line) for line in sheet.lines}


def changes(old: Mapping[str, Any], sheet: ReportSheet) -> list[Change]:
    """What differs between an earlier round and the report as it stands."""
    found = []
    for line in sheet.lines:
        before = old.get(str(line.activity.pk))
        if before is None:
            found.append(_change(line, _("line"), "", _("new")))
            continue
        found += _changes_of(line, before, _line_figures(line))
    return found


def _changes_of(
    line: LineSheet, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Change]:
    words = _words(line)
    found = [
        _change(line, what, _shown(old.get(key), unit), _shown(new[key], unit))
        for key, (what, unit) in words.items()
        if old.get(key) != new[key]
    ]
    before, after = old.get(UNITS, {}), new[UNITS]
    for key in sorted(before.keys() | after.keys(), key=int):
        was, now = before.get(key), after.get(key)
        if (was and was["hectares"]) != (now and now["hectares"]):
            name = (now or was)["name"]
            pair = [_shown(side and side["hectares"], "ha") for side in (was, now)]
            found.append(_change(line, name, *pair))
    return found


def _change(line: LineSheet, what: str, old: str, new: str) -> Change:
    return Change(line.number, line.activity.name, what, old, new)


def _words(line: LineSheet) -> dict[str, tuple[str, str]]:
    """What the figures are called, and their units."""
    return {
        "volume": (_("volume"), line.activity.unit),
        "physical_percent": (_("physical progress"), "%"),
        "planned_percent": (_("planned progress"), "%"),
        "spent": (_("money spent"), "Rp"),
        "is_nil": (_("nil"), ""),
        "obstacle": (_("obstacle"), ""),
        "help_needed": (_("help needed"), ""),
        "note": (_("note"), ""),
    }


def _line_figures(line: LineSheet) -> dict[str, Any]:
    stored = line.line
    return {
        "volume": _text(stored.volume),
        "physical_percent": _text(stored.physical_percent),
        "planned_percent": _text(stored.planned_percent),
        "spent": _text(stored.spent),
        "is_nil": stored.is_nil,
        "obstacle": stored.obstacle and stored.get_obstacle_display(),
        "help_needed": stored.help_needed and stored.get_help_needed_display(),
        "note": stored.note,
        UNITS: {
            str(unit.key): {"name": unit.name, "hectares": _text(unit.stored.reported)}
            for unit in line.touched
            if unit.stored
        },
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _shown(value: Any, unit: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not unit:
        return str(value)
    figure = format_decimal(Decimal(value), None)
    return f"Rp {figure}" if unit == "Rp" else f"{figure} {unit}"
