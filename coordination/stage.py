"""What the screen of the room shows: the agenda, figures of the districts, promises."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.figure_values import Figure, Sums
from areas.figures import NOT_ASSESSED, Figures, figures
from areas.models import SlumArea
from areas.rules import Severity
from coordination.models import AgendaItem, Commitment, Meeting
from coordination.outcomes import Previous, previous_of
from core import html
from core.numbers import format_decimal

SHOWN: Mapping[str, tuple[Any, str]] = {
    "handled": (gettext_lazy("Handled"), "handled"),
    "improved": (gettext_lazy("Improved"), "improved"),
    "cleared": (gettext_lazy("Out of slum"), "cleared"),
    "uncleared": (gettext_lazy("Rest (decree − out of slum)"), ""),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure with what it was computed from; `url` leads to its rows."""

    label: str
    tone: str
    figure: Figure
    how: str


@dataclass(frozen=True, slots=True)
class District:
    """The figures of one district as of a day, under the decrees that they name."""

    name: str
    sums: Sums
    shown: list[Shown]
    classes: SafeString
    decrees: tuple[str, ...]
    as_of: date


def item_of(meeting: Meeting) -> AgendaItem | None:
    """Where the talk is: the current item, else the first that is not done."""
    if meeting.current_item is not None:
        return meeting.current_item
    items = meeting.items.order_by("position")
    return items.filter(done_at=None).first() or items.last()


def previously(meeting: Meeting, user: Any) -> Previous | None:
    """The meeting before; its commitments by due day, those that have ended last."""
    found = previous_of(meeting, user)
    if found is None:
        return None
    return replace(found, commitments=sorted(found.commitments, key=_urgency))


def _urgency(commitment: Commitment) -> tuple[bool, date, int]:
    return (not commitment.is_pending, commitment.due_on, commitment.number)


def districts_of(item: AgendaItem | None, user: Any, on: date) -> list[District]:
    """The districts of the item as the person may see them; all together without any.

    The number of queries does not grow with the districts.
    """
    codes = list(item.regions.values_list("pk", flat=True)) if item else []
    areas = SlumArea.objects.visible_to(user)
    if codes:
        areas = areas.filter(regency__in=codes)
    found = figures(areas, as_of=on)
    if not codes:
        whole = found.all_figures
        return [_district(_("All areas that you see"), found, found.total, whole, None)]
    return [
        _district(group.label, found, group.sums, {f.code: f for f in shown}, group.key)
        for group, shown in found.figures_by("region")
    ]


def _district(
    name: str,
    found: Figures,
    sums: Sums,
    by_code: Mapping[str, Figure],
    regency: str | None,
) -> District:
    shown = [
        Shown(str(label), tone, by_code[code], _how(code, by_code[code], sums))
        for code, (label, tone) in SHOWN.items()
        if code in by_code
    ]
    decrees = {c.decree for c in found.cells if regency in (None, c.regency)}
    return District(
        name=name,
        sums=sums,
        shown=shown,
        classes=_classes(found, regency),
        decrees=tuple(sorted(decrees)),
        as_of=found.as_of,
    )


def _how(code: str, figure: Figure, sums: Sums) -> str:
    """How it was computed, in numbers: part ÷ whole, or whole − part."""
    decreed = format_decimal(sums.decreed)
    if code == "uncleared":
        return f"{decreed} − {format_decimal(sums.cleared)}"
    return f"{format_decimal(figure.numerator or 0)} ÷ {decreed}"


def _classes(found: Figures, regency: str | None) -> SafeString:
    """Hectares in decrees by class of the latest verified survey, as a bar."""
    by_class = {severity: Sums() for severity in Severity}
    for (code, severity), sums in found.by_regency_and_severity.items():
        if regency in (None, code) and severity != NOT_ASSESSED:
            by_class[Severity(severity)] += sums
    parts = [
        html.Part(severity.letter, str(severity.label), sums.decreed)
        for severity, sums in by_class.items()
    ]
    has_any = any(part.value for part in parts)
    return html.stacked_bar(parts) if has_any else SafeString("")
