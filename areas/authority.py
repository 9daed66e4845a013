"""Whose authority an area is by its size, as its decree counts it."""

from collections.abc import Iterable
from decimal import Decimal

from agencies.models import Agency
from areas.models import DecreeLine
from areas.rules import Authority, authority_of

Key = tuple[int, str | None]


def authorities_of(lines: Iterable[DecreeLine]) -> dict[int, Authority]:
    """The authority of each line by its key (UU 23/2014, lampiran D).

    The lines come with `decree` and `sum`; one query more.
    """
    counted = counted_hectares(lines)
    return {key: authority_of(hectares) for key, hectares in counted.items()}


def counted_hectares(lines: Iterable[DecreeLine]) -> dict[int, Decimal]:
    """The hectares that decide on the authority of each line, by its key.

    The corrected hectares of the line, or those of all lines of its village where the
    decree counts per village.
    """
    rows = list(lines)
    together = _villages({line.decree_id for line in rows if _per_village(line)})
    return {
        line.pk: together[line.decree_id, line.village_id]
        if _per_village(line)
        else line.hectares_now
        for line in rows
    }


def needs_letter(authority: str | None, agency: Agency) -> bool:
    """Whether the agency acts in another's place: only governments have authority.

    Without a decree there is no authority, so there is nothing to differ from.
    """
    return (
        authority is not None
        and agency.level in Authority.values
        and agency.level != authority
    )


def _per_village(line: DecreeLine) -> bool:
    return line.decree.is_per_village


def _villages(decrees: set[int]) -> dict[Key, Decimal]:
    """The hectares of each village in these decrees."""
    sums: dict[Key, Decimal] = {}
    if not decrees:
        return sums
    lines = DecreeLine.objects.filter(decree__in=decrees).select_related("sum")
    for line in lines:
        key = (line.decree_id, line.village_id)
        sums[key] = sums.get(key, Decimal(0)) + line.hectares_now
    return sums
