"""Outlines as SVG paths: north is up, shapes are as on the ground."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import shape

WIDTH = 320
MARGIN = 6
FINE = 0.3  # pixels: what is smaller is not drawn


class Frame:
    """Turns degrees inside `bounds` into pixels, at most `width` on the longer side."""

    def __init__(
        self, bounds: tuple[float, float, float, float], width: int = WIDTH
    ) -> None:
        self.west, south, east, self.north = bounds
        self.narrow = math.cos(math.radians((south + self.north) / 2))
        across, down = (east - self.west) * self.narrow, self.north - south
        self.scale = width / max(across, down, 1e-9)
        self.width = max(round(across * self.scale), 1)
        self.height = max(round(down * self.scale), 1)

    @property
    def view_box(self) -> str:
        return (
            f"-{MARGIN} -{MARGIN} {self.width + 2 * MARGIN} {self.height + 2 * MARGIN}"
        )

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            (lon - self.west) * self.narrow * self.scale,
            (self.north - lat) * self.scale,
        )

    def path(self, found: Any) -> str:
        """The polygons of a shape as one path, without what is too fine to be seen.

        Ring by ring: a shape that crosses itself is drawn as it is.
        """
        rings = [
            ring
            for part in shapely.get_parts(found)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        ]
        return "".join(self._ring(ring) for ring in rings)

    def _ring(self, ring: Any) -> str:
        fine = shapely.simplify(ring, FINE / self.scale, preserve_topology=False)
        points = (ring if fine.is_empty else fine).coords[:-1]
        placed = (self.place(lon, lat) for lon, lat, *_rest in points)
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed) + "Z"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One outline as a small picture; `mark` is a place in it, in pixels."""

    width: int
    height: int
    path: str
    view_box: str
    mark: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """One shape of a scene: what it is called, and how it is drawn."""

    css: str
    title: str
    geometry: Any


@dataclass(frozen=True, slots=True)
class Scene:
    """Several shapes in one frame, the first at the bottom."""

    view_box: str
    paths: Sequence[tuple[str, str, str]]


def draw(
    geometry: Mapping[str, Any],
    *,
    width: int = WIDTH,
    mark: tuple[float, float] | None = None,
) -> Drawing:
    """A stored outline as a small picture; `mark` is a longitude and latitude."""
    found = shape(geometry)
    frame = Frame(found.bounds, width)
    placed = frame.place(*mark) if mark else None
    return Drawing(
        frame.width,
        frame.height,
        frame.path(found),
        frame.view_box,
        (f"{placed[0]:.1f}", f"{placed[1]:.1f}") if placed else None,
    )


def draw_scene(layers: Sequence[Layer], *, width: int = 2 * WIDTH) -> Scene | None:
    """All layers together; None where there is nothing to draw."""
    shapes = [layer.geometry for layer in layers]
    if not shapes:
        return None
    bounds = shapely.total_bounds(shapes)
    west, south, east, north = map(float, bounds)
    frame = Frame((west, south, east, north), width)
    paths = [(layer.css, layer.title, frame.path(layer.geometry)) for layer in layers]
    return Scene(frame.view_box, paths)
