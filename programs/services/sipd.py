"""The catalogue of SIPD codes: read from a list, one row a code and year."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from core.sheet_problems import Problems, SpreadsheetError, refused
from core.spreadsheets import Row, open_table
from programs.models import SipdCode

FIRST_YEAR, LAST_YEAR = 2000, 2100
LENGTHS = {"code": 40, "name": 300, "source": 200}
CODE = re.compile(r"[0-9]+(\.[0-9]+)*")
# By how many numbers a code has: 1.04.03 | 1.04.03.2.02 | 1.04.03.2.03.0002.
LEVELS = {
    3: SipdCode.Level.PROGRAMME,
    5: SipdCode.Level.ACTIVITY,
    6: SipdCode.Level.SUB_ACTIVITY,
}


@dataclass(slots=True)
class SipdLoad:
    """What a list changed; `gone` are codes of the year that it does not have."""

    added: int = 0
    changed: int = 0
    same: int = 0
    gone: list[str] = field(default_factory=list)


@transaction.atomic
def load_sipd_codes(file: BinaryIO, *, year: int, source: str = "") -> SipdLoad:
    """Store the codes of a CSV or XLSX with the columns code, name and maybe source.

    Safe to repeat: names are updated, nothing is deleted. `source` holds where a row
    names none. Raises SpreadsheetError with every problem by row; then nothing is
    stored.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise refused(_("The year must lie between 2000 and 2100."))
    reader = open_table(file, required=["code", "name"], optional=["source"])
    found: dict[str, SipdCode] = {}
    numbers: dict[str, int] = {}
    for row in reader.rows():
        record = _read(row, reader.problems, source.strip())
        if record is None:
            continue
        if record.code in found:
            text = _("This code stands in row %(row)s already. Keep one.")
            words = {"row": numbers[record.code]}
            reader.problems.add(row.number, "code", text % words)
            continue
        record.year = year
        found[record.code], numbers[record.code] = record, row.number
    if reader.problems:
        raise SpreadsheetError(reader.problems)
    return _stored(list(found.values()), year)


def _read(row: Row, problems: Problems, source: str) -> SipdCode | None:
    """The row as a record; None where something is wrong, which is noted."""
    texts = {name: _text(row, name) for name in LENGTHS}
    texts["source"] = texts["source"] or source
    before = len(problems)
    level = _level(texts["code"])
    if not texts["code"]:
        problems.add(row.number, "code", _("The code is missing. Write it."))
    elif level is None:
        problems.add(
            row.number,
            "code",
            _(
                "“%(code)s” is not a code of a program, kegiatan or sub-kegiatan, such"
                " as 1.04.03, 1.04.03.2.02 or 1.04.03.2.03.0002. Format the column as"
                " text."
            )
            % {"code": texts["code"]},
        )
    if not texts["name"]:
        problems.add(row.number, "name", _("The name is missing. Write it."))
    if not texts["source"]:
        text = _("The source is missing. Write it here, or name it with --source.")
        problems.add(row.number, "source", text)
    for name, most in LENGTHS.items():
        if len(texts[name]) > most:
            text = _("This is longer than %(most)s characters. Shorten it.")
            problems.add(row.number, name, text % {"most": most})
    if level is None or len(problems) > before:
        return None
    return SipdCode(level=level, **texts)


def _text(row: Row, name: str) -> str:
    return " ".join(str(row.cells.get(name, "")).split())


def _level(code: str) -> str | None:
    return LEVELS.get(code.count(".") + 1) if CODE.fullmatch(code) else None


def _stored(records: Sequence[SipdCode], year: int) -> SipdLoad:
    load = SipdLoad()
    stored = {row.code: row for row in SipdCode.objects.filter(year=year)}
    fresh, changed = [], []
    for record in records:
        row = stored.pop(record.code, None)
        if row is None:
            fresh.append(record)
        elif (row.name, row.source) == (record.name, record.source):
            load.same += 1
        else:
            row.name, row.source = record.name, record.source
            changed.append(row)
    SipdCode.objects.bulk_create(fresh)
    SipdCode.objects.bulk_update(changed, ["name", "source"])
    load.added, load.changed, load.gone = len(fresh), len(changed), sorted(stored)
    return load
