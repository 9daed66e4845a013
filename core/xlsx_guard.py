"""What an .xlsx file would cost to open, found out without opening it.

The reader lays a sheet out as a full rectangle in memory. A file of a few kilobytes can
unpack to gigabytes, and one stray cell far below makes the rectangle as big.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

CHUNK = 1 << 16
BOOK = "xl/workbook.xml"
BOOK_BYTES = 1 << 20  # the list of sheets, not the sheets
LOCAL_HEADER_BYTES = 30
ENCRYPTED = 0x1
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
SHEET_LINK = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


class NotXlsxError(Exception):
    """The archive is not a workbook that can be read safely."""


class TooBigError(Exception):
    """The archive unpacks to more than is allowed."""


@dataclass
class SheetBox:
    """How far the filled cells of a sheet reach (from 1), and its error cells.

    `errors` maps (row, column) to what stands there, such as `#DIV/0!`.
    """

    last_row: int = 0
    last_column: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


@contextmanager
def _readable() -> Iterator[None]:
    """Every way in which a broken archive fails becomes `NotXlsxError`."""
    try:
        yield
    except (BadZipFile, KeyError, ElementTree.ParseError, expat.ExpatError) as error:
        raise NotXlsxError from error
    except (EOFError, zlib.error, ValueError, RuntimeError) as error:
        raise NotXlsxError from error


def check_archive(file: BinaryIO, *, max_unpacked: int) -> None:
    """Unpack every part without keeping it: the sizes an archive states may be lies.

    To be called before anything else opens the file. Raises `TooBigError`, or
    `NotXlsxError` where the archive is no workbook (a document, an ODS) or broken.
    """
    with _readable(), ZipFile(file) as archive:
        names = archive.namelist()
        if BOOK not in names or len(names) != len(set(names)):
            raise NotXlsxError
        left = max_unpacked
        for info in archive.infolist():
            left -= _unpacked_size(file, info, left)


def measure_sheet(file: BinaryIO, sheet: str) -> SheetBox:
    """The box of the sheet of that name, in an archive that was checked."""
    with _readable(), ZipFile(file) as archive:
        return _Scanner().scan(archive, _part_of(archive, sheet))


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


def _part_of(archive: ZipFile, sheet: str) -> str:
    """The name of the part that holds the sheet."""
    links = {
        element.get("Id"): element.get("Target", "")
        for element in _small_xml(archive, "xl/_rels/workbook.xml.rels").iter()
    }
    for element in _small_xml(archive, BOOK).iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            link = next(filter(None, map(element.get, SHEET_LINK)), None)
            return str(PurePosixPath("/xl", links[link])).removeprefix("/")
    raise NotXlsxError


def _small_xml(archive: ZipFile, name: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > BOOK_BYTES:
        raise TooBigError
    return ElementTree.fromstring(archive.read(name))


class _Scanner:
    """Walks through a sheet's XML and notes where its filled cells are."""

    def __init__(self) -> None:
        self.box = SheetBox()
        self.row = self.column = 0
        self.is_error = False
        self.text = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start

    def scan(self, archive: ZipFile, part: str) -> SheetBox:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                self.parser.Parse(chunk, False)
            self.parser.Parse(b"", True)
        return self.box

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self.cell(attributes)
        elif name in ("v", "is"):
            self.filled()
        elif name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0

    def cell(self, attributes: dict[str, str]) -> None:
        if match := REFERENCE.fullmatch(attributes.get("r", "")):
            self.column = column_number(match[1])
            self.row = int(match[2])
        else:
            self.column += 1
        self.is_error = attributes.get("t") == "e"

    def filled(self) -> None:
        box = self.box
        box.last_row = max(box.last_row, self.row)
        box.last_column = max(box.last_column, self.column)
        if self.is_error:
            self.text = ""
            self.parser.CharacterDataHandler = self.error_text
            self.parser.EndElementHandler = self.error_end

    def error_text(self, text: str) -> None:
        self.text += text[:20]

    def error_end(self, _tag: str) -> None:
        self.box.errors[self.row, self.column] = self.text[:20]
        self.parser.CharacterDataHandler = None
        self.parser.EndElementHandler = None
