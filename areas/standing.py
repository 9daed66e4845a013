"""Whose authority an area is, who acts in it, and whether a letter allows that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agencies.models import Agency
from areas.authority import counted_hectares, needs_letter
from areas.models import ActingAgency, DecreeLine, SlumArea
from areas.rules import Authority, authority_of


@dataclass(frozen=True, slots=True)
class Actor:
    """An agency that acts in the area; `differs` from the authority by size or not."""

    row: ActingAgency
    differs: bool

    @property
    def lacks_letter(self) -> bool:
        return self.differs and not self.row.document


@dataclass(frozen=True, slots=True)
class Standing:
    """The authority by size with what it comes from; None where no decree holds."""

    line: DecreeLine | None
    hectares: Decimal | None
    authority: Authority | None
    actors: tuple[Actor, ...] = ()

    def needs_letter(self, agency: Agency) -> bool:
        """Whether this agency would act in another authority's place."""
        return needs_letter(self.authority, agency)


def standing_of(area: SlumArea, on: date) -> Standing:
    """The area's authority on that day, without who acts; two queries."""
    lines = DecreeLine.objects.filter(area=area).in_force(on)
    line = lines.select_related("decree", "sum", "village").first()
    if line is None:
        return Standing(None, None, None)
    hectares = counted_hectares([line])[line.pk]
    return Standing(line, hectares, authority_of(hectares))


def with_actors(standing: Standing, rows: Iterable[ActingAgency]) -> Standing:
    """The same with the agencies that act there; their `agency` is loaded."""
    actors = tuple(Actor(row, standing.needs_letter(row.agency)) for row in rows)
    return Standing(standing.line, standing.hectares, standing.authority, actors)
