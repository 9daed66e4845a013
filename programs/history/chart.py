"""The totals of an area over the years, drawn as SVG on the bounds of the classes.

A scaled-down wide drawing is unreadable on a phone, so there are two: one for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from areas.presenters import ruler
from areas.rules import Rules
from core import html

FEWEST = 2  # one survey makes no line


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing and where in it the line may run, in its own units."""

    css: str
    width: int
    height: int
    left: int
    right: int
    is_narrow: bool = False
    top: int = 14
    bottom: int = 34

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"

    @property
    def inner_width(self) -> int:
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> int:
        return self.height - self.top - self.bottom

    @property
    def right_edge(self) -> int:
        return self.width - self.right


WIDE = Frame("only-l", 720, 280, left=36, right=70)
NARROW = Frame("only-s", 328, 250, left=30, right=56, is_narrow=True)


@dataclass(frozen=True, slots=True)
class Band:
    """A class: from where to where it reaches, and the totals that it stands for."""

    key: str
    letter: str
    y: float
    height: float
    text: str

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    day: str
    total: int


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing; the template turns it into SVG."""

    frame: Frame
    bands: Sequence[Band]
    points: Sequence[Point]

    @property
    def line(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def draw_totals(rules: Rules, totals: Sequence[tuple[date, int]]) -> list[Chart]:
    """The wide and the narrow drawing of totals under one rule set, oldest first."""
    if len(totals) < FEWEST:
        return []
    return [_draw(rules, totals, frame) for frame in (WIDE, NARROW)]


def _draw(rules: Rules, totals: Sequence[tuple[date, int]], frame: Frame) -> Chart:
    unit = frame.inner_height / rules.max_total
    ground = frame.top + frame.inner_height
    bands = [
        Band(
            key=zone.key,
            letter=zone.letter,
            y=ground - float(zone.start + zone.width) / 100 * frame.inner_height,
            height=float(zone.width) / 100 * frame.inner_height,
            text=zone.text,
        )
        for zone in ruler(rules, 0).zones
    ]
    step = (frame.inner_width - 48) / (len(totals) - 1)
    years = {day.year for day, _total in totals}
    points = [
        Point(
            x=frame.left + 24 + number * step,
            y=ground - total * unit,
            day=_day(day, frame, is_alone=len(years) == len(totals)),
            total=total,
        )
        for number, (day, total) in enumerate(totals)
    ]
    return Chart(frame, bands, points)


def _day(day: date, frame: Frame, *, is_alone: bool) -> str:
    """The year where no other survey has it, else the day; short on a phone."""
    if frame.is_narrow:
        year = f"’{day.year % 100:02d}"
        return year if is_alone else f"{day.month}{year}"
    return str(day.year) if is_alone else html.day(day)
