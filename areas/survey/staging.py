"""The rows of a survey file in a temporary table: read once, planned area by area.

A file of 100,000 RT does not fit into memory as objects, and what it becomes is written
by the database from here. The table ends with the transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection

from areas.survey.rows import SurveyRow, name_key, unit_key
from core.spreadsheets import SpreadsheetError

TABLE = "survey_row"
FETCHED = 2000
COLUMNS = {
    "number": "integer PRIMARY KEY",
    "village_code": "text",
    "area_name": "text",
    "rt_rw": "text",
    "surveyed_on": "date",
    "hectares": "numeric",
    "buildings": "integer",
    "population": "integer",
    "households": "integer",
    "ideal_road_m": "numeric",
    "ideal_drainage_m": "numeric",
    "existing_road_m": "numeric",
    "open_space_m2": "numeric",
    "is_whole": "boolean",
    "volumes": "numeric[]",  # in the order of the rule set's codes
}
KEYS = {"regency": "text", "area_key": "text", "unit_key": "text"}
READ = ", ".join(COLUMNS)


@dataclass(frozen=True, slots=True)
class Double:
    """A row that says the same place as an earlier one."""

    row: int
    first: int
    rt_rw: str
    area_name: str
    is_whole: bool


class StagedRows:
    """The staged rows of one import, in the transaction of the caller."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        columns = ", ".join(
            f"{name} {kind}" for name, kind in {**COLUMNS, **KEYS}.items()
        )
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}")
            cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} ({columns}) ON COMMIT DROP")

    def fill(self, rows: Iterable[SurveyRow]) -> None:
        """Copy the rows in as they come. Raises what reading them raises."""
        names = ", ".join([*COLUMNS, *KEYS])
        refusal: SpreadsheetError | None = None
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY pg_temp.{TABLE} ({names}) FROM STDIN") as copy,
        ):
            try:
                for row in rows:
                    copy.write_row(self._record(row))
            except SpreadsheetError as error:
                refusal = error  # the copy ends in order before it is told
        if refusal:
            raise refusal
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE pg_temp.{TABLE}")

    def _record(self, row: SurveyRow) -> list[Any]:
        own = [getattr(row, name) for name in COLUMNS if name != "volumes"]
        volumes = (row.volumes[code] for code in self.codes)
        array = ",".join("NULL" if v is None else f"{v:f}" for v in volumes)
        return [
            *own,
            f"{{{array}}}",
            regency_code(row.village_code),
            name_key(row.area_name),
            unit_key(row.rt_rw),
        ]

    def regencies(self) -> set[str]:
        """The codes of the regencies that the rows name."""
        rows = self._all(f"SELECT DISTINCT regency FROM pg_temp.{TABLE}")
        return {code for (code,) in rows}

    def village_codes(self) -> list[str]:
        """The village codes as written, in the order of their first rows."""
        rows = self._all(
            f"SELECT village_code FROM pg_temp.{TABLE} WHERE village_code <> ''"
            " GROUP BY village_code ORDER BY min(number)"
        )
        return [code for (code,) in rows]

    def rows_of_villages(self, codes: Iterable[str]) -> list[tuple[int, str]]:
        """(row number, code) of the rows with these village codes."""
        return self._all(
            f"SELECT number, village_code FROM pg_temp.{TABLE}"
            " WHERE village_code = ANY(%s) ORDER BY number",
            [list(codes)],
        )

    def days_of_villages(self, codes: Iterable[str]) -> list[tuple[int, str, date]]:
        """(row number, code, survey date) of the dated rows with these codes."""
        return self._all(
            f"SELECT number, village_code, surveyed_on FROM pg_temp.{TABLE}"
            " WHERE village_code = ANY(%s) AND surveyed_on IS NOT NULL ORDER BY number",
            [list(codes)],
        )

    def doubles(self) -> list[Double]:
        """Rows of an RT, or of an area as a whole, that stands there already."""
        found = self._all(
            "SELECT number, first, rt_rw, area_name, is_whole FROM ("
            " SELECT *, min(number) OVER (PARTITION BY regency, area_key, is_whole,"
            " CASE WHEN is_whole THEN '' ELSE village_code END, unit_key) AS first"
            f" FROM pg_temp.{TABLE}"
            " WHERE village_code <> '' AND area_key <> ''"
            " AND (is_whole OR unit_key <> '')"
            ") AS place WHERE number > first ORDER BY number"
        )
        return [Double(*row) for row in found]

    def mixed(self) -> list[tuple[int, str]]:
        """(row number, area) of the whole-area rows of areas that have RT as well."""
        return self._all(
            "SELECT number, area_name FROM ("
            " SELECT *, bool_and(is_whole) OVER (PARTITION BY regency, area_key) pure"
            f" FROM pg_temp.{TABLE} WHERE village_code <> '' AND area_key <> ''"
            ") AS place WHERE is_whole AND NOT pure ORDER BY number"
        )

    def areas(self, villages: Iterable[str]) -> Iterator[list[SurveyRow]]:
        """The rows of one area after the other, in the order of the file.

        Only rows with one of these village codes and a name of an area.
        """
        sql = (
            f"SELECT {READ}, min(number) OVER (PARTITION BY regency, area_key) AS first"
            f" FROM pg_temp.{TABLE} WHERE village_code = ANY(%s) AND area_key <> ''"
            " ORDER BY first, number"
        )
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, [list(villages)])
            for _first, records in groupby(_fetched(cursor), key=lambda row: row[-1]):
                yield [self._row(record) for record in records]

    def _row(self, record: Sequence[Any]) -> SurveyRow:
        values = dict(zip(COLUMNS, record, strict=False))
        values["volumes"] = dict(zip(self.codes, values["volumes"], strict=True))
        return SurveyRow(**values)

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def regency_code(village_code: str) -> str:
    """The regency of a village, by the ministry's codes: the first two parts."""
    return village_code.rpartition(".")[0].rpartition(".")[0]


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(FETCHED):
        yield from rows
