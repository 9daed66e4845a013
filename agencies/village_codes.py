"""Codes of villages have days on which they hold: what is wrong with one, and since."""

from datetime import date

from django.utils.translation import gettext as _

from agencies.models import Region
from core import html

LONGEST_CHAIN = 20  # of codes that took each other's place


def code_problem(region: Region, on: date) -> str:
    """Why the code does not hold on that day, naming its successor; empty if it does.

    Costs queries only where it does not hold.
    """
    if region.is_valid(on):
        return ""
    words = {"code": region.pk, "name": region.name}
    if region.valid_from and on < region.valid_from:
        words["date"] = html.day(region.valid_from)
        sentence = _("%(code)s %(name)s has been valid only since %(date)s.") % words
        return f"{sentence} {_('Use the code of that day.')}"
    assert region.valid_until is not None  # else it would be valid
    words["date"] = html.day(region.valid_until)
    successor = successor_of(region, on)
    if successor is None:
        return (
            _(
                "%(code)s %(name)s has not been valid since %(date)s. Choose a village"
                " that exists."
            )
            % words
        )
    words |= {"successor": successor.pk, "kind": successor.kind.capitalize()}
    words["successor_name"] = successor.name
    return (
        _(
            "%(code)s has not been valid since %(date)s; use %(successor)s %(kind)s"
            " %(successor_name)s."
        )
        % words
    )


def successor_of(region: Region, on: date) -> Region | None:
    """What took the place of a code, as of that day; None where nothing is noted."""
    found = None
    step = region.replaced_by
    for _number in range(LONGEST_CHAIN):
        if step is None:
            return found
        found = step
        if step.is_valid(on):
            return step
        step = step.replaced_by
    return found


def succession_problems(
    region: Region, *, valid_until: date | None, replaced_by: Region | None
) -> dict[str, str]:
    """What no single row can see in the end of a code, by field."""
    problems: dict[str, str] = {}
    if replaced_by is None:
        return problems
    if valid_until is None:
        problems["valid_until"] = _(
            "Enter the day from which the other code takes its place."
        )
    if replaced_by.level != region.level:
        problems["replaced_by"] = _(
            "%(code)s is a %(other)s; choose a code of the same level."
        ) % {"code": replaced_by.pk, "other": replaced_by.get_level_display()}
    elif _leads_to(replaced_by, region):
        problems["replaced_by"] = _(
            "%(code)s is itself replaced by this code. Choose another one."
        ) % {"code": replaced_by.pk}
    elif valid_until and not replaced_by.is_valid(valid_until):
        problems["replaced_by"] = _(
            "%(code)s does not hold on %(date)s, when it would take the place."
        ) % {"code": replaced_by.pk, "date": html.day(valid_until)}
    return problems


def _leads_to(start: Region, target: Region) -> bool:
    """Whether following the successors from `start` comes to `target`."""
    step: Region | None = start
    for _number in range(LONGEST_CHAIN):
        if step is None:
            return False
        if step.pk == target.pk:
            return True
        step = step.replaced_by
    return True
