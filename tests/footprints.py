"""Footprints for tests: rectangles in degrees, near enough to their hectares."""

import math
from decimal import Decimal
from typing import Any

import pytest

from areas.models import DecreeLine, Footprint
from areas.outlines import Outline, check_outline
from tests.factories import UserFactory

WEST, SOUTH = 114.58, -3.36
# Metres of a degree there, on the ellipsoid; 100 × 100 m are 1 ha to the square metre.
EASTWARD = 111_320 * math.cos(math.radians(SOUTH))
NORTHWARD = 110_577


def rectangle(
    across: float, down: float, *, east: float = 0, north: float = 0
) -> dict[str, Any]:
    """A rectangle of metres, so far east and north of one place in Banjarmasin."""
    west, south = WEST + east / EASTWARD, SOUTH + north / NORTHWARD
    east_end, north_end = west + across / EASTWARD, south + down / NORTHWARD
    ring = [
        [west, south],
        [east_end, south],
        [east_end, north_end],
        [west, north_end],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def outlined(across: float, down: float, **place: float) -> Outline:
    return check_outline(rectangle(across, down, **place))


def footprint_in(
    line: DecreeLine, key: str, across: float, down: float, **place: float
) -> Footprint:
    """The footprint of that key in the line's area, as it is stored."""
    return Footprint.objects.create(
        area=line.area,
        key=key,
        outline_source="uji.geojson",
        recorded_by=UserFactory(),
        **outlined(across, down, **place).as_fields(),
    )


def about(hectares: str) -> Any:
    """Within 0.005 ha, as two decimals show it."""
    return pytest.approx(Decimal(hectares), abs=Decimal("0.005"))
