"""The chart of the years, drawn as SVG by the server.

A scaled-down wide drawing is unreadable on a phone, so there are two: one for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from areas.figures import Year
from core.html import percent

TOPS = (5, 10, 20, 40, 60, 80, 100)
STEPS = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing and where in it the curve may run, in its own units."""

    css: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    short_years: bool = False

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"

    @property
    def baseline_y(self) -> float:
        return self.height - self.bottom


WIDE = Frame("only-l", 640, 300, left=44, right=110, top=24, bottom=36)
NARROW = Frame("only-s", 328, 250, 38, 76, top=24, bottom=36, short_years=True)


@dataclass(frozen=True, slots=True)
class Gridline:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    year: str
    text: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing; the template turns it into SVG."""

    frame: Frame
    gridlines: Sequence[Gridline]
    points: Sequence[Point]

    @property
    def line(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def right_edge(self) -> int:
        return self.frame.width - self.frame.right


def draw_years(years: Sequence[Year]) -> list[Chart]:
    """The wide and the narrow drawing; none without a year."""
    if not years:
        return []
    return [_draw(years, frame) for frame in (WIDE, NARROW)]


def top_of(highest: Decimal) -> int:
    """The first round percentage at or above the highest point."""
    return next((top for top in TOPS if top >= highest), TOPS[-1])


def _draw(years: Sequence[Year], frame: Frame) -> Chart:
    shares = [year.share or Decimal(0) for year in years]
    top = top_of(max(shares))
    height = frame.baseline_y - frame.top
    step = _step(frame, len(years))

    def y_of(share: Decimal | float) -> float:
        return frame.baseline_y - float(share) / top * height

    points = [
        Point(
            x=frame.left + 14 + number * step,
            y=y_of(min(share, Decimal(top))),
            year=f"’{year.year % 100:02d}" if frame.short_years else str(year.year),
            text=percent(share),
            is_last=number == len(years) - 1,
        )
        for number, (year, share) in enumerate(zip(years, shares, strict=True))
    ]
    gridlines = [
        Gridline(y_of(value), f"{value:g}".replace(".", ","))
        for value in (top * number / STEPS for number in range(STEPS + 1))
    ]
    return Chart(frame, gridlines, points)


def _step(frame: Frame, count: int) -> float:
    """The way from year to year; a few years do not stretch over the whole width."""
    room = frame.width - frame.left - frame.right - 28
    return min(room / max(count - 1, 1), 190)
