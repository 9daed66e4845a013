"""What a submitted report said, kept with its round, and what the next one changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.numbers import format_decimal
from programs.models import ReportLine
from programs.sheet import LineSheet, ReportSheet

UNITS = "units"
NUMBERS = ("volume", "physical_percent", "planned_percent", "spent")
TEXTS = ("obstacle", "help_needed", "note")
EVIDENCE = ("outputs", "files")  # what stands beside the figures of a line


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
    return {str(line.activity.pk): line_figures(line) for line in sheet.lines}


def changes(old: Mapping[str, Any], sheet: ReportSheet) -> list[Change]:
    """What differs between an earlier round and the report as it stands."""
    found = []
    for line in sheet.lines:
        before = old.get(str(line.activity.pk))
        if before is None:
            found.append(_change(line, _("line"), "", _("new")))
            continue
        found += changes_of(line, before, line_figures(line))
    return found + _removed(old, sheet)


def _removed(old: Mapping[str, Any], sheet: ReportSheet) -> list[Change]:
    """The lines that the report had and has no more; they have no number."""
    now = {str(line.activity.pk) for line in sheet.lines}
    return [
        Change(0, figures.get("activity", ""), _("line"), _("was there"), "")
        for key, figures in old.items()
        if key not in now
    ]


def changes_of(
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
        name = (now or was)["name"]
        for what, part, unit in (
            (name, "hectares", "ha"),
            (_("%(unit)s, reason") % {"unit": name}, "reason", ""),
        ):
            pair = [_shown(side and side.get(part), unit) for side in (was, now)]
            if pair[0] != pair[1]:
                found.append(_change(line, what, *pair))
    return found


def _change(line: LineSheet, what: str, old: str, new: str) -> Change:
    return Change(line.number, line.activity.name, what, old, new)


def _words(line: LineSheet) -> dict[str, tuple[str, str | Mapping[str, Any]]]:
    """What the figures are called, and their units or the words of their choices."""
    return {
        "volume": (_("volume"), line.activity.unit),
        "physical_percent": (_("physical progress"), "%"),
        "planned_percent": (_("planned progress"), "%"),
        "spent": (_("money spent"), "Rp"),
        "is_nil": (_("nil"), ""),
        "obstacle": (_("obstacle"), dict(ReportLine.Obstacle.choices)),
        "help_needed": (_("help needed"), dict(ReportLine.Help.choices)),
        "note": (_("note"), ""),
        "outputs": (_("physical outputs"), ""),
        "files": (_("photos and documents"), ""),
    }


def line_figures(line: LineSheet) -> dict[str, Any]:
    stored = line.line
    return {
        "activity": line.activity.name,
        **{name: as_text(getattr(stored, name)) for name in NUMBERS},
        **{name: getattr(stored, name) for name in (*TEXTS, "is_nil")},
        "outputs": "; ".join(line.outputs),
        "files": line.photos.own,
        UNITS: {
            str(unit.key): {
                "name": unit.name,
                "hectares": as_text(unit.stored.reported),
                "reason": unit.stored.reason,
                "verified": as_text(unit.stored.verified),
            }
            for unit in line.touched
            if unit.stored
        },
    }


def as_text(value: Decimal | None) -> str | None:
    """A figure exact and without idle zeros, as JSON keeps it."""
    return None if value is None else f"{value.normalize():f}"


def _shown(value: Any, unit: str | Mapping[str, Any]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(unit, Mapping):
        return str(unit.get(value, value))
    if not unit:
        return str(value)
    figure = format_decimal(Decimal(value), None)
    return f"Rp {figure}" if unit == "Rp" else f"{figure} {unit}"
