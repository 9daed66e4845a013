"""What the rows of an .xlsx workbook refer to: its sheets, shared texts and styles."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat
from zipfile import ZipFile

from core.xlsx_guard import BOOK, CHUNK, NotXlsxError, TooBigError

LINKS = "xl/_rels/workbook.xml.rels"
SMALL_BYTES = 16 << 20  # the list of sheets, or the styles
TEXTS_BYTES = 64 << 20  # the texts that cells share
DATE_FORMATS = frozenset(
    [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)]
)
NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Start = Callable[[str, dict[str, str]], None]
Text = Callable[[str], None]


class LocalNames(dict[str, str]):
    """Tags without the prefix of their namespace: `x:c` is `c`."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition(":")[2]
        return name


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of cells: its name, where it lies in the archive, whether it is shown."""

    name: str
    part: str
    is_visible: bool


@dataclass
class Book:
    """What the rows of a workbook refer to: its sheets, shared texts and styles."""

    sheets: list[SheetPart]
    texts: list[str] = field(default_factory=list)
    date_styles: frozenset[int] = frozenset()
    counts_from_1904: bool = False

    def first_visible(self) -> SheetPart:
        """The sheet that people see first. Raises NotXlsxError where there is none."""
        for sheet in self.sheets:
            if sheet.is_visible:
                return sheet
        raise NotXlsxError


def read_book(archive: ZipFile) -> Book:
    """The sheets, texts and styles of a workbook that `check_archive` let pass."""
    links = _links(archive)
    sheets: list[SheetPart] = []
    from_1904 = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        if tag == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            key = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            kind, part = links.get(key, ("", ""))
            if kind == "worksheet":
                state = attributes.get("state", "visible")
                sheets.append(SheetPart(attributes["name"], part, state == "visible"))

    _walk(archive, BOOK, start, SMALL_BYTES)
    parts = dict(links.values())
    return Book(
        sheets,
        _shared_texts(archive, parts.get("sharedStrings", "")),
        _date_styles(archive, parts.get("styles", "")),
        from_1904,
    )


def unescaped(text: str) -> str:
    """`_x000D_` is how a workbook writes a character that XML cannot hold."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def shows_a_date(code: str) -> bool:
    """Whether a number format such as `yyyy-mm-dd` makes a date or time of a number."""
    return DATE_LETTERS.search(NOT_FORMAT.sub("", code)) is not None


def _links(archive: ZipFile) -> dict[str, tuple[str, str]]:
    """(kind, part) of everything that the workbook refers to, by its key."""
    links: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            kind = attributes["Type"].rpartition("/")[2]
            part = str(PurePosixPath("/xl", attributes["Target"])).removeprefix("/")
            links[attributes["Id"]] = kind, part

    _walk(archive, LINKS, start, SMALL_BYTES)
    return links


class _SharedTexts:
    """Collects the texts that cells share; phonetic hints are not part of them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.is_taken = self.in_phonetic = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == "si":
            self.pieces = []
        elif tag == "rPh":
            self.in_phonetic = True
        elif tag == "t":
            self.is_taken = not self.in_phonetic

    def end(self, tag: str) -> None:
        if tag == "si":
            self.texts.append(unescaped("".join(self.pieces)))
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "t":
            self.is_taken = False

    def characters(self, text: str) -> None:
        if self.is_taken:
            self.pieces.append(text)


def _shared_texts(archive: ZipFile, part: str) -> list[str]:
    if not part:
        return []
    found = _SharedTexts()
    _walk(archive, part, found.start, TEXTS_BYTES, found.end, found.characters)
    return found.texts


def _date_styles(archive: ZipFile, part: str) -> frozenset[int]:
    """The numbers of the cell styles that show a date."""
    if not part:
        return frozenset()
    own: dict[int, bool] = {}
    formats: list[int] = []
    in_cells = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal in_cells
        if tag == "numFmt":
            code = attributes.get("formatCode", "")
            own[int(attributes["numFmtId"])] = shows_a_date(code)
        elif tag == "cellXfs":
            in_cells = True
        elif tag == "xf" and in_cells:
            formats.append(int(attributes.get("numFmtId", 0)))

    def end(tag: str) -> None:
        nonlocal in_cells
        if tag == "cellXfs":
            in_cells = False

    _walk(archive, part, start, SMALL_BYTES, end)
    return frozenset(
        style
        for style, number in enumerate(formats)
        if own.get(number, number in DATE_FORMATS)
    )


def _walk(
    archive: ZipFile,
    part: str,
    start: Start,
    most_bytes: int,
    end: Text | None = None,
    characters: Text | None = None,
) -> None:
    """Read a part that is not a sheet; tags come without their prefix."""
    names = LocalNames()
    parser = strict_parser()
    parser.StartElementHandler = lambda tag, attributes: start(names[tag], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(names[tag])
    if characters:
        parser.CharacterDataHandler = characters
    left = most_bytes
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise TooBigError
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def strict_parser() -> expat.XMLParserType:
    """A parser that refuses a document type, where entities would be declared."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise NotXlsxError
