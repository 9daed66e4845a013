"""Hectares of the same ground, counted once: also where RT were split or merged.

Pure: sizes by unit and which unit came from which go in, hectares come out.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from programs.rules import ZERO

# What hectares are counted by: the area and in it an RT, WHOLE, or (below 0) the work
# itself, which is the unit of the ledger where an area has no RT.
Unit = tuple[int, int]
WHOLE = 0
Sizes = Mapping[Unit, Decimal | None]
# The units that are the same ground as one, earlier or later.
Kin = Mapping[int, frozenset[int]]


def kin_of(successions: Iterable[tuple[int, int]]) -> Kin:
    """Every RT that came from which, over any number of changes; from (old, new)."""
    later: dict[int, set[int]] = {}
    for old, new in successions:
        later.setdefault(old, set()).add(new)
    kin: dict[int, set[int]] = {}
    for old in later:
        for new in _all_after(old, later):
            kin.setdefault(old, set()).add(new)
            kin.setdefault(new, set()).add(old)
    return {unit: frozenset(related) for unit, related in kin.items()}


def _all_after(unit: int, later: Mapping[int, set[int]]) -> set[int]:
    found: set[int] = set()
    left = [unit]
    while left:
        for new in later.get(left.pop(), set()) - found:
            found.add(new)
            left.append(new)
    return found


def together(parts: Iterable[Sizes]) -> Sizes:
    """Every unit once, with the most that is said of it; a whole area has its RT."""
    found: dict[Unit, Decimal | None] = {}
    for part in parts:
        for unit, size in part.items():
            known = found.get(unit)
            found[unit] = size if known is None else max(known, size or ZERO)
    whole = {area for area, unit in found if unit == WHOLE}
    return {
        unit: size
        for unit, size in found.items()
        if unit[1] == WHOLE or unit[0] not in whole
    }


def hectares_of(sizes: Sizes, kin: Kin) -> Decimal | None:
    """The hectares of all units (ha), those of the same ground once; None: not known.

    An RT that was named before it was split and its parts that were named afterwards
    are the same ground: the larger of both counts.
    """
    known = {unit: size for unit, size in sizes.items() if size is not None}
    return _most(known, kin) if known else None


def _most(sizes: Mapping[Unit, Decimal], kin: Kin) -> Decimal:
    """The most hectares of units of which no two are the same ground."""
    units = {key: (area, key) for area, key in sizes}
    related = {key: kin.get(key, frozenset()) & units.keys() for key in units}
    key = max(related, key=lambda k: len(related[k]), default=None)
    if key is None or not related[key]:
        return sum(sizes.values(), ZERO)
    unit = units[key]
    others = {u: size for u, size in sizes.items() if u != unit}
    apart = {u: size for u, size in others.items() if u[1] not in related[key]}
    return max(_most(others, kin), sizes[unit] + _most(apart, kin))
