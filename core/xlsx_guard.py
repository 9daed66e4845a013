"""What an .xlsx file would cost to open, found out without opening it.

A file of a few kilobytes can unpack to gigabytes, whatever sizes it states.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

CHUNK = 1 << 16
BOOK = "xl/workbook.xml"
LOCAL_HEADER_BYTES = 30
ENCRYPTED = 0x1


class NotXlsxError(Exception):
    """The archive is not a workbook that can be read safely."""


class TooBigError(Exception):
    """The archive unpacks to more than is allowed."""


@contextmanager
def readable() -> Iterator[None]:
    """Every way in which a broken archive fails becomes `NotXlsxError`."""
    try:
        yield
    except (BadZipFile, KeyError, IndexError, expat.ExpatError) as error:
        raise NotXlsxError from error
    except (EOFError, zlib.error, ValueError, RuntimeError) as error:
        raise NotXlsxError from error


def check_archive(file: BinaryIO, *, max_unpacked: int) -> None:
    """Unpack every part without keeping it: the sizes an archive states may be lies.

    To be called before anything else opens the file. Raises `TooBigError`, or
    `NotXlsxError` where the archive is no workbook (a document, an ODS) or broken.
    """
    with readable(), ZipFile(file) as archive:
        names = archive.namelist()
        if BOOK not in names or len(names) != len(set(names)):
            raise NotXlsxError
        left = max_unpacked
        for info in archive.infolist():
            left -= _unpacked_size(file, info, left)


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letter(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _unpacked_size(file: BinaryIO, info: ZipInfo, limit: int) -> int:
    if info.flag_bits & ENCRYPTED or info.compress_type not in (
        ZIP_STORED,
        ZIP_DEFLATED,
    ):
        raise NotXlsxError
    if info.compress_type == ZIP_STORED:
        size = info.compress_size
    else:
        size = sum(map(len, _inflate(_packed(file, info), limit)))
    if size > limit:
        raise TooBigError
    return size


def _packed(file: BinaryIO, info: ZipInfo) -> Iterator[bytes]:
    """The packed bytes of a part, from behind its local header."""
    file.seek(info.header_offset)
    header = file.read(LOCAL_HEADER_BYTES)
    if len(header) < LOCAL_HEADER_BYTES:
        raise NotXlsxError
    name, extra = header[26:28], header[28:30]
    file.seek(int.from_bytes(name, "little") + int.from_bytes(extra, "little"), 1)
    left = info.compress_size
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk


def _inflate(packed: Iterator[bytes], limit: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    total = 0
    for chunk in packed:
        while chunk:
            piece = inflater.decompress(chunk, CHUNK)
            total += len(piece)
            if total > limit:
                raise TooBigError
            yield piece
            chunk = inflater.unconsumed_tail
