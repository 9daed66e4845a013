"""What is read of EXIF, and that nothing in a block can do harm."""

import struct
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exif import Exif, read_exif
from tests.pictures import MANTUIL, bomb, exif_of

WITA = ZoneInfo("Asia/Makassar")


def read(block: bytes) -> Exif:
    return read_exif(block, zone=WITA)


def test_position_moment_and_orientation_are_read():
    found = read(exif_of(orientation=6).tobytes())

    assert found.orientation == 6
    assert found.taken_at == datetime(2021, 11, 3, 9, 15, tzinfo=WITA)
    assert found.position is not None
    latitude, longitude = found.position
    assert abs(latitude - Decimal(str(MANTUIL[0]))) <= Decimal("0.000001")
    assert abs(longitude - Decimal(str(MANTUIL[1]))) <= Decimal("0.000001")


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(-3.5, 114.25), (3.5, 114.25), (3.5, -114.25), (-3.5, -114.25)],
)
def test_hemispheres_have_their_signs(latitude, longitude):
    found = read(exif_of((latitude, longitude)).tobytes())

    assert found.position == (Decimal(str(latitude)), Decimal(str(longitude)))


def test_a_moment_with_an_offset_is_that_moment():
    found = read(exif_of(offset="+07:00").tobytes())

    assert found.taken_at == datetime(2021, 11, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "taken",
    [
        "",
        "0000:00:00 00:00:00",
        "1970:01:01 00:00:00",
        "2021:13:45 09:15:00",
        "kemarin",
        "2999:12:01 10:00:00",
    ],
)
def test_a_clock_that_was_never_set_says_nothing(taken):
    assert read(exif_of(taken=taken).tobytes()).taken_at is None


def gps_block(
    reference: bytes = b"S", fractions: tuple[int, ...] = (3, 1, 19, 1, 0, 1)
) -> bytes:
    """An EXIF block, written by hand, with the latitude given and 114° east."""
    head = b"II*\x00" + struct.pack("<I", 8)
    main = struct.pack("<HHHII", 1, 0x8825, 4, 1, 26) + bytes(4)
    start = 26 + 2 + 4 * 12 + 4
    gps = struct.pack("<H", 4)
    gps += struct.pack("<HHI", 1, 2, 2) + reference.ljust(4, b"\x00")
    gps += struct.pack("<HHII", 2, 5, 3, start)
    gps += struct.pack("<HHI", 3, 2, 2) + b"E\x00\x00\x00"
    gps += struct.pack("<HHII", 4, 5, 3, start + 24) + bytes(4)
    return head + main + gps + struct.pack("<12I", *fractions, 114, 1, 0, 1, 0, 1)


def test_a_block_written_by_hand_is_read():
    found = read(gps_block()).position

    assert found == (Decimal("-3.316667"), Decimal(114))


@pytest.mark.parametrize(
    ("reference", "fractions"),
    [
        (b"S", (3, 0, 19, 1, 0, 1)),
        (b"S", (3, 1, 19, 1, 0, 0)),
        (b"X", (3, 1, 19, 1, 0, 1)),
        (b"", (3, 1, 19, 1, 0, 1)),
        (b"S", (91, 1, 0, 1, 0, 1)),
        (b"S", (4_000_000_000, 1, 0, 1, 0, 1)),
    ],
)
def test_a_position_that_cannot_be_is_none(reference, fractions):
    assert read(gps_block(reference, fractions)).position is None


def test_a_phone_without_reception_is_nowhere():
    assert read(exif_of((0.0, 0.0)).tobytes()).position is None


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"II*\x00",
        b"MM\x00*\xff\xff\xff\xff",
        bomb(5_000, 4, 1, 8),
        bomb(5_000, 7, 60_000, 8),
        bomb(65_535, 2, 0xFFFFFFFF, 0xFFFFFFFF),
        bomb(10, 5, 0x20000001, 8),
        exif_of().tobytes()[:60],
    ],
)
def test_a_bomb_is_an_empty_block(block):
    tracemalloc.start()
    try:
        found = read(block)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == Exif()
    assert peak < 1 << 20


@given(st.binary(max_size=400))
def test_no_block_breaks_it(tail):
    for start in (b"", b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08"):
        read(start + tail)


@given(st.data())
def test_no_damage_breaks_it(data):
    block = bytearray(exif_of().tobytes())
    for _number in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(block) - 1))
        block[place] = data.draw(st.integers(0, 255))

    read(bytes(block))
