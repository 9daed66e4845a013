"""Position, moment and orientation out of an EXIF block, and nothing else of it.

The block comes from anybody, so a general reader is the wrong tool: entries that point
at each other, or each at all of the block, make one run for ever or take gigabytes.
This one looks at three lists of entries, never follows a fourth, and copies a few bytes
of the entries that it wants. What is malformed is left out and never an error.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

BLOCK_BYTES = 1 << 18  # cameras write some 64 KB, most of it a preview
ENTRIES = 256  # of one list; cameras write some 60
VALUE_BYTES = 64
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8}  # by EXIF's type
ORIENTATION, DETAILS, GPS = 0x0112, 0x8769, 0x8825
TAKEN, TAKEN_OFFSET = 0x9003, 0x9011
LATITUDE, LONGITUDE = (1, 2), (3, 4)  # the tags of the hemisphere and of the angle
HEMISPHERES = {b"N": 1, b"E": 1, b"S": -1, b"W": -1}
OLDEST = date(2000, 1, 1)  # a camera whose clock was never set says 1970 or 1980
MICRODEGREE = Decimal("0.000001")

Position = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exif:
    """What a camera says: `position` is latitude and longitude in degrees (WGS84)."""

    orientation: int = 1
    taken_at: datetime | None = None
    position: Position | None = None


def read_exif(block: bytes, *, zone: tzinfo) -> Exif:
    """What stands in the block; a moment without an offset is one of `zone`."""
    reader = _Reader(block.removeprefix(b"Exif\x00\x00")[:BLOCK_BYTES])
    main = reader.entries(reader.first)
    details = reader.entries(reader.number(main.get(DETAILS)))
    gps = reader.entries(reader.number(main.get(GPS)))
    orientation = reader.number(main.get(ORIENTATION))
    return Exif(
        orientation=orientation if 1 <= orientation <= 8 else 1,
        taken_at=_moment(
            reader.text(details.get(TAKEN)),
            reader.text(details.get(TAKEN_OFFSET)),
            zone,
        ),
        position=_position(reader, gps),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    value: bytes


class _Reader:
    """Reads lists of entries; what lies outside the block is not there."""

    def __init__(self, block: bytes) -> None:
        self.block = block
        self.order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4], "")

    @property
    def first(self) -> int:
        """Where the first list lies; 0, where none can be, if this is no EXIF."""
        return self._unpacked("I", 4) if self.order else 0

    def entries(self, offset: int) -> dict[int, _Entry]:
        """The entries of the list there by tag; the first of a tag counts."""
        found: dict[int, _Entry] = {}
        for tag, entry in self._listed(offset):
            found.setdefault(tag, entry)
        return found

    def number(self, entry: _Entry | None) -> int:
        """A count, an offset or a code; 0 where there is none."""
        if entry is None or entry.kind not in (3, 4) or not entry.value:
            return 0
        kind = "H" if entry.kind == 3 else "I"
        return struct.unpack_from(self.order + kind, entry.value)[0]

    def text(self, entry: _Entry | None) -> bytes:
        if entry is None or entry.kind not in (2, 7):
            return b""
        return entry.value.partition(b"\x00")[0].strip()

    def fractions(self, entry: _Entry | None) -> list[Decimal]:
        """Fractions; none at all where one of them is divided by 0."""
        if entry is None or entry.kind not in (5, 10):
            return []
        pair = f"{self.order}{'II' if entry.kind == 5 else 'ii'}"
        parts = list(struct.iter_unpack(pair, entry.value))
        if any(below == 0 for _above, below in parts):
            return []
        return [Decimal(above) / below for above, below in parts]

    def _listed(self, offset: int) -> Iterator[tuple[int, _Entry]]:
        if offset < 8:
            return
        for number in range(min(self._unpacked("H", offset), ENTRIES)):
            place = offset + 2 + 12 * number
            if place + 12 > len(self.block):
                return
            tag, kind, count = struct.unpack_from(f"{self.order}HHI", self.block, place)
            length = SIZES.get(kind, 0) * count
            if not 0 < length <= VALUE_BYTES:
                continue
            start = place + 8 if length <= 4 else self._unpacked("I", place + 8)
            value = self.block[start : start + length]
            if len(value) == length:
                yield tag, _Entry(kind, count, value)

    def _unpacked(self, kind: str, offset: int) -> int:
        size = struct.calcsize(kind)
        if offset + size > len(self.block):
            return 0
        return struct.unpack_from(self.order + kind, self.block, offset)[0]


def _position(reader: _Reader, gps: dict[int, _Entry]) -> Position | None:
    """Both angles, or None; 0/0 is what a camera without reception writes."""
    latitude = _angle(reader, gps, LATITUDE, 90)
    longitude = _angle(reader, gps, LONGITUDE, 180)
    if latitude is None or longitude is None or not (latitude or longitude):
        return None
    return latitude, longitude


def _angle(
    reader: _Reader, gps: dict[int, _Entry], tags: tuple[int, int], most: int
) -> Decimal | None:
    """Degrees with their sign, from degrees, minutes and seconds."""
    sign = HEMISPHERES.get(reader.text(gps.get(tags[0])).upper())
    parts = reader.fractions(gps.get(tags[1]))
    if sign is None or len(parts) != 3:
        return None
    degrees, minutes, seconds = parts
    angle = degrees + minutes / 60 + seconds / 3600
    if not 0 <= angle <= most:
        return None
    return (sign * angle).quantize(MICRODEGREE)


def _moment(text: bytes, offset: bytes, zone: tzinfo) -> datetime | None:
    """The moment, if a clock that was set can have said it."""
    try:
        plain = datetime.strptime(text.decode("ascii"), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    moment = plain.replace(tzinfo=_zone(offset) or zone)
    latest = datetime.now(zone) + timedelta(days=1)
    return moment if plain.date() >= OLDEST and moment <= latest else None


def _zone(offset: bytes) -> tzinfo | None:
    """The zone of `+08:00`; None where nothing readable stands there."""
    try:
        return datetime.strptime(offset.decode("ascii"), "%z").tzinfo
    except ValueError:
        return None
