"""RT that are renumbered, split or merged, and the credits that go along (ADR 9).

A renumbered RT stays the same RT. One that is split or merged is retired, and others
take its place; surveys and reports of before still name the retired one. Whoever knows
of more than areas (`programs.services.units`) tells what stands against it as
`blockers`, so that every problem is told at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import User
from areas.ledger import lock_lines
from areas.ledger_moves import gather, share_out, standing_credits
from areas.models import (
    Assessment,
    LedgerEntry,
    Neighbourhood,
    NeighbourhoodSuccession,
    SlumArea,
    SurveyedUnit,
)
from areas.models.succession import UnitChange
from areas.services.areas import locked_area
from areas.services.checks import Problems, save_checked
from areas.services.neighbourhoods import (
    NeighbourhoodValues,
    add_villages,
    assign,
    check_unit,
    taken_in,
    unit_key,
)
from core import html
from core.errors import BusinessRuleError, WrongStateError
from core.numbers import format_decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNotice:
    """From which day RT changed, by which document, and why."""

    effective_on: date
    reason: str
    document: str = ""

    def as_entry(self) -> dict[str, str]:
        """What the entries of the ledger say of it."""
        return {"reason": self.reason.strip(), "document": self.document.strip()}


@transaction.atomic
def renumber_unit(
    unit: Neighbourhood, *, rt_rw: str, notice: UnitNotice, by: User
) -> Neighbourhood:
    """Give an RT its new number. It stays the same RT, with its surveys and credits.

    Day, document and reason stand in the trail and in the history of the area's RT.
    """
    area = locked_area(unit.area, by)
    unit = _locked_units(area, [unit])[0]
    had, before = unit.village_id, unit.rt_rw
    assign(unit, {"rt_rw": rt_rw})
    problems = _notice_problems(notice)
    check_unit(unit, area, taken_in(area, but=[unit]), problems, had=had)
    if unit.rt_rw == before:
        problems["rt_rw"].append(_("The RT already has this number."))
    problems.raise_any()
    change = {
        "from": before,
        "to": unit.rt_rw,
        "effective_on": notice.effective_on.isoformat(),
        "document": notice.document.strip(),
        "reason": notice.reason.strip(),
    }
    with pghistory.context(renumbered=change, user=by.pk):
        save_checked(unit)
    return unit


@transaction.atomic
def split_unit(
    unit: Neighbourhood,
    *,
    parts: Sequence[NeighbourhoodValues],
    notice: UnitNotice,
    by: User,
    blockers: Sequence[str] = (),
) -> list[Neighbourhood]:
    """Put several RT in the place of one, and move its credits to them.

    Each credit that stands is shared out in proportion to the hectares of the parts;
    what it says of any day stays the same. Errors stand under `parts.<n>.<field>`.
    """
    area = locked_area(unit.area, by)
    old, lines = _locked(area, [unit])
    problems = _notice_problems(notice)
    _add_obstacles(area, old, blockers, problems)
    if len(parts) < 2:
        problems["parts"].append(_("Name at least two RT that take its place."))
    fresh = _checked_units(area, old, parts, "parts.{row}.{field}", problems)
    standing = standing_credits(old, lines)
    _check_hectares(old, fresh, problems)
    for credit in standing:
        _check_room(credit.hectares, fresh, problems)
    problems.raise_any()
    stored = _replaced(area, old, fresh, UnitChange.SPLIT, notice, by)
    for credit in standing:
        share_out(credit, stored, by=by, **notice.as_entry())
    return stored


@transaction.atomic
def merge_units(
    units: Sequence[Neighbourhood],
    *,
    into: NeighbourhoodValues,
    notice: UnitNotice,
    by: User,
    blockers: Sequence[str] = (),
) -> Neighbourhood:
    """Put one RT in the place of several; it has the sum of their credits.

    It counts from the day of the latest of them: on every day the sum stays the same.
    One unit has one credit, so work and agency are those of the largest; the others
    stand in the ledger as what it was made of. Errors stand under the field.
    """
    if not units:
        raise BusinessRuleError(errors={"units": [_("Choose the RT to be merged.")]})
    area = locked_area(units[0].area, by)
    old, lines = _locked(area, units)
    problems = _notice_problems(notice)
    _add_obstacles(area, old, blockers, problems)
    if len(old) < 2:
        problems["units"].append(_("Choose at least two RT to be merged."))
    fresh = _checked_units(area, old, [into], "{field}", problems)
    _check_hectares(old, fresh, problems)
    by_line: dict[int, list[LedgerEntry]] = {}
    for credit in standing_credits(old, lines):
        by_line.setdefault(credit.decree_line_id, []).append(credit)
    for standing in by_line.values():
        _check_room(_sum(standing), fresh, problems)
    problems.raise_any()
    stored = _replaced(area, old, fresh, UnitChange.MERGED, notice, by)[0]
    for standing in by_line.values():
        gather(standing, stored, by=by, **notice.as_entry())
    return stored


# ---- what is locked, and what stands against it --------------------------------------
def _locked(
    area: SlumArea, units: Sequence[Neighbourhood]
) -> tuple[list[Neighbourhood], list[int]]:
    """The RT and the keys of the area's decree lines, locked in everybody's order:
    open surveys, lines, RT."""
    surveys = Assessment.objects.filter(area=area).exclude(
        status=Assessment.Status.VERIFIED
    )
    list(surveys.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    lines = list(lock_lines(area.decree_lines.values_list("pk", flat=True)))
    return _locked_units(area, units), lines


def _locked_units(
    area: SlumArea, units: Iterable[Neighbourhood]
) -> list[Neighbourhood]:
    """The RT as they are now; no report or survey can take one up meanwhile."""
    keys = {unit.pk for unit in units}
    found = list(
        Neighbourhood.every.select_for_update(of=("self",))
        .select_related("village")
        .filter(area=area, pk__in=keys)
        .order_by("pk")
    )
    if len(found) < len(keys):
        raise BusinessRuleError(
            errors={"units": [_("Choose RT of one area: %(area)s.") % {"area": area}]}
        )
    for unit in found:
        if unit.retired_on:
            raise WrongStateError(
                _("RT %(unit)s has been replaced by others since %(date)s.")
                % {"unit": unit, "date": html.day(unit.retired_on)}
            )
    return found


def _notice_problems(notice: UnitNotice) -> Problems:
    problems = Problems()
    if not notice.reason.strip():
        problems["reason"].append(_("Say why the RT changes."))
    if notice.effective_on > timezone.localdate():
        problems["effective_on"].append(
            _("The date lies in the future. Enter it once it has come.")
        )
    return problems


def _add_obstacles(
    area: SlumArea,
    old: Sequence[Neighbourhood],
    blockers: Sequence[str],
    problems: Problems,
) -> None:
    """Open surveys with volumes of these RT, and what the caller knows of."""
    units = SurveyedUnit.objects.filter(neighbourhood__in=old)
    surveys = (
        Assessment.objects.filter(area=area, units__in=units)
        .exclude(status=Assessment.Status.VERIFIED)
        .distinct()
    )
    for survey in surveys.order_by("surveyed_on", "pk"):
        problems["__all__"].append(
            _(
                "The assessment of %(date)s has volumes of this RT and is still"
                " “%(status)s”. Have it verified first, or clear those volumes."
            )
            % {
                "date": html.day(survey.surveyed_on),
                "status": survey.get_status_display(),
            }
        )
    problems["__all__"] += blockers
    if not problems["__all__"]:
        del problems["__all__"]


def _checked_units(
    area: SlumArea,
    old: Sequence[Neighbourhood],
    rows: Sequence[NeighbourhoodValues],
    path: str,
    problems: Problems,
) -> list[Neighbourhood]:
    """The new RT, unsaved; what is wrong with them goes to `problems`."""
    taken = taken_in(area, but=old)
    fresh = []
    for number, values in enumerate(rows):
        unit, found = Neighbourhood(area=area, village=old[0].village), Problems()
        assign(unit, values)
        check_unit(unit, area, taken, found, had=old[0].village_id)
        taken.add(unit_key(unit))
        fresh.append(unit)
        for name, sentences in found.items():
            problems[path.format(row=number, field=name)] += sentences
    return fresh


def _check_hectares(
    old: Sequence[Neighbourhood], fresh: Sequence[Neighbourhood], problems: Problems
) -> None:
    """The new RT cover what the old ones did, but for rounding."""
    if any(name.rpartition(".")[2] == "hectares" for name in problems) or not fresh:
        return
    before, after = _sum(old), _sum(fresh)
    if abs(before - after) > Decimal(settings.LEDGER_ROUNDING_HA):
        problems["hectares"].append(
            _(
                "The new RT have %(after)s ha together, the old ones %(before)s ha."
                " They must be the same; correct the area of the RT first if it is"
                " wrong."
            )
            % {
                "after": format_decimal(after, None),
                "before": format_decimal(before, None),
            }
        )


def _check_room(
    credited: Decimal, fresh: Sequence[Neighbourhood], problems: Problems
) -> None:
    """The new RT have at least the hectares that move to them."""
    if "hectares" not in problems and credited > _sum(fresh):
        problems["hectares"].append(
            _(
                "The ledger has credited %(credited)s ha, more than the %(hectares)s ha"
                " of the new RT."
            )
            % {
                "credited": format_decimal(credited, None),
                "hectares": format_decimal(_sum(fresh), None),
            }
        )


# ---- what is written -----------------------------------------------------------------
def _replaced(
    area: SlumArea,
    old: Sequence[Neighbourhood],
    fresh: Sequence[Neighbourhood],
    kind: str,
    notice: UnitNotice,
    by: User,
) -> list[Neighbourhood]:
    """Retire the old RT, store the new ones, and note which came from which."""
    for unit in old:
        unit.retired_on = notice.effective_on
        unit.save()
    stored = Neighbourhood.objects.bulk_create(fresh)
    add_villages(area, stored)
    NeighbourhoodSuccession.objects.bulk_create(
        NeighbourhoodSuccession(
            area=area,
            old=before,
            new=after,
            kind=kind,
            effective_on=notice.effective_on,
            document=notice.document.strip(),
            reason=notice.reason.strip(),
            recorded_by=by,
        )
        for before in old
        for after in stored
    )
    return stored


def _sum(rows: Iterable[Any]) -> Decimal:
    return sum((row.hectares for row in rows), ZERO)
