"""A decree beside the one it supersedes: line by line, and from total to total.

A new decree is a new baseline: this tells how the one came out of the other, and draws
no line across them. Each line is counted in one row only, so every column adds up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from areas.decree_mapping import MappingRow, lines_of, present_mapping
from areas.models import Decree, DecreeLine
from areas.models.succession import LineChange

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A step of the mapping with the hectares that it adds to each total.

    Hectares are None where an earlier row has those of the same line (a split, a
    merger); `difference` is that of the whole change and stands in its first row.
    """

    old: DecreeLine | None
    new: DecreeLine | None
    kind: LineChange
    note: str
    old_hectares: Decimal | None
    new_hectares: Decimal | None
    difference: Decimal | None

    @property
    def lines(self) -> list[DecreeLine]:
        return [line for line in (self.old, self.new) if line is not None]


@dataclass(frozen=True, slots=True)
class KindTotal:
    """All changes of one kind; `start` is the total before them."""

    kind: LineChange
    old_lines: int
    new_lines: int
    old_hectares: Decimal
    new_hectares: Decimal
    start: Decimal

    @property
    def difference(self) -> Decimal:
        return self.new_hectares - self.old_hectares

    @property
    def end(self) -> Decimal:
        return self.start + self.difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two decrees; `is_confirmed` says that the mapping is complete and confirmed."""

    old: Decree
    new: Decree
    lines: Sequence[ComparedLine]
    kinds: Sequence[KindTotal]
    old_count: int
    new_count: int
    is_confirmed: bool

    @property
    def old_hectares(self) -> Decimal:
        return sum((total.old_hectares for total in self.kinds), ZERO)

    @property
    def new_hectares(self) -> Decimal:
        return sum((total.new_hectares for total in self.kinds), ZERO)

    @property
    def difference(self) -> Decimal:
        return self.new_hectares - self.old_hectares


def compare(decree: Decree) -> Comparison | None:
    """The decree beside the one it supersedes; None where it supersedes none.

    Lines that no confirmed mapping names (yet) come as the areas themselves say.
    """
    if decree.supersedes is None:
        return None
    old, new = lines_of(decree.supersedes), lines_of(decree)
    rows, is_confirmed = present_mapping(decree, old, new)
    lines = compared(rows)
    return Comparison(
        old=decree.supersedes,
        new=decree,
        lines=lines,
        kinds=totals_by_kind(lines),
        old_count=len(old),
        new_count=len(new),
        is_confirmed=is_confirmed,
    )


def visible_lines(comparison: Comparison, user: Any) -> list[ComparedLine]:
    """The rows whose areas the person may see; totals stay those of the decrees."""
    seen = set(
        DecreeLine.objects.visible_to(user)
        .filter(decree__in=[comparison.old, comparison.new])
        .values_list("pk", flat=True)
    )
    return [
        row for row in comparison.lines if all(line.pk in seen for line in row.lines)
    ]


def comparable(decree: Decree, user: Any) -> bool:
    """Whether the person sees both this decree and the one it supersedes."""
    return (
        decree.supersedes_id is not None
        and Decree.objects.visible_to(user).filter(pk=decree.supersedes_id).exists()
    )


def compared(rows: Iterable[MappingRow]) -> list[ComparedLine]:
    """The rows in the order of places, each line counted where it comes first."""
    ordered = sorted(rows, key=_place)
    counted: set[int] = set()
    parts: list[tuple[MappingRow, Decimal | None, Decimal | None]] = []
    changes: dict[Any, Decimal] = {}
    for row in ordered:
        old, new = _counted(row.old, counted), _counted(row.new, counted)
        parts.append((row, old, new))
        key = _change(row)
        changes[key] = changes.get(key, ZERO) + (new or ZERO) - (old or ZERO)
    return [
        ComparedLine(
            old=row.old,
            new=row.new,
            kind=LineChange(row.kind),
            note=row.note,
            old_hectares=old,
            new_hectares=new,
            difference=changes.pop(_change(row), None),
        )
        for row, old, new in parts
    ]


def _counted(line: DecreeLine | None, counted: set[int]) -> Decimal | None:
    """The hectares of a line the first time it is asked, then None."""
    if line is None or line.pk in counted:
        return None
    counted.add(line.pk)
    return line.hectares_now


def _change(row: MappingRow) -> tuple[str, Any]:
    """What its rows have in common: the one line that is split, or merged into."""
    if row.kind == LineChange.SPLIT:
        return ("split", row.key[0])
    if row.kind == LineChange.MERGED:
        return ("merged", row.key[1])
    return ("one", row.key)


def _place(row: MappingRow) -> tuple[str, str, int, str]:
    """By regency and area; rows of one change stay together."""
    first, second = (row.old, row.new)
    if row.kind == LineChange.MERGED or first is None:
        first, second = second, first
    assert first is not None  # a row has a line on one side at least
    name = second.area.name if second else ""
    return (first.area.regency_id, first.area.name, first.pk, name)


def totals_by_kind(lines: Iterable[ComparedLine]) -> list[KindTotal]:
    """By kind in their order, each beginning where the one before ended."""
    lines = list(lines)
    start = sum((row.old_hectares or ZERO for row in lines), ZERO)
    totals = []
    for kind in LineChange:
        rows = [row for row in lines if row.kind == kind]
        total = KindTotal(
            kind=kind,
            old_lines=sum(row.old_hectares is not None for row in rows),
            new_lines=sum(row.new_hectares is not None for row in rows),
            old_hectares=sum((row.old_hectares or ZERO for row in rows), ZERO),
            new_hectares=sum((row.new_hectares or ZERO for row in rows), ZERO),
            start=start,
        )
        start = total.end
        totals.append(total)
    return totals
