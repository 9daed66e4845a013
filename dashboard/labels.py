"""Names on the map: in their region, beside the map where it is too small, never on
top of each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.projection import Projection, RegionShape

LONGEST_LINE = 13
LETTER = 0.56  # the mean width of a letter, in sizes of the type
BESIDE_X = 4


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name stands: `lines` with how far each is below the one before."""

    x: float
    y: float
    lines: Sequence[tuple[str, float]]
    lead: str = ""
    """The line to a region that is too small for its name; empty where it fits."""


@dataclass(slots=True)
class Labels:
    """The names of one drawing, at one size of type."""

    projection: Projection
    size: float
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def put(self, shape: RegionShape, text: str) -> Label:
        """The first place, from the middle of the region outwards, that is free."""
        lines = broken(text)
        wide = max(map(len, lines)) * self.size * LETTER
        high = len(lines) * self.size
        x, y = shape.x, shape.y
        if shape.is_small:
            x = BESIDE_X + wide / 2
        for step in range(12):
            shift = (step + 1) // 2 * self.size * 0.6 * (1 if step % 2 else -1)
            box = (
                x - wide / 2,
                y + shift - high / 2,
                x + wide / 2,
                y + shift + high / 2,
            )
            if not any(_overlap(box, other) for other in self.taken):
                y += shift
                break
        self.taken.append((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
        return Label(
            x=x,
            y=y - high / 2 + self.size * 0.8,
            lines=[(line, self.size if n else 0) for n, line in enumerate(lines)],
            lead=_lead(shape, x + wide / 2, y) if shape.is_small else "",
        )


def broken(text: str) -> list[str]:
    """A name in one line or two."""
    words = text.split()
    if len(text) <= LONGEST_LINE or len(words) < 3:
        return [text]
    return [" ".join(words[:-2]), " ".join(words[-2:])]


def short_name(name: str) -> str:
    """Without `Kabupaten` and `Kota`: the name as it fits on a map."""
    return re.sub(r"^(Kabupaten|Kab\.|Kota)\s+(?=\S)", "", name)


def initials(name: str) -> str:
    """`HST` for Hulu Sungai Tengah: for a phone, where the whole name does not fit."""
    words = name.split()
    return name if len(words) == 1 else "".join(word[0] for word in words).upper()


def _lead(shape: RegionShape, x: float, y: float) -> str:
    return f"M{shape.x:.0f} {shape.y:.0f}L{x:.0f} {y:.0f}"


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )
