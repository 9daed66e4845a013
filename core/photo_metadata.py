"""What a picture's file says besides its pixels, cut out before a decoder sees it.

Only JPEG and PNG: these two Pillow reads itself, piece by piece, with all they carry.
"""

import struct
from collections.abc import Iterator

PIECES = 20_000  # of one file; a large PNG has some 3,000
PNG_HEAD = 8
# Palette, transparency, colour profile, and what says that the picture moves.
PNG_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"acTL", b"IDAT", b"IEND"})


def split_jpeg(content: bytes) -> tuple[bytes, bytes]:
    """The file without its metadata, and its first EXIF block, never more than 64 KB.

    Left are what decoding needs: tables, the colour profile, Adobe's colour mark.
    Raises ValueError where it is no JPEG.
    """
    kept, exif_block = [content[:2]], b""
    for marker, start, end in _segments(content):
        body = content[start + 4 : end]
        if marker == 0xE1 and not exif_block and body.startswith(b"Exif\x00\x00"):
            exif_block = body
        if _is_needed(marker, body):
            kept.append(content[start:end])
        if marker == 0xDA:  # the pixels begin
            kept.append(content[end:])
    return b"".join(kept), exif_block


def split_png(content: bytes) -> tuple[bytes, bytes]:
    """The file without its metadata, and its EXIF block.

    Raises ValueError where it is no PNG.
    """
    kept, exif_block = [content[:PNG_HEAD]], b""
    for name, start, end in _chunks(content):
        if name == b"eXIf" and not exif_block:
            exif_block = content[start + 8 : end - 4]
        if name in PNG_NEEDED:
            kept.append(content[start:end])
    return b"".join(kept), exif_block


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, begin and end of each segment up to the pixels."""
    place = 2
    for _number in range(PIECES):
        if content[place : place + 1] != b"\xff":
            break
        fill = content[place + 1 : place + 17]  # cameras may begin with more 0xFF
        place += len(fill) - len(fill.lstrip(b"\xff"))
        if place + 4 > len(content):
            break
        marker, length = struct.unpack_from(">BH", content, place + 1)
        end = place + 2 + length
        if length < 2 or end > len(content) or marker in (0x00, 0xD8, 0xD9):
            break
        yield marker, place, end
        if marker == 0xDA:
            return
        place = end
    raise ValueError("no segments that lead to pixels")


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and end of each chunk; one that is not whole is not there."""
    place = PNG_HEAD
    for _number in range(PIECES):
        if place + 12 > len(content):
            return
        length, name = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        yield name, place, min(end, len(content))
        place = end
    raise ValueError("too many chunks")


def _is_needed(marker: int, body: bytes) -> bool:
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\x00")
    if 0xE0 <= marker <= 0xEF:
        return marker in (0xE0, 0xEE)
    return marker != 0xFE  # a comment
